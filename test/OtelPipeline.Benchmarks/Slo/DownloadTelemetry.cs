using System.Globalization;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Benchmarks.Slo;

/// <summary>
/// What a content downloader leaves behind, made up: of ten rows one is an item, three are HTTP attempts, two other spans, three logical requests and one another
/// event. The same rows for the same number, in any form of file.
/// </summary>
internal static class DownloadTelemetry
{
    private const long Start = 1_795_176_000_000_000_000;
    private const long Day = 86_400_000_000_000;

    private static readonly string[] Hosts = [.. Enumerable.Range(0, 40).Select(static i => $"host-{i}.example.org")];
    private static readonly string[] Results = ["success", "success", "success", "success", "success", "success", "duplicate", "failure"];
    private static readonly string[] Roles = ["metadata", "content", "robots"];
    private static readonly string[] CacheResults = ["hit", "hit", "miss", "revalidated"];

    public static void WriteParquet(string folder, int count)
    {
        var options = new TelemetryParquetOptions
        {
            Format = new ParquetWriterOptions { Compression = ParquetCompression.Zstd, V2Encodings = true },
        };
        using var spans = TelemetryParquetWriter.ForSpans(File.Create(Path.Combine(folder, "spans.parquet")), options);
        using var events = TelemetryParquetWriter.ForEvents(File.Create(Path.Combine(folder, "events.parquet")), options);
        foreach (var row in Rows(count))
        {
            if (row is SpanRow span)
                spans.Write(span);
            else
                events.Write((EventRow)row);
        }

        spans.Close();
        events.Close();
    }

    public static void WriteLines(string folder, int count)
    {
        using var spans = TelemetryJsonWriter.ForFlat(new BufferedStream(File.Create(Path.Combine(folder, "spans.jsonl")), 1 << 20));
        using var events = TelemetryJsonWriter.ForFlat(new BufferedStream(File.Create(Path.Combine(folder, "events.jsonl")), 1 << 20));
        foreach (var row in Rows(count))
            (row is SpanRow ? spans : events).Write(row);
        spans.Flush();
        events.Flush();
    }

    /// <summary>One table for a program that has no maps: a column for each attribute that an objective asks for, and ids and times.</summary>
    public static void WriteCsv(string path, int count)
    {
        (string Name, string Key)[] keys =
        [
            ("result", "pipeline.item.result"),
            ("ttfr", "pipeline.item.time_to_first_result"),
            ("status", "http.response.status_code"),
            ("role", "pipeline.http.role"),
            ("cache", "pipeline.http.cache.result"),
            ("wait", "pipeline.http.limiter.wait"),
            ("state", "pipeline.circuit_breaker.state"),
            ("address", "server.address"),
            ("run_id", "pipeline.run.id"),
        ];
        using var writer = new StreamWriter(path);
        writer.Write("name,kind,time,trace_id,duration,");
        writer.WriteLine(string.Join(',', keys.Select(static k => k.Name)));
        foreach (var row in Rows(count))
        {
            var span = row as SpanRow;
            var record = row as EventRow;
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{span?.Name ?? record!.EventName},{(span is null ? 0 : (int)span.Kind)},{row.TimestampUnixNano},{span?.TraceId ?? record!.TraceId},{span?.DurationNano ?? 0}"
                )
            );
            foreach (var (_, key) in keys)
            {
                writer.Write(',');
                if (row.Attributes.TryGet(key, out var value))
                    writer.Write(value.ToString());
            }

            writer.WriteLine();
        }
    }

    private static IEnumerable<TelemetryRow> Rows(int count)
    {
        var random = new Random(1);
        var resource = new ResourceInfo
        {
            Attributes =
            {
                { "service.name", "content-download" },
                { "service.instance.id", "i-1" },
                { "host.name", "h" },
            },
        };
        var scope = new ScopeInfo { Name = "OtelPipeline", Version = "1.0" };
        var span = new SpanRow { Resource = resource, Scope = scope };
        var record = new EventRow { Resource = resource, Scope = scope };
        for (var i = 0; i < count; i++)
        {
            var time = Start + (long)(i / (double)count * Day);
            var kind = i % 10;
            TelemetryRow row = kind is 1 or 4 or 7 or 9 ? Event(record, random, i, time, kind) : Span(span, random, i, time, kind);
            row.Attributes.Add("pipeline.name", "content_download");
            row.Attributes.Add("pipeline.run.id", "01939c5e-7a30-7c11-9d52-8f8a1f0f2a11");
            yield return row;
        }
    }

    private static SpanRow Span(SpanRow span, Random random, int i, long time, int kind)
    {
        span.Attributes.Clear();
        (span.TraceId, span.SpanId) = (new TraceId((ulong)(i / 10) + 1, 7), new SpanId((ulong)i + 1));
        (span.StartTimeUnixNano, span.DurationNano) = (time, random.Next(1_000, 2_000_000_000));
        span.ParentSpanId = kind == 0 ? default : new SpanId((ulong)(i - kind) + 1);
        (span.Kind, span.StatusCode) = (SpanKind.Internal, SpanStatusCode.Unset);
        switch (kind)
        {
            case 0:
                span.Name = "item content_download";
                span.Attributes.Add("pipeline.item.id", $"item-{i / 10}");
                span.Attributes.Add("pipeline.item.type", "article");
                var result = Results[random.Next(Results.Length)];
                span.Attributes.Add("pipeline.item.result", result);
                if (result != "failure")
                    span.Attributes.Add(
                        "pipeline.item.time_to_first_result",
                        Math.Round(random.NextDouble() * random.NextDouble() * 15, 3)
                    );
                break;
            case 2 or 5 or 8:
                (span.Name, span.Kind) = ("GET", SpanKind.Client);
                span.Attributes.Add("http.request.method", "GET");
                span.Attributes.Add("server.address", Hosts[random.Next(Hosts.Length)]);
                span.Attributes.Add("server.port", 443L);
                span.Attributes.Add("pipeline.http.role", Roles[random.Next(Roles.Length)]);
                if (random.Next(50) > 0)
                    span.Attributes.Add("http.response.status_code", random.Next(100) == 0 ? 429L : 200L);
                break;
            default:
                span.Name = "fallback mirrors";
                span.Attributes.Add("pipeline.fallback.name", "mirrors");
                span.Attributes.Add("pipeline.fallback.tier", (long)random.Next(3));
                span.Attributes.Add("pipeline.fallback.result", "success");
                break;
        }

        return span;
    }

    private static EventRow Event(EventRow record, Random random, int i, long time, int kind)
    {
        record.Attributes.Clear();
        (record.TraceId, record.SpanId) = (new TraceId((ulong)(i / 10) + 1, 7), new SpanId((ulong)i));
        (record.TimeUnixNano, record.ObservedTimeUnixNano) = (time, time);
        (record.SeverityNumber, record.SeverityText) = (9, "Information");
        if (kind == 9)
        {
            record.EventName = i % 100_000 == 99 ? "pipeline.circuit_breaker.state_change" : "pipeline.cache.access";
            record.Body = "cache";
            if (i % 100_000 == 99)
                record.Attributes.Add("pipeline.circuit_breaker.state", "open");
            record.Attributes.Add("pipeline.cache.name", "pages");
            return record;
        }

        record.EventName = "pipeline.http.request";
        record.Body = "request";
        var role = Roles[random.Next(Roles.Length)];
        var cache = CacheResults[random.Next(CacheResults.Length)];
        record.Attributes.Add("pipeline.http.role", role);
        record.Attributes.Add("pipeline.http.cache.result", cache);
        record.Attributes.Add("server.address", Hosts[random.Next(Hosts.Length)]);
        record.Attributes.Add("http.response.status_code", 200L);
        if (cache != "hit")
            record.Attributes.Add("pipeline.http.limiter.wait", random.Next(100) < 97 ? Math.Round(random.NextDouble() / 5, 4) : 0.5);
        return record;
    }
}
