using OtelPipeline.Data;

namespace OtelPipeline.Slo.Tests;

/// <summary>Rows as a reader gives them.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public static long Nanos(DateTimeOffset time) => UnixTime.FromDateTimeOffset(time);

    public static SpanRow Span(
        string name,
        DateTimeOffset end,
        double seconds = 0,
        string? run = "run-1",
        params (string Key, AttributeValue Value)[] attributes
    )
    {
        var row = new SpanRow
        {
            Name = name,
            TraceId = new TraceId(1, (ulong)end.UtcTicks),
            SpanId = SpanId.FromBytes([1, 2, 3, 4, 5, 6, 7, 8]),
            StartTimeUnixNano = Nanos(end) - (long)(seconds * 1e9),
            DurationNano = (long)(seconds * 1e9),
        };
        Fill(row, run, attributes);
        return row;
    }

    public static EventRow Event(
        string name,
        DateTimeOffset time,
        string? run = "run-1",
        params (string Key, AttributeValue Value)[] attributes
    )
    {
        var row = new EventRow
        {
            EventName = name,
            TimeUnixNano = Nanos(time),
            TraceId = new TraceId(2, (ulong)time.UtcTicks),
        };
        Fill(row, run, attributes);
        return row;
    }

    private static void Fill(TelemetryRow row, string? run, (string Key, AttributeValue Value)[] attributes)
    {
        if (run is not null)
            row.Attributes.Add("pipeline.run.id", run);
        foreach (var (key, value) in attributes)
            row.Attributes.Add(key, value);
    }
}
