using System.Collections.Frozen;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OtelPipeline.AspNetCore.Health;

/// <summary>
/// The words that say why a check is not healthy. Bodies and events carry one of these and never a description or an exception's text, which
/// may hold a secret. A check of your own gives one in <see cref="HealthCheckResult.Data"/> under <see cref="HealthSignals.Reason"/>;
/// other texts there are not shown.
/// </summary>
public static class HealthReason
{
    /// <summary>The check did not return within its time-out.</summary>
    public const string Timeout = "timeout";

    /// <summary>The check succeeded, but took longer than it should.</summary>
    public const string Slow = "slow";

    /// <summary>The check threw; the log has the exception.</summary>
    public const string Error = "error";

    /// <summary>Processors are too busy.</summary>
    public const string Cpu = "cpu";

    /// <summary>Memory is too full.</summary>
    public const string Memory = "memory";

    /// <summary>A file system is too full or cannot be read.</summary>
    public const string Disk = "disk";

    /// <summary>A service did not answer with success.</summary>
    public const string BadStatus = "bad_status";

    /// <summary>A directory cannot be written.</summary>
    public const string NotWritable = "not_writable";

    /// <summary>Telemetry was lost lately.</summary>
    public const string Dropped = "dropped";

    /// <summary>What should succeed has never succeeded.</summary>
    public const string NoSuccess = "no_success";

    /// <summary>The last success is too long ago.</summary>
    public const string Stale = "stale";

    private static readonly FrozenSet<string> s_all = FrozenSet.Create(
        StringComparer.Ordinal,
        Timeout,
        Slow,
        Error,
        Cpu,
        Memory,
        Disk,
        BadStatus,
        NotWritable,
        Dropped,
        NoSuccess,
        Stale
    );

    internal static string? Of(HealthReportEntry entry)
    {
        if (entry.Status == HealthStatus.Healthy)
            return null;
        if (entry.Data.TryGetValue(HealthSignals.Reason, out var value) && value is string word && s_all.TryGetValue(word, out var known))
            return known;
        return entry.Exception switch
        {
            null => null,
            OperationCanceledException or TimeoutException => Timeout,
            _ => Error,
        };
    }

    internal static IReadOnlyDictionary<string, object> Data(string reason) =>
        new Dictionary<string, object>(StringComparer.Ordinal) { [HealthSignals.Reason] = reason };
}
