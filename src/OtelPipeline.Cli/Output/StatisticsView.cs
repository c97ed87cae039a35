using System.Text.Json;
using OtelPipeline.Data;
using OtelPipeline.Data.Statistics;

namespace OtelPipeline.Cli.Output;

/// <summary>Statistics as tables, as one JSON object, or as CSV with a kind in the first column.</summary>
internal static class StatisticsView
{
    public static void Write(Session session, OutputFormat format, TelemetryStatistics statistics)
    {
        switch (format)
        {
            case OutputFormat.Json or OutputFormat.Jsonl:
                WriteJson(session.Output, statistics, format == OutputFormat.Json);
                break;
            case OutputFormat.Csv:
                WriteCsv(session, statistics);
                break;
            default:
                WriteTables(session, statistics);
                break;
        }
    }

    private static void WriteTables(Session session, TelemetryStatistics statistics)
    {
        var head = new TextBlock(session);
        head.Field("files", $"{statistics.Files}, {Cell.Bytes(statistics.Bytes)}");
        if (statistics is { First: { } first, Last: { } last })
        {
            head.Field("first", Cell.Time(UnixTime.FromDateTimeOffset(first)) + " UTC");
            head.Field("last", Cell.Time(UnixTime.FromDateTimeOffset(last)) + " UTC");
        }

        head.Field("spans", $"{statistics.Spans}, {statistics.SpanErrors} with errors", statistics.SpanErrors > 0 ? "error" : null);
        head.Field("events", $"{statistics.Events}, {statistics.EventErrors} errors", statistics.EventErrors > 0 ? "error" : null);
        head.Field("metrics", $"{statistics.PointsByMetric.Count}, {statistics.MetricPoints} points");
        if (statistics.CacheHitRatio is { } ratio)
            head.Field("cache", $"{ratio * 100:0.#} % hits ({statistics.CacheHits} of {statistics.CacheHits + statistics.CacheMisses})");
        head.End();
        if (statistics.Nodes.Count > 0)
            WriteNodes(session, statistics);
        WriteCounts(session, "event", statistics.EventsByName, "(log records without a name)");
        WriteCounts(session, "level", statistics.EventsByLevel, "(not said)");
    }

    private static void WriteNodes(Session session, TelemetryStatistics statistics)
    {
        Space(session);
        var rows = ResultWriter.Create(
            session,
            OutputFormat.Table,
            new Column("node", Shrinks: true),
            new Column("spans"),
            new Column("events"),
            new Column("errors"),
            new Column("min", IsExtra: true),
            new Column("mean"),
            new Column("p50"),
            new Column("p95"),
            new Column("max")
        );
        foreach (var node in statistics.Nodes)
            rows.Write([node.Name, node.Spans, node.Events, node.Errors, .. Durations(node.Duration)]);
        rows.End();
    }

    private static void WriteCounts(Session session, string title, IReadOnlyDictionary<string, long> counts, string nameless)
    {
        if (counts.Count == 0)
            return;
        Space(session);
        var rows = ResultWriter.Create(session, OutputFormat.Table, new Column(title, Shrinks: true), new Column("records"));
        foreach (var (name, count) in InOrder(counts))
            rows.Write(name.Length == 0 ? nameless : name, count);
        rows.End();
    }

    private static void WriteCsv(Session session, TelemetryStatistics statistics)
    {
        var rows = ResultWriter.Create(
            session,
            OutputFormat.Csv,
            new Column("kind"),
            new Column("pipeline"),
            new Column("name"),
            new Column("records"),
            new Column("errors"),
            new Column("min_ms"),
            new Column("mean_ms"),
            new Column("p50_ms"),
            new Column("p95_ms"),
            new Column("max_ms")
        );
        rows.Write("signal", null, "spans", statistics.Spans, statistics.SpanErrors, null, null, null, null, null);
        rows.Write("signal", null, "events", statistics.Events, statistics.EventErrors, null, null, null, null, null);
        rows.Write("signal", null, "metric_points", statistics.MetricPoints, null, null, null, null, null, null);
        foreach (var node in statistics.Nodes)
            rows.Write(["node", node.Pipeline, node.Name, node.Spans + node.Events, node.Errors, .. Durations(node.Duration)]);
        foreach (
            var (kind, counts) in (ReadOnlySpan<(string, IReadOnlyDictionary<string, long>)>)
                [("event", statistics.EventsByName), ("level", statistics.EventsByLevel), ("metric", statistics.PointsByMetric)]
        )
        {
            foreach (var (name, count) in InOrder(counts))
                rows.Write(kind, null, name, count, null, null, null, null, null, null);
        }

        rows.End();
    }

    private static void WriteJson(Stream output, TelemetryStatistics statistics, bool indented)
    {
        using (var json = new Utf8JsonWriter(output, JsonResultWriter.Options with { Indented = indented }))
        {
            json.WriteStartObject();
            json.WriteNumber("files", statistics.Files);
            json.WriteNumber("bytes", statistics.Bytes);
            Value(json, "first", statistics.First is { } first ? new Moment(UnixTime.FromDateTimeOffset(first)) : null);
            Value(json, "last", statistics.Last is { } last ? new Moment(UnixTime.FromDateTimeOffset(last)) : null);
            json.WriteNumber("spans", statistics.Spans);
            json.WriteNumber("span_errors", statistics.SpanErrors);
            json.WriteNumber("events", statistics.Events);
            json.WriteNumber("event_errors", statistics.EventErrors);
            json.WriteNumber("metric_points", statistics.MetricPoints);
            json.WriteNumber("cache_hits", statistics.CacheHits);
            json.WriteNumber("cache_misses", statistics.CacheMisses);
            Value(json, "cache_hit_ratio", statistics.CacheHitRatio);
            json.WriteStartArray("nodes");
            foreach (var node in statistics.Nodes)
            {
                json.WriteStartObject();
                json.WriteString("pipeline", node.Pipeline);
                json.WriteString("node", node.Name);
                json.WriteNumber("spans", node.Spans);
                json.WriteNumber("events", node.Events);
                json.WriteNumber("errors", node.Errors);
                json.WriteNumber("executions", node.Duration.Count);
                foreach (var (name, value) in ((string[])["min_ms", "mean_ms", "p50_ms", "p95_ms", "max_ms"]).Zip(Durations(node.Duration)))
                    Value(json, name, value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Counts(json, "events_by_name", statistics.EventsByName);
            Counts(json, "events_by_level", statistics.EventsByLevel);
            Counts(json, "points_by_metric", statistics.PointsByMetric);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static object?[] Durations(DurationDistribution duration) =>
        duration.Count == 0
            ? [null, null, null, null, null]
            :
            [
                new Nanoseconds(duration.MinNano),
                new Nanoseconds(duration.MeanNano),
                new Nanoseconds(duration.QuantileNano(0.5)),
                new Nanoseconds(duration.QuantileNano(0.95)),
                new Nanoseconds(duration.MaxNano),
            ];

    private static void Value(Utf8JsonWriter json, string name, object? value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        JsonResultWriter.WriteValue(json, value);
    }

    private static void Counts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in InOrder(counts))
            json.WriteNumber(key, count);
        json.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, long>> InOrder(IReadOnlyDictionary<string, long> counts) =>
        counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);

    private static void Space(Session session) => session.Output.Write("\n"u8);
}
