using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>Fills a folder with several files of spans and logs, and one of metrics; closed ones are compressed.</summary>
internal static class RotatedFolder
{
    /// <summary>Fewer than the SDK's queues hold.</summary>
    public const int Records = 1500;

    private const string Name = "rotated";
    private static readonly ActivitySource s_source = new(Name);

    public static TelemetryFolder Write(JsonlFormat format, JsonlCompression compression, int retain = 100)
    {
        var folder = new TelemetryFolder();
        using var meter = new Meter(Name);
        using var sdk = folder.Start(
            format,
            Name,
            options =>
            {
                options.Compression = compression;
                options.MaxFileSize = 1_000_000;
                options.RetainFiles = retain;
            },
            otel => otel.ConfigureResource(resource => resource.AddService("rotated", serviceInstanceId: "pod-1"))
        );
        var counter = meter.CreateCounter<long>("records");
        var sizes = meter.CreateHistogram<double>("sizes");
        var logger = sdk.GetLoggerFactory().CreateLogger(Name);
        var random = new Random(1);
        for (var i = 0; i < Records; i++)
        {
            var payload = string.Create(
                2000,
                random,
                static (span, random) => random.GetItems("abcdefghijklmnopqrstuvwxyz0123456789", span)
            );
            using (var span = s_source.StartActivity($"span {i:D4}"))
                span!.SetTag("n", i).SetTag("ratio", i / 8.0).SetTag("payload", payload);
            logger.LogWarning("record {N} {Payload}", i, payload);
            counter.Add(1, new KeyValuePair<string, object?>("k", i % 3));
            sizes.Record(i);
        }

        sdk.TracerProvider.ForceFlush();
        sdk.LoggerProvider.ForceFlush();
        foreach (var signal in (string[])["spans", "logs"])
        {
            // compression goes on in the background, until the open file is the only one that is as it was
            if (compression != JsonlCompression.None)
                Assert.That(
                    () => folder.Files(signal).Count(file => file.EndsWith(".jsonl", StringComparison.Ordinal)),
                    Is.EqualTo(1).After(30_000, 10)
                );
        }

        return folder;
    }
}
