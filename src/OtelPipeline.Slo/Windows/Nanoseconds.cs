namespace OtelPipeline.Slo.Windows;

/// <summary>Nanoseconds since 1970-01-01 UTC, as telemetry has them.</summary>
internal static class Nanoseconds
{
    public static long Nanos(TimeSpan time) => time.Ticks * 100;

    public static long ToNanos(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;

    public static long ToNanos(DateTime utc) => (utc.Ticks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;

    public static DateTimeOffset ToInstant(long nanos) => DateTimeOffset.UnixEpoch.AddTicks(nanos / 100);
}
