namespace OtelPipeline;

/// <summary>What is known of one run when it starts.</summary>
public sealed class RunOptions
{
    /// <summary>What started the run. Default: <see cref="RunTrigger.Manual"/>; <see cref="RunTrigger.Retry"/> where <see cref="ResumeFrom"/> is set.</summary>
    public RunTrigger? Trigger { get; init; }

    /// <summary>Start (inclusive) of the data that the run processes, or null.</summary>
    public DateTimeOffset? DataIntervalStart { get; init; }

    /// <summary>End (exclusive) of the data that the run processes, or null.</summary>
    public DateTimeOffset? DataIntervalEnd { get; init; }

    /// <summary>
    /// The earlier run whose work this one continues, or null. The run span links to it, and its attempt counts on. Keep
    /// <see cref="PipelineRun.Reference"/> with a checkpoint to have it at hand.
    /// </summary>
    public RunReference? ResumeFrom { get; init; }
}
