using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Jsonl;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>A folder that the exporter writes into, and what System.Text.Json and the reader find there.</summary>
internal sealed class TelemetryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("otelpipeline-jsonl-").FullName;

    public string[] Files(string signal)
    {
        var folder = Path.Combine(Root, signal);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder).Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal)).Order()]
            : [];
    }

    /// <summary>The SDK with the exporter on all three signals; disposing it writes everything.</summary>
    public OpenTelemetrySdk Start(
        JsonlFormat format,
        string source,
        Action<JsonlExporterOptions>? configure = null,
        Action<IOpenTelemetryBuilder>? build = null
    ) =>
        OpenTelemetrySdk.Create(otel =>
        {
            otel.WithTracing(tracing => tracing.AddSource(source))
                .WithMetrics(metrics => metrics.AddMeter(source))
                .UseJsonlExporter(options =>
                {
                    options.Directory = Root;
                    options.Format = format;
                    configure?.Invoke(options);
                });
            build?.Invoke(otel);
        });

    /// <summary>All records of a signal as System.Text.Json reads them; of an OTLP line the spans, log records or metrics.</summary>
    public List<JsonElement> Json(string signal)
    {
        var records = new List<JsonElement>();
        foreach (var file in Files(signal))
        {
            using var bytes = new MemoryStream();
            using (var stream = File.OpenRead(file))
            using (
                var content = file.EndsWith(".gz", StringComparison.Ordinal)
                    ? new GZipStream(stream, CompressionMode.Decompress)
                    : (Stream)stream
            )
                content.CopyTo(bytes);
            var rest = bytes.ToArray().AsMemory();
            while (rest.Span.IndexOf((byte)'\n') is var end and >= 0)
            {
                records.AddRange(Records(JsonDocument.Parse(rest[..end]).RootElement));
                rest = rest[(end + 1)..];
            }

            Assert.That(rest.Length, Is.Zero, $"{file} ends within a line");
        }

        return records;
    }

    /// <summary>All rows as the reader reads them, which has nothing to forgive.</summary>
    public List<T> Rows<T>()
        where T : TelemetryRow => [.. Rows(Root).OfType<T>()];

    public static List<TelemetryRow> Rows(string path)
    {
        var report = new TelemetryReadReport();
        var rows = TelemetryReader.ReadAsync([path], new() { Report = report, Strict = true }).ToBlockingEnumerable().ToList();
        Assert.That(report.Leniencies.Select(pair => $"{pair.Key} {pair.Value}"), Is.Empty);
        Assert.That(report.Files.Sum(file => file.TornBytes), Is.Zero);
        return rows;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static IEnumerable<JsonElement> Records(JsonElement line) =>
        line.EnumerateObject().First() is var root && root.Name.StartsWith("resource", StringComparison.Ordinal)
            ? root
                .Value.EnumerateArray()
                .SelectMany(resource =>
                    resource.EnumerateObject().Single(p => p.Name.StartsWith("scope", StringComparison.Ordinal)).Value.EnumerateArray()
                )
                .SelectMany(scope =>
                    scope.EnumerateObject().Single(property => property.Name is "spans" or "logRecords" or "metrics").Value.EnumerateArray()
                )
            : [line];
}
