using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OtelPipeline.Slo;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.Slo;

/// <summary>
/// The eight objectives of the content downloader over files, against sqlite3 (Debian package sqlite3), which imports and queries the same rows, and DuckDB
/// (<c>npm ci --prefix test/interop-npm</c>), which computes the same numbers from the same Parquet files; one thread each, and the numbers must be equal. Of the
/// rounds the best counts. Usage: <c>-- slo-offline [rows… [rounds=N]]</c>; without rows 100,000, 1 and 10 million. For a profiler, <c>-- slo-offline write DIR ROWS</c>
/// and <c>-- slo-offline measure DIR ROUNDS</c>.
/// </summary>
internal static class OfflineComparison
{
    private const int MostRowsOfSqlite = 100_000;

    public static int Run(string[] args)
    {
        if (args is ["measure", var input, var times])
        {
            Console.WriteLine(JsonSerializer.Serialize(Measure(input, int.Parse(times, CultureInfo.InvariantCulture))));
            return 0;
        }

        if (args is ["write", var output, var count])
        {
            DownloadTelemetry.WriteParquet(Directory.CreateDirectory(output).FullName, int.Parse(count, CultureInfo.InvariantCulture));
            return 0;
        }

        var rounds = args.FirstOrDefault(static a => a.StartsWith("rounds=", StringComparison.Ordinal)) is { } given ? given[7..] : "5";
        int[] sizes = [.. args.Where(static a => char.IsDigit(a[0])).Select(static a => int.Parse(a, CultureInfo.InvariantCulture))];
        Console.WriteLine("| rows | who | from | time, ms | first time, ms | processor, ms | ours over it | by processor |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var size in sizes.Length > 0 ? sizes : [100_000, 1_000_000, 10_000_000])
        {
            var folder = Directory.CreateTempSubdirectory("slo-offline").FullName;
            try
            {
                Compare(folder, size, rounds);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static void Compare(string folder, int size, string rounds)
    {
        var parquet = Directory.CreateDirectory(Path.Combine(folder, "parquet")).FullName;
        DownloadTelemetry.WriteParquet(parquet, size);
        var ours = Ours(parquet, rounds);
        Print(size, "ours", "Parquet", ours, ours);
        var (spans, events) = (Sql("spans", parquet), Sql("events", parquet));
        var duck = Program<Timing>("node", ["bench.mjs", "sql", $"select * from ({spans}), ({events})", rounds]);
        Check("DuckDB", ours.Numbers, Numbers(Rows("node", "query.mjs", $"select * from ({spans}), ({events})")));
        Print(size, "DuckDB", "Parquet", duck, ours);
        if (size > MostRowsOfSqlite)
            return;
        var lines = Directory.CreateDirectory(Path.Combine(folder, "lines")).FullName;
        DownloadTelemetry.WriteLines(lines, size);
        var oursOfLines = Ours(lines, rounds);
        Check("JSON lines", ours.Numbers, oursOfLines.Numbers);
        Print(size, "ours", "JSON lines", oursOfLines, oursOfLines);
        var csv = Path.Combine(folder, "rows.csv");
        DownloadTelemetry.WriteCsv(csv, size);
        var count = int.Parse(rounds, CultureInfo.InvariantCulture);
        var ofCsv = Sqlite(count, ".mode csv", $".import {csv} t");
        Check("sqlite3 over CSV", ours.Numbers, ofCsv.Numbers);
        Print(size, "sqlite3", "CSV, against Parquet", ofCsv, ours);
        var ofLines = Sqlite(
            count,
            "create table raw(line)",
            ".mode ascii",
            ".separator \"\\037\" \"\\n\"",
            $".import {lines}/spans.jsonl raw",
            $".import {lines}/events.jsonl raw",
            OfLines
        );
        Check("sqlite3 over JSON lines", ours.Numbers, ofLines.Numbers);
        Print(size, "sqlite3", "JSON lines, against JSON lines", ofLines, oursOfLines);
    }

    private static Timing Ours(string folder, string rounds) =>
        Program<Timing>(Environment.ProcessPath!, [.. HostArguments(), "slo-offline", "measure", folder, rounds]);

    private static Timing Measure(string folder, int rounds)
    {
        var best = new Timing { Elapsed = double.MaxValue, Processor = double.MaxValue };
        var document = SloDocument.Load(Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml"));
        for (var round = 0; round < rounds; round++)
        {
            var processor = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.GetTimestamp();
            var evaluator = new SloEvaluator(document);
            evaluator.Read([folder]);
            var verdicts = evaluator.Evaluate();
            var elapsed = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            best = new Timing
            {
                First = round == 0 ? elapsed : best.First,
                Elapsed = Math.Min(best.Elapsed, elapsed),
                Processor = Math.Min(best.Processor, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds),
                Numbers = [.. verdicts.SelectMany(static v => (decimal[])[v.Good, v.Total])],
            };
        }

        return best;
    }

    // good and total of each objective, in the order of the definition
    private static string Sql(string table, string folder)
    {
        var file = $"read_parquet('{Path.Combine(folder, table)}.parquet', hive_partitioning = false)";
        const string Item = "name = 'item content_download'";
        const string Ttfr = "cast(attributes['pipeline.item.time_to_first_result'] as double)";
        const string Status = "attributes['http.response.status_code']";
        const string Request = "event_name = 'pipeline.http.request'";
        const string Role = "attributes['pipeline.http.role']";
        const string Wait = "cast(attributes['pipeline.http.limiter.wait'] as double)";
        return table == "spans"
            ? $"""
                select count(*) filter (item and result in ('success', 'duplicate')) as a1, count(*) filter (item) as a2, count(*) filter (ttfr <= 3) as b1, count(ttfr) as b2,
                count(*) filter (ttfr <= 20) as c1, count(status) - count(*) filter (status = '429') as d1, count(status) as d2, count(*) filter (item and result = 'corrupt') as h
                from (select {Item} as item, result, case when {Item} then {Ttfr} end as ttfr, case when kind = 3 then {Status} end as status
                from {file} where {Item} or kind = 3)
                """
            : $"""
                select count(*) filter (request and role = 'metadata' and cache_result = 'hit') as e1, count(*) filter (request and role = 'metadata') as e2,
                count(*) filter (wait <= 0.25) as f1, count(wait) as f2, count(*) filter (state = 'open') as g
                from (select {Request} as request, cache_result, case when {Request} then {Role} end as role, case when {Request} then {Wait} end as wait,
                case when not {Request} then attributes['pipeline.circuit_breaker.state'] end as state
                from {file} where event_name in ('pipeline.http.request', 'pipeline.circuit_breaker.state_change'))
                """;
    }

    private const string OfLines = """
        create table t as select case line->>'$.event_type' when 'span' then line->>'$.message' else line->>'$.event_type' end as name,
        case line->>'$.kind' when 'client' then '3' end as kind, line->>'$.attributes."pipeline.item.result"' as result,
        coalesce(line->>'$.attributes."pipeline.item.time_to_first_result"', '') as ttfr,
        cast(coalesce(line->>'$.attributes."http.response.status_code"', '') as text) as status,
        line->>'$.attributes."pipeline.http.role"' as role, line->>'$.attributes."pipeline.http.cache.result"' as cache,
        coalesce(line->>'$.attributes."pipeline.http.limiter.wait"', '') as wait,
        line->>'$.attributes."pipeline.circuit_breaker.state"' as state from raw
        """;

    private static Timing Sqlite(int rounds, params string[] import)
    {
        const string Item = "name = 'item content_download'";
        const string Request = "name = 'pipeline.http.request'";
        const string Query = $"""
            select json_array(sum({Item} and result in ('success', 'duplicate')), sum({Item}),
            sum({Item} and ttfr <> '' and ttfr + 0 <= 3), sum({Item} and ttfr <> ''),
            sum({Item} and ttfr <> '' and ttfr + 0 <= 20), sum({Item} and ttfr <> ''),
            sum(kind = '3' and status <> '' and status <> '429'), sum(kind = '3' and status <> ''),
            sum({Request} and role = 'metadata' and cache = 'hit'), sum({Request} and role = 'metadata'),
            sum({Request} and wait <> '' and wait + 0 <= 0.25), sum({Request} and wait <> ''),
            sum(name = 'pipeline.circuit_breaker.state_change' and state = 'open'), sum({Item} and result = 'corrupt')) from t;
            """;
        var best = new Timing { Elapsed = double.MaxValue, Processor = double.MaxValue };
        for (var round = 0; round < rounds; round++)
        {
            var clock = Stopwatch.GetTimestamp();
            var lines = Text("sh", ["-c", "sqlite3 \"$@\"; times", "sh", ":memory:", .. import, ".mode list", Query]).Split('\n');
            var elapsed = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            best = new Timing
            {
                First = round == 0 ? elapsed : best.First,
                Elapsed = Math.Min(best.Elapsed, elapsed),
                Processor = Math.Min(best.Processor, lines[2].Split(' ').Sum(Milliseconds)),
                Numbers = Lists(JsonSerializer.Deserialize<decimal[]>(lines[0])!),
            };
        }

        return best;
    }

    // 0m1.250s
    private static double Milliseconds(string time)
    {
        var parts = time.TrimEnd('s').Split('m');
        return 1000 * (60 * double.Parse(parts[0], CultureInfo.InvariantCulture) + double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static decimal[] Numbers(JsonElement row)
    {
        decimal Of(string name) => decimal.Parse(row.GetProperty(name).ToString(), CultureInfo.InvariantCulture);
        return Lists([.. ((string[])["a1", "a2", "b1", "b2", "c1", "b2", "d1", "d2", "e1", "e2", "f1", "f2", "g", "h"]).Select(Of)]);
    }

    // limits have a number only, which a verdict gives as its total
    private static decimal[] Lists(decimal[] numbers) => [.. numbers[..12], 0, numbers[12], 0, numbers[13]];

    private static void Check(string who, decimal[] ours, decimal[] theirs)
    {
        if (!ours.SequenceEqual(theirs))
            throw new InvalidOperationException($"{who} has other numbers:\n{string.Join(' ', theirs)}\n{string.Join(' ', ours)}");
    }

    private static void Print(int size, string who, string from, Timing timing, Timing ours) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {size:N0} | {who} | {from} | {timing.Elapsed:N1} | {timing.First:N1} | {timing.Processor:N1} | {ours.Elapsed / timing.Elapsed:F3} | {ours.Processor / timing.Processor:F3} |"
            )
        );

    private static JsonElement Rows(string program, params string[] arguments) =>
        JsonDocument.Parse(Text(program, arguments)).RootElement.GetProperty("rows")[0];

    private static string[] HostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(OfflineComparison).Assembly.Location] : [];

    private static T Program<T>(string program, string[] arguments) =>
        JsonSerializer.Deserialize<T>(Text(program, arguments), JsonSerializerOptions.Web)!;

    private static string Text(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "test", "interop-npm"),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{program} ended with {process.ExitCode}. It needs: npm ci --prefix test/interop-npm; apt-get install sqlite3"
            );
    }

    /// <summary>Milliseconds by the clock, of the first round, and of the processor.</summary>
    private sealed record Timing
    {
        public double Elapsed { get; init; }

        public double First { get; init; }

        public double Processor { get; init; }

        public decimal[] Numbers { get; init; } = [];
    }
}
