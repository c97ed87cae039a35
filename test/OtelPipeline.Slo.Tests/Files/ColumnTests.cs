using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Slo.Tests.Files;

/// <summary>Objectives judged over the columns of Parquet files against the same objectives judged row by row: verdicts and explanations are the same.</summary>
public sealed class ColumnTests
{
    private const int Cases = 60;
    private const int RowGroup = 40;
    private const int RowsOfFile = 200;

    private static readonly string Eight = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml"));

    private static readonly string Own = Definitions.Join(
        Definitions.Ratio("", "0.5", "of-run"),
        Definitions.Ratio("1h", "0.5", "of-hour"),
        Definitions
            .Ratio("1h", "0.5", "slices")
            .Replace("Occurrences", "Timeslices", StringComparison.Ordinal)
            .Replace("target: 0.5", "target: 0.5, timeSliceTarget: 0.5, timeSliceWindow: 1m", StringComparison.Ordinal),
        Spans("value: duration", "op: lte, value: 1.5, target: 0.5", "slow"),
        Spans("value: .seconds, aggregate: max", "op: lt, value: 3, target: 0.9", "largest"),
        Spans("aggregate: age", "op: lte, value: 60, target: 0.9", "age"),
        Of("spans", "kind = client && status = error", "errors"),
        Of("spans", "name = \\\"work\\\" && .seconds > 1.5", "numbers"),
        Of("spans", "span.seconds >= 1 && span.n != 3", "two numbers"),
        Of("spans", "duration > 1s", "durations"),
        Of("spans", ".seconds = nil && name =~ \\\"wo.*\\\"", "absent"),
        Of("spans", "statusMessage = \\\"broken\\\"", "messages"),
        Of("spans", ".ok = true || .ok = false", "either"),
        Of("spans", ".pipeline.node.name = \\\"b\\\"", "promoted"),
        Of("spans", ".pipeline.item.result = \\\"corrupt\\\"", "promoted-second"),
        Of("events", "event:name = \\\"pipeline.http.request\\\" && .n > 2", "event"),
        Of("events", "event.n = 2", "event-attribute")
    );

    // two that only rows can tell: what the resource has, and fields that are compared with each other
    private static readonly string OfRows = Definitions.Join(
        Of("spans", ".zone = \\\"a\\\"", "resource"),
        Of("spans", "span.n = span.seconds", "fields")
    );

    private static readonly string[] Keys = ["ok", "seconds", "n", "pipeline.node.name", "pipeline.item.result", "pipeline.http.role"];

    // of the last ones, spans are judged by rows and events by columns
    [TestCase("eight", 0.9)]
    [TestCase("own", 0.5)]
    [TestCase("rows", 0.4)]
    public void Columns_say_what_rows_do(string which, double leastByColumns)
    {
        var document = SloDocument.Parse(
            which switch
            {
                "eight" => Eight,
                "own" => Own,
                _ => OfRows,
            }
        );
        var folder = Directory.CreateTempSubdirectory("slo-columns").FullName;
        try
        {
            var (byColumns, all) = (0L, 0L);
            foreach (var (seed, i) in Gen.Choose(0, int.MaxValue - 1).Sample(Cases, 10).Select(static (s, i) => (s, i)))
            {
                var path = Directory.CreateDirectory(Path.Combine(folder, $"{i}")).FullName;
                Write(path, seed);
                byColumns += Compare(document, path, new SloEvaluatorOptions(), seed);
                Compare(document, path, new SloEvaluatorOptions { RunId = "r1", At = Rows.Start.AddSeconds(1_000) }, seed);
                all += RowsOfFile;
            }

            Assert.That((double)byColumns / all, Is.GreaterThan(leastByColumns));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long Compare(SloDocument document, string path, SloEvaluatorOptions options, int seed)
    {
        var (columns, rows) = (new SloEvaluator(document, options), new SloEvaluator(document, options));
        var report = new TelemetryReadReport();
        columns.Read([path], new TelemetryReadOptions { Report = report });
        var ofRows = new TelemetryReadReport();
        TelemetryReader.Read([path], rows.Observe, new TelemetryReadOptions { Report = ofRows });
        rows.Observe(ofRows);

        Assert.That((report.Spans, report.Events), Is.EqualTo((ofRows.Spans, ofRows.Events)));
        Assert.That(columns.EventCounts, Is.EqualTo(rows.EventCounts), () => $"seed {seed}");
        Assert.That(columns.Evaluate().Select(Facts), Is.EqualTo(rows.Evaluate().Select(Facts)), () => $"seed {seed}");
        return columns.RowsOfColumns;
    }

    private static void Write(string path, int seed)
    {
        var random = new Random(seed);
        var options = new TelemetryParquetOptions { Format = new ParquetWriterOptions { RowGroupRows = RowGroup } };
        var resource = new ResourceInfo { Attributes = { { "service.name", "s" }, { "zone", "a" } } };
        using var spans = TelemetryParquetWriter.ForSpans(File.Create(Path.Combine(path, "spans.parquet")), options);
        using var events = TelemetryParquetWriter.ForEvents(File.Create(Path.Combine(path, "events.parquet")), options);

        // in some files a key has values of one type, in others of several
        var isMixed = random.Next(4) == 0;
        var time = Rows.Start;
        for (var i = 0; i < RowsOfFile; i++)
        {
            time = time.AddSeconds(random.Next(-5, 20));
            var attributes = Keys.Where(_ => random.Next(2) == 0).Select(k => (k, Value(random, k, isMixed))).ToArray();
            var run = random.Next(5) == 0 ? null : $"r{random.Next(3)}";
            if (random.Next(2) == 0)
            {
                var name = random.Next(6) switch
                {
                    0 => "other",
                    1 => "item content_download",
                    2 => "run nightly",
                    _ => "work",
                };
                var span = Rows.Span(name, time, random.Next(30) / 10.0, run, attributes);
                (span.Resource, span.Scope) = (resource, new ScopeInfo { Name = random.Next(3) == 0 ? "else" : "OtelPipeline" });
                (span.Kind, span.StatusCode) = ((SpanKind)random.Next(6), (SpanStatusCode)random.Next(3));
                span.StatusMessage = random.Next(3) == 0 ? "broken" : null;
                span.TraceState = random.Next(40) == 0 ? "ot=th:8" : null;
                if (name == "item content_download" && random.Next(4) > 0)
                    span.Attributes.Add("pipeline.item.time_to_first_result", random.NextDouble() * 30);
                if (random.Next(3) > 0)
                    span.Attributes.Add("http.response.status_code", random.Next(5) == 0 ? 429L : 200L);
                spans.Write(span);
            }
            else
            {
                string[] names = ["pipeline.http.request", "pipeline.circuit_breaker.state_change", "pipeline.run.start", "x"];
                var record = Rows.Event(names[random.Next(names.Length)], time, run, attributes);
                record.Resource = resource;
                if (random.Next(2) == 0)
                    record.Attributes.Add("pipeline.http.cache.result", random.Next(2) == 0 ? "hit" : "miss");
                if (random.Next(2) == 0)
                    record.Attributes.Add("pipeline.http.limiter.wait", random.NextDouble());
                if (random.Next(2) == 0)
                    record.Attributes.Add("pipeline.circuit_breaker.state", random.Next(2) == 0 ? "open" : "closed");
                events.Write(record);
            }
        }

        spans.Close();
        events.Close();
    }

    private static AttributeValue Value(Random random, string key, bool isMixed) =>
        (key, isMixed && random.Next(3) == 0) switch
        {
            (_, true) => "text",
            ("ok", _) => random.Next(3) > 0,
            ("seconds", _) => random.Next(1, 40) / 10.0,
            ("n", _) => (long)random.Next(5),
            ("pipeline.node.name", _) => random.Next(2) == 0 ? "a" : "b",
            ("pipeline.http.role", _) => "metadata",
            _ => random.Next(3) == 0 ? "corrupt" : "success",
        };

    private static string Spans(string spec, string objective, string name) =>
        Definitions.Threshold(name, $"signal: spans, where: '{{ name = \"work\" }}', {spec}", objective, "1h");

    private static string Of(string signal, string filter, string name) =>
        Definitions.Threshold(
            name.Replace(' ', '-'),
            $"signal: {signal}, where: \"{{ {filter} }}\", aggregate: count, empty: zero",
            "op: lte, value: 5, target: 0.9"
        );

    private static string Facts(SloVerdict v) =>
        FormattableString.Invariant(
            $"{v.Objective}: {v.Result} {v.Reason} good={v.Good} bad={v.Bad} total={v.Total} actual={v.Actual} run={v.RunId} {v.WindowStart:O} {v.WindowEnd:O} {v.FirstEvent:O} {v.LastEvent:O} coverage={v.Coverage} {v.Why?.Summary} {v.Why?.FirstBadTraceId} {string.Join(',', v.Why?.WorstTraceIds ?? [])} {string.Join(',', v.Why?.Causes ?? [])} {v.Why?.CrossedAt:O} {string.Join(',', v.BurnRates)}"
        );
}
