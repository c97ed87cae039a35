using System.Globalization;

namespace OtelPipeline.Data.Files;

/// <summary>Hive partitions: <c>date=2026-11-20/hour=10</c>, UTC.</summary>
internal static class TelemetryPartition
{
    /// <summary>The partition of an hour since 1970.</summary>
    public static string Of(long hour)
    {
        var time = DateTime.UnixEpoch.AddHours(hour);
        return string.Create(CultureInfo.InvariantCulture, $"date={time:yyyy-MM-dd}/hour={time:HH}");
    }
}

/// <summary>The time that a row is sorted and partitioned by: the column <c>timestamp</c>.</summary>
internal static class RowTime
{
    private const long NanosecondsPerHour = 3_600_000_000_000;

    public static long Of(TelemetryRow row) =>
        row switch
        {
            SpanRow span => span.StartTimeUnixNano,
            EventRow record => record.TimeUnixNano != 0 ? record.TimeUnixNano : record.ObservedTimeUnixNano,
            _ => ((MetricPointRow)row).TimeUnixNano,
        };

    public static long Hour(TelemetryRow row) => Math.Max(0, Of(row)) / NanosecondsPerHour;
}
