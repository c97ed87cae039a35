using Microsoft.Extensions.Logging;

namespace OtelPipeline.AspNetCore.Health;

/// <summary>Names of the metrics, the event and the attributes that health emits, on the meter and logger category <c>OtelPipeline</c>.</summary>
public static class HealthSignals
{
    /// <summary>Observable UpDownCounter, 1: one point for each check and state, 1 for the current state and 0 for the others.</summary>
    public const string Status = "pipeline.health.status";

    /// <summary>ObservableGauge, 1: share of the processors that this process may use which is busy (0 to 1), as the system check saw it last.</summary>
    public const string CpuUtilization = "system.cpu.utilization";

    /// <summary>ObservableGauge, 1: share of the memory that this process may use which is taken (0 to 1), as the system check saw it last.</summary>
    public const string MemoryUtilization = "system.memory.utilization";

    /// <summary>ObservableGauge, 1: share of a file system that is taken (0 to 1), as the system check saw it last.</summary>
    public const string FileSystemUtilization = "system.filesystem.utilization";

    /// <summary>
    /// A check has changed its state. Also written when the first result of a check is not healthy; then it has no previous state.
    /// Levels: Error for unhealthy, Warning for degraded, Information for healthy.
    /// </summary>
    public static readonly EventId StateChange = new(60, "pipeline.health.state_change");

    /// <summary>Name of a check.</summary>
    public const string CheckName = "pipeline.health.check.name";

    /// <summary>State of a check: healthy, degraded or unhealthy.</summary>
    public const string State = "pipeline.health.state";

    /// <summary>State of a check before it changed, on events.</summary>
    public const string PreviousState = "pipeline.health.state.previous";

    /// <summary>Why a check is not healthy, on events and in bodies: one of the words of <see cref="HealthReason"/>.</summary>
    public const string Reason = "pipeline.health.reason";

    /// <summary>Seconds that the evaluation took, on events.</summary>
    public const string Duration = "pipeline.health.check.duration";

    /// <summary>Mount point of a file system (semantic conventions).</summary>
    public const string Mountpoint = "system.filesystem.mountpoint";
}
