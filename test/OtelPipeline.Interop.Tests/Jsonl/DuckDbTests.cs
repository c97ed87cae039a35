using System.Globalization;
using System.Text.Json.Nodes;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>DuckDB reads the files of the exporter, compressed or not, without being told their shape.</summary>
internal sealed class DuckDbTests
{
    private static readonly string s_folder = Path.Combine(RepositoryPaths.Root, "test", "interop-npm");

    [TestCase(JsonlCompression.None)]
    [TestCase(JsonlCompression.Gzip)]
    [TestCase(JsonlCompression.Zstd)]
    public async Task Otlp_lines_have_their_shape_and_all_their_records(JsonlCompression compression)
    {
        using var folder = RotatedFolder.Write(JsonlFormat.Otlp, compression);
        CheckNames(folder, compression);
        var results = await QueryAsync(
            $$"""
            with spans as (
              select rs.resource as resource, unnest(rs.scopeSpans, recursive := false) as ss
              from (select unnest(resourceSpans) as rs from read_json({{Files(folder, "spans")}}))
            ), rows as (select resource, unnest(ss.spans) as s from spans)
            select count(*) as n, count(distinct s.spanId) as ids, min(s.name) as first, max(s.name) as last,
              min(length(s.traceId)) as trace, min(s.kind) as kind,
              bool_and(s.endTimeUnixNano::bigint >= s.startTimeUnixNano::bigint) as ends,
              sum(list_filter(s.attributes, a -> a.key = 'n')[1].value.intValue::bigint) as total,
              sum(list_filter(s.attributes, a -> a.key = 'ratio')[1].value.doubleValue) as ratio,
              min(resource.attributes[1].value.stringValue) as instance
            from rows
            """,
            $$"""
            with scopes as (
              select unnest(rl.scopeLogs) as sl from (select unnest(resourceLogs) as rl from read_json({{Files(folder, "logs")}}))
            ), rows as (select sl.scope.name as category, unnest(sl.logRecords) as r from scopes)
            select count(*) as n, min(category) as category, min(r.severityNumber) as severity, min(r.body.stringValue) as body,
              count(distinct list_filter(r.attributes, a -> a.key = 'N')[1].value.intValue) as ids
            from rows
            """,
            $$"""
            with scopes as (
              select unnest(rm.scopeMetrics) as sm from (select unnest(resourceMetrics) as rm from read_json({{Files(folder, "metrics")}}))
            ), rows as (select sm.scope.name as meter, unnest(sm.metrics) as m from scopes)
            select m.name as name, max(list_sum([p.asInt::bigint for p in m.sum.dataPoints])) as value,
              max(m.histogram.dataPoints[1].count::bigint) as count, max(len(m.histogram.dataPoints[1].bucketCounts)) as buckets
            from rows where meter = 'rotated' group by all order by name
            """
        );

        Check(
            results,
            """[{"n":"1500","ids":"1500","first":"span 0000","last":"span 1499","trace":"32","kind":"1","ends":true,"total":"1124250","ratio":140531.25,"instance":"pod-1"}]""",
            """[{"n":"1500","category":"rotated","severity":"13","body":"record {N} {Payload}","ids":"1500"}]""",
            """[{"name":"records","value":"1500","count":null,"buckets":null},{"name":"sizes","value":null,"count":"1500","buckets":"16"}]"""
        );
    }

    [TestCase(JsonlCompression.None)]
    [TestCase(JsonlCompression.Gzip)]
    [TestCase(JsonlCompression.Zstd)]
    public async Task Flat_lines_have_their_shape_and_all_their_records(JsonlCompression compression)
    {
        using var folder = RotatedFolder.Write(JsonlFormat.Flat, compression);
        CheckNames(folder, compression);
        var results = await QueryAsync(
            $$"""
            select count(*) as n, count(distinct span_id) as ids, min(message) as first, max(message) as last, min(event_type) as type,
              sum(attributes.n) as total, sum(attributes.ratio) as ratio, min(duration_ms) >= 0 as lasts,
              bool_and(timestamp::timestamptz between now()::timestamptz - interval 1 hour and now()::timestamptz + interval 1 hour) as now,
              min(length(trace_id)) as trace, any_value(typeof(attributes)) as attributes
            from read_json({{Files(folder, "spans")}})
            """,
            $$"""
            select count(*) as n, min(category) as category, min(level) as level, min(message) as message, count(distinct attributes.N) as ids
            from read_json({{Files(folder, "logs")}})
            """,
            $$"""
            select metric_name as name, metric_type as type, sum(value_int) as value, max(count) as count, max(len(bucket_counts)) as buckets
            from read_json({{Files(folder, "metrics")}}) where category = 'rotated'
            group by all order by name
            """
        );

        Check(
            results,
            """[{"n":"1500","ids":"1500","first":"span 0000","last":"span 1499","type":"span","total":"1124250","ratio":140531.25,"lasts":true,"now":true,"trace":"32","attributes":"STRUCT(n BIGINT, ratio DOUBLE, payload VARCHAR)"}]""",
            """[{"n":"1500","category":"rotated","level":"Warning","message":"record {N} {Payload}","ids":"1500"}]""",
            """[{"name":"records","type":"sum","value":"1500","count":null,"buckets":null},{"name":"sizes","type":"histogram","value":null,"count":"1500","buckets":"16"}]"""
        );
    }

    private static void CheckNames(TelemetryFolder folder, JsonlCompression compression)
    {
        var extension = compression switch
        {
            JsonlCompression.Gzip => ".jsonl.gz",
            JsonlCompression.Zstd => ".jsonl.zst",
            _ => ".jsonl",
        };
        foreach (var signal in (string[])["spans", "logs"])
        {
            var files = folder.Files(signal);
            Assert.That(files, Has.Length.GreaterThan(2), signal);
            Assert.That(files[..^1], Is.All.EndsWith(extension), signal);
        }
    }

    private static string Files(TelemetryFolder folder, string signal) =>
        $"[{string.Join(", ", folder.Files(signal).Select(file => $"'{file.Replace("'", "''", StringComparison.Ordinal)}'"))}]";

    private static async Task<JsonNode[]> QueryAsync(params string[] queries)
    {
        if (!Directory.Exists(Path.Combine(s_folder, "node_modules")))
            Assert.Fail("The packages of test/interop-npm are missing: run npm ci --prefix test/interop-npm");
        var result = await ChildProcess.RunAsync("node", ["query.mjs", .. queries], s_folder);
        Assert.That(result.ExitCode, Is.Zero, result.Output);
        return
        [
            .. result
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!)
                .Select(answer => answer["rows"] ?? answer),
        ];
    }

    private static void Check(JsonNode[] results, params string[] expected) =>
        Assert.Multiple(() =>
        {
            for (var i = 0; i < expected.Length; i++)
                Assert.That(Text(results[i]), Is.EqualTo(Text(JsonNode.Parse(expected[i])!)));
        });

    /// <summary>DuckDB writes integers as text or as numbers, depending on their width.</summary>
    private static string Text(JsonNode node) =>
        string.Join(
            '\n',
            node is JsonArray rows
                ? rows.Select(row =>
                    string.Join(
                        ", ",
                        row!.AsObject().Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key}={item.Value}"))
                    )
                )
                : [node.ToJsonString()]
        );
}
