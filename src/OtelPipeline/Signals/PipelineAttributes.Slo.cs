namespace OtelPipeline.Signals;

public static partial class PipelineAttributes
{
    /// <summary>Name of a service level objective's definition.</summary>
    public const string SloName = "slo.name";

    /// <summary>Name of one objective of a definition.</summary>
    public const string SloObjectiveName = "slo.objective.name";

    /// <summary>What an event was for an objective: good or bad.</summary>
    public const string SloOutcome = "slo.outcome";

    /// <summary>Result of an objective: pass, fail, no_data or invalid.</summary>
    public const string SloResultState = "slo.result.state";

    /// <summary>Result of an objective before it changed.</summary>
    public const string SloResultPrevious = "slo.result.state.previous";

    /// <summary>The time that a budget or burn rate is about: run, 1h, 30d and the like.</summary>
    public const string SloWindow = "slo.window";

    /// <summary>Part of events that was good, or the value of a limit.</summary>
    public const string SloSli = "slo.sli.value";

    /// <summary>Part that must be good, or the limit.</summary>
    public const string SloObjective = "slo.objective.value";

    /// <summary>Good events of a verdict.</summary>
    public const string SloGood = "slo.events.good";

    /// <summary>Bad events of a verdict.</summary>
    public const string SloBad = "slo.events.bad";

    /// <summary>Part of the error budget that is left.</summary>
    public const string SloBudgetRemaining = "slo.error_budget.remaining_ratio";

    /// <summary>Why a verdict is what it is, for people.</summary>
    public const string SloReason = "slo.reason";

    /// <summary>Trace of the first bad event of a verdict, 32 hexadecimal digits.</summary>
    public const string SloFirstBadTrace = "slo.bad.trace_id";
}
