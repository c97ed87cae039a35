using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data.Files;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>Files that are read in parts, by one thread or several, tell what reading them from the first byte to the last tells.</summary>
internal sealed class PartReadingTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("parts").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void PartsTellWhatTheWholeTells() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150),
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var path = Path.Combine(_folder, "lines.jsonl");
                File.WriteAllBytes(path, Text(random));
                var other = Path.Combine(_folder, "more.jsonl");
                File.WriteAllBytes(other, Text(random));
                var report = new TelemetryReadReport();
                var rows = new List<string>();
                TelemetryReader.ReadSpans([path, other], span => rows.Add(Show(span)), new TelemetryReadOptions { Report = report });
                foreach (var threads in (int[])[1, 3])
                {
                    var partReport = new TelemetryReadReport();
                    var found = new List<string>();
                    new PartReading<Collector>(
                        new TelemetryReadOptions { Report = partReport },
                        projection: null,
                        threads,
                        () => new Collector(),
                        part => found.AddRange(part.Rows)
                    )
                    {
                        LineBytes = random.Next(1, 400),
                    }.Read([path, other], CancellationToken.None);
                    Assert.That(found, Is.EqualTo(rows), $"seed {seed}, {threads} threads");
                    Assert.That(Show(partReport), Is.EqualTo(Show(report)), $"seed {seed}, {threads} threads");
                }
            })
        );

    [TestCase("{ duration > 3ms } | avg_over_time(duration) by (span.pipeline.node.name)")]
    [TestCase("{ } | min_over_time(duration) by (name)")]
    [TestCase("{ status = ok } | max_over_time(duration) by (name, kind)")]
    [TestCase("{ } | sum_over_time(.rows) by (.shard)")]
    [TestCase("{ } | avg_over_time(.ratio)")]
    [TestCase("{ } | quantile_over_time(duration, .5, .9) by (.pipeline.node.name)")]
    [TestCase("{ .shard != nil } | rate() by (.shard)")]
    [TestCase("({ status = ok } | count_over_time() by (name)) / ({ } | count_over_time() by (name))")]
    [TestCase("{ .rows > 990 }")]
    [TestCase("{ name = \"node 3\" && duration > 9ms }")]
    [TestCase("{ }")]
    public void TheNumberOfThreadsDoesNotShow(string text)
    {
        var lines = Path.Combine(_folder, "large.jsonl");
        var table = Path.Combine(_folder, "large.parquet");
        if (!File.Exists(table))
            WriteLarge(lines, table);
        var query = TraceQLQuery.Parse(text);
        // one file cut into parts, files of a directory, and both
        foreach (
            var paths in (string[][])
                [
                    [lines],
                    [table],
                    [_folder + "/large.*"],
                    [table, lines],
                ]
        )
        {
            var one = Run(query, paths, 1, limit: null);
            foreach (var threads in (int[])[2, 5])
                Assert.That(Run(query, paths, threads, limit: null), Is.EqualTo(one), $"{threads} threads over {string.Join(' ', paths)}");
            Assert.That(Run(query, paths, 4, limit: 11), Is.EqualTo(Run(query, paths, 1, limit: 11)), "with a limit");
        }
    }

    [Test]
    public void ALimitIsKeptAcrossParts()
    {
        var lines = Path.Combine(_folder, "limited.jsonl");
        WriteLarge(lines, Path.Combine(_folder, "limited.parquet"));
        var found = new List<SpanId>();
        TraceQLQuery
            .Parse("{ .rows = 0 }")
            .Search([lines], set => found.Add(set.Spans[0].Span.SpanId), new TraceQLSearchOptions { Limit = 12, Threads = 3 });
        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 12).Select(i => new SpanId((ulong)i * 1000 + 1))));
    }

    [Test]
    public void WhatTheCallbackThrowsComesOut()
    {
        var lines = Path.Combine(_folder, "thrown.jsonl");
        WriteLarge(lines, Path.Combine(_folder, "thrown.parquet"));
        Assert.That(
            () =>
                TraceQLQuery
                    .Parse("{ }")
                    .Search([lines], _ => throw new InvalidOperationException("enough"), new TraceQLSearchOptions { Threads = 2 }),
            Throws.InvalidOperationException.With.Message.EqualTo("enough")
        );
        // nothing holds the file any more
        File.Delete(lines);
    }

    [Test]
    public void ThreadsAreAtLeastOne() =>
        Assert.That(() => new TraceQLSearchOptions { Threads = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());

    private static string Run(TraceQLQuery query, string[] paths, int threads, int? limit)
    {
        var report = new TelemetryReadReport();
        var options = new TraceQLSearchOptions
        {
            Threads = threads,
            Limit = limit,
            Read = new TelemetryReadOptions { Report = report },
        };
        var text = new StringBuilder();
        if (query.IsMetrics)
        {
            var result = query.Measure(paths, options);
            text.Append(result.Step).AppendJoin(',', result.TimesUnixNano);
            foreach (var series in result.Series)
                text.Append(series).AppendJoin(' ', series.Values.Select(BitConverter.DoubleToInt64Bits)).Append('\n');
        }
        else
        {
            query.Search(paths, set => text.Append(Show(set.Spans[0].Span)).Append('\n'), options);
        }

        return limit is null ? $"{text}\n{Show(report)}" : text.ToString();
    }

    private static void WriteLarge(string lines, string table)
    {
        const int Count = 70_000;
        using var text = new StreamWriter(lines);
        using var stream = File.Create(table);
        using var writer = TelemetryParquetWriter.ForSpans(
            stream,
            new TelemetryParquetOptions { Format = new OtelPipeline.Parquet.ParquetWriterOptions { RowGroupRows = 20_000 } }
        );
        var random = new Random(5);
        for (var i = 0; i < Count; i++)
        {
            var row = new SpanRow
            {
                TraceId = new TraceId((ulong)i / 10, 3),
                SpanId = new SpanId((ulong)i + 1),
                Name = $"node {random.Next(9)}",
                Kind = SpanKind.Internal,
                // nearly sorted
                StartTimeUnixNano = 1_795_176_000_000_000_000 + i * 50_000_000L - random.Next(3) / 2 * 60_000_000L,
                DurationNano = random.Next(10_000) * 1000L,
                StatusCode = (SpanStatusCode)random.Next(3),
            };
            var ratio = random.NextDouble();
            row.Attributes.Add("pipeline.node.name", row.Name);
            row.Attributes.Add("rows", i % 1000L);
            row.Attributes.Add("ratio", ratio);
            if (i % 3 > 0)
                row.Attributes.Add("shard", $"s{random.Next(40)}");
            writer.Write(row);
            text.Write(
                FormattableString.Invariant(
                    $"{{\"timestamp\":\"2026-11-20T10:00:00Z\",\"name\":\"{row.Name}\",\"trace_id\":\"{row.TraceId}\",\"span_id\":\"{row.SpanId}\""
                )
            );
            text.Write(
                FormattableString.Invariant(
                    $",\"kind\":1,\"start_time_unix_nano\":{row.StartTimeUnixNano},\"duration_nano\":{row.DurationNano}"
                )
            );
            text.Write(
                FormattableString.Invariant(
                    $",\"status_code\":{(int)row.StatusCode},\"node\":\"{row.Name}\",\"attributes\":{{\"rows\":{i % 1000}"
                )
            );
            text.Write(
                FormattableString.Invariant(
                    $",\"ratio\":{ratio:R}{(i % 3 > 0 ? $",\"shard\":\"{row.Attributes["shard"].AsString()}\"" : "")}}}}}\n"
                )
            );
        }

        writer.Close();
    }

    /// <summary>Lines of all sorts: mostly whole documents, and everything that goes wrong or stretches over lines.</summary>
    private static byte[] Text(Random random)
    {
        var text = new StringBuilder();
        var count = random.Next(40);
        // most files are nothing but documents on their lines
        var trouble = random.Next(3) == 0 ? 12 : 2;
        for (var i = 0; i < count; i++)
        {
            var document = random.Next(2) == 0 ? Dialects.Trace.Replace("\"a\"", $"\"n{i}\"", StringComparison.Ordinal) : Flat(i);
            text.Append(
                random.Next(20) >= trouble
                    ? document + "\n"
                    : random.Next(10) switch
                    {
                        0 => "\n",
                        1 => document + "\r\n",
                        2 => document[..random.Next(1, document.Length)] + "\n",
                        3 => Dialects.Pretty(document) + "\n",
                        4 => document + " " + document + "\n",
                        5 => "{\"name\":}\n",
                        6 => "{\n",
                        7 => document.Replace("0102030405060708", "0A02030405060708", StringComparison.Ordinal) + "\n",
                        8 => document.Replace("\n", "", StringComparison.Ordinal),
                        _ => "not json\n",
                    }
            );
        }

        if (random.Next(4) == 0)
            text.Append(Flat(99)[..20]);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Flat(int i) =>
        $$"""{"timestamp":"2026-11-20T10:00:00.{{i:000000000}}Z","name":"f{{i}}","span_id":"0102030405060708","duration_ms":{{i}}.5}""";

    private static string Show(SpanRow span) =>
        $"{span.SpanId} {span.Name} {span.StartTimeUnixNano} {span.DurationNano} {span.Attributes.Count}";

    private static string Show(TelemetryReadReport report)
    {
        var text = new StringBuilder();
        foreach (var file in report.Files)
        {
            text.Append(
                FormattableString.Invariant(
                    $"{file.Path} {file.Format} {file.Spans} {file.ErrorCount} {file.TornBytes} {file.SkippedBecause}\n"
                )
            );
        }

        return text.AppendJoin('\n', report.Errors)
            .Append('\n')
            .AppendJoin('\n', report.Forgiven)
            .Append('\n')
            .AppendJoin(", ", report.Leniencies)
            .ToString();
    }

    private sealed class Collector : SpanConsumer
    {
        public List<string> Rows { get; } = [];

        public override void Take(SpanRow row) => Rows.Add(Show(row));
    }
}
