using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo;

/// <summary>How a <see cref="SloEvaluator"/> judges.</summary>
public sealed class SloEvaluatorOptions
{
    /// <summary>
    /// The clock of a live evaluation, at which windows end; null (default) for telemetry that lies in files, where windows end at
    /// <see cref="At"/>.
    /// </summary>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>
    /// For files: the time that is judged; later events do not count. Null (default) for the time of the last record that was seen.
    /// </summary>
    public DateTimeOffset? At { get; set; }

    /// <summary>The run that objectives without a time window judge; null (default) for the one that was active last.</summary>
    public string? RunId { get; set; }

    /// <summary>A rolling window that replaces those of all definitions, 5m to 31d; null (default) for what each says.</summary>
    public SloDuration? Window { get; set; }

    /// <summary>How many runs are kept; those that were active longest ago are forgotten. Range: 1 or more. Default: 50.</summary>
    public int MaxRuns { get; set; } = 50;
}
