using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.TraceQL;

/// <summary>
/// A filter with a summary by group, in TraceQL here and in SQL by DuckDB (npm @duckdb/node-api), one thread each over the same files. Of the rounds the
/// best counts; processor time is what a busy machine disturbs least. Usage: <c>-- traceql [spans [rounds]]</c>.
/// </summary>
internal static class QueryComparison
{
    public const string Query = "{ duration > 100ms } | avg_over_time(duration) by (span.pipeline.node.name)";
    private const long Start = 1_795_176_000_000_000_000;
    private const long Hour = 3_600_000_000_000;

    private static readonly string[] Nodes = [.. Enumerable.Range(0, 24).Select(i => $"node-{i:00}")];

    public static int Run(string[] args)
    {
        if (args is ["measure", var path, var times, var threads])
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    Measure(path, int.Parse(times, CultureInfo.InvariantCulture), int.Parse(threads, CultureInfo.InvariantCulture))
                )
            );
            return 0;
        }

        if (args is ["write", var target, var number])
        {
            WriteParquet(Path.Combine(target, "spans.parquet"), int.Parse(number, CultureInfo.InvariantCulture));
            WriteLines(Path.Combine(target, "spans.jsonl"), int.Parse(number, CultureInfo.InvariantCulture));
            return 0;
        }

        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var rounds = args.Length > 1 ? args[1] : "5";
        var folder = Directory.CreateTempSubdirectory("traceql-bench").FullName;
        try
        {
            Console.WriteLine($"`{Query}` in steps of an hour, {count:N0} spans");
            Console.WriteLine();
            Console.WriteLine("| files | | time, ms | processor, ms | spans/s |");
            Console.WriteLine("|---|---|---|---|---|");
            var parquet = Path.Combine(folder, "spans.parquet");
            WriteParquet(parquet, count);
            Compare("Parquet", parquet, count, rounds, $"read_parquet('{parquet}')", "start_time_unix_nano", "node_name", "duration_nano");
            var lines = Path.Combine(folder, "spans.jsonl");
            WriteLines(lines, count);
            Compare(
                "JSON lines",
                lines,
                count,
                rounds,
                $"read_json('{lines}', format = 'newline_delimited', columns = {{timestamp: 'TIMESTAMP', node: 'VARCHAR', duration_ms: 'DOUBLE'}})",
                "epoch_ns(timestamp)",
                "node",
                "duration_ms * 1000000"
            );

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(
        string name,
        string path,
        int count,
        string rounds,
        string source,
        string time,
        string node,
        string duration
    )
    {
        var sql =
            $"select ({time} - 1) // {Hour} as hour, {node} as node, avg({duration}) / 1e9 as value from {source} where {duration} > 100000000 group by all order by all";
        var duck = RunProgram("node", ["bench.mjs", "sql", sql, rounds]);
        var ours = RunProgram(Environment.ProcessPath!, [.. HostArguments(), "traceql", "measure", path, rounds, "1"]);
        CheckSame(ours.Answer, duck.Answer);
        foreach (var (who, timing) in (ReadOnlySpan<(string, Timing)>)[("ours", ours), ("DuckDB", duck)])
            Console.WriteLine($"| {name} | {who} | {timing.Elapsed:N0} | {timing.Processor:N0} | {count / timing.Elapsed * 1000:N0} |");
        Console.WriteLine($"| {name} | DuckDB's over ours | {duck.Elapsed / ours.Elapsed:F2} | {duck.Processor / ours.Processor:F2} | |");
    }

    private static void CheckSame(Row[] ours, Row[] theirs)
    {
        static IOrderedEnumerable<Row> Sorted(Row[] rows) => rows.OrderBy(row => row.Hour).ThenBy(row => row.Node, StringComparer.Ordinal);
        var same =
            ours.Length > 0
            && ours.Length == theirs.Length
            && Sorted(ours)
                .Zip(Sorted(theirs))
                .All(pair =>
                    (pair.First.Hour, pair.First.Node) == (pair.Second.Hour, pair.Second.Node)
                    && Math.Abs(pair.First.Value / pair.Second.Value - 1) < 1e-9
                );
        if (!same)
            throw new InvalidOperationException($"DuckDB's answer is another: {theirs.Length} numbers, ours {ours.Length}.");
    }

    public static Timing Measure(string path, int rounds, int threads)
    {
        var query = TraceQLQuery.Parse(Query);
        var options = new TraceQLSearchOptions { Step = TimeSpan.FromHours(1), Threads = threads };
        var best = new Timing(double.MaxValue, double.MaxValue);
        using var process = Process.GetCurrentProcess();
        for (var round = 0; round < rounds; round++)
        {
            process.Refresh();
            var processor = process.TotalProcessorTime;
            var clock = Stopwatch.GetTimestamp();
            var result = query.Measure([path], options);
            var elapsed = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            process.Refresh();
            best = new Timing(
                Math.Min(best.Elapsed, elapsed),
                Math.Min(best.Processor, (process.TotalProcessorTime - processor).TotalMilliseconds)
            )
            {
                Answer =
                [
                    .. result.Series.SelectMany(series =>
                        series
                            .Values.Select(
                                (value, i) => new Row((result.TimesUnixNano[i] / Hour) - 1, series.Labels[0].Value.AsString(), value)
                            )
                            .Where(row => !double.IsNaN(row.Value))
                    ),
                ],
            };
        }

        return best;
    }

    private static void WriteParquet(string path, int count)
    {
        using var stream = File.Create(path);
        using var writer = TelemetryParquetWriter.ForSpans(
            stream,
            new TelemetryParquetOptions
            {
                Format = new ParquetWriterOptions { Compression = ParquetCompression.Zstd, V2Encodings = true },
            }
        );
        var random = new Random(1);
        var resource = new ResourceInfo
        {
            Attributes =
            {
                { "service.name", "ingest" },
                { "service.instance.id", "i-1" },
                { "host.name", "h" },
            },
        };
        var row = new SpanRow
        {
            Resource = resource,
            Scope = new ScopeInfo { Name = "OtelPipeline", Version = "1.0" },
        };
        for (var i = 0; i < count; i++)
        {
            var (node, start, duration) = Next(random, i, count);
            row.TraceId = new TraceId((ulong)(i / 20), 7);
            row.SpanId = new SpanId((ulong)i + 1);
            row.ParentSpanId = i % 20 == 0 ? default : new SpanId((ulong)(i - 1) + 1);
            row.Name = "node " + node;
            row.Kind = SpanKind.Internal;
            row.StartTimeUnixNano = start;
            row.DurationNano = duration;
            row.StatusCode = i % 50 == 0 ? SpanStatusCode.Error : SpanStatusCode.Ok;
            row.Attributes.Clear();
            row.Attributes.Add("pipeline.name", "nightly");
            row.Attributes.Add("pipeline.node.name", node);
            row.Attributes.Add("rows", (long)(i % 1000));
            row.Attributes.Add("source", $"s3://orders/part-{i % 64}.csv");
            writer.Write(row);
        }

        writer.Close();
    }

    private static void WriteLines(string path, int count)
    {
        using var writer = new StreamWriter(path);
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            var (node, start, duration) = Next(random, i, count);
            var time = DateTime.UnixEpoch.AddTicks(start / 100);
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"timestamp\":\"{time:yyyy-MM-ddTHH:mm:ss.fffffff}00Z\",\"name\":\"node {node}\""
                )
            );
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $",\"trace_id\":\"{i / 20:x32}\",\"span_id\":\"{i + 1:x16}\",\"pipeline\":\"nightly\",\"node\":\"{node}\""
                )
            );
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $",\"status\":\"ok\",\"duration_ms\":{duration / 1e6},\"attributes\":{{\"rows\":{i % 1000},\"source\":\"s3://orders/part-{i % 64}.csv\"}}}}\n"
                )
            );
        }
    }

    private static (string Node, long Start, long Duration) Next(Random random, int i, int count) =>
        (
            Nodes[random.Next(Nodes.Length)],
            Start + (long)(i / (double)count * 24 * Hour),
            (long)(random.NextDouble() * random.NextDouble() * 1000) * 1_000_000
        );

    private static string[] HostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(QueryComparison).Assembly.Location] : [];

    private static Timing RunProgram(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "test", "interop-npm"),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}; did you run npm ci --prefix test/interop-npm?");
        return JsonSerializer.Deserialize<Timing>(output, JsonSerializerOptions.Web);
    }

    /// <summary>Milliseconds by the clock and of the processor.</summary>
    internal readonly record struct Timing(double Elapsed, double Processor)
    {
        /// <summary>The answer, so that both sides can be seen to say the same.</summary>
        public Row[] Answer { get; init; } = [];
    }

    internal sealed record Row(long Hour, string Node, double Value);
}
