using System.Globalization;

namespace OtelPipeline.Data.Files;

/// <summary>Hive partitions: <c>date=2026-11-20/hour=10</c>, UTC.</summary>
internal static class TelemetryPartition
{
    private const long NanosecondsPerHour = 3_600_000_000_000;

    /// <summary>The hour since 1970 that a row belongs to.</summary>
    public static long HourOf(TelemetryRow row) => Math.Max(0, row.TimestampUnixNano) / NanosecondsPerHour;

    /// <summary>The partition of an hour since 1970.</summary>
    public static string Of(long hour)
    {
        var time = DateTime.UnixEpoch.AddHours(hour);
        return string.Create(CultureInfo.InvariantCulture, $"date={time:yyyy-MM-dd}/hour={time:HH}");
    }
}
