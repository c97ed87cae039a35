namespace OtelPipeline.Signals;

public static partial class PipelineMetrics
{
    /// <summary>Counter, {event}: events that objectives over ratios and thresholds judged, by outcome.</summary>
    public const string SloEvents = "slo.events";

    /// <summary>Observable UpDownCounter, 1: 1 for the current result of each objective, 0 for the others.</summary>
    public const string SloResult = "slo.result";

    /// <summary>ObservableGauge: the indicator of each objective, the part that was good or the value of a limit.</summary>
    public const string SloSliValue = "slo.sli.value";

    /// <summary>ObservableGauge: what the indicator of each objective is compared with, its target or limit.</summary>
    public const string SloObjectiveValue = "slo.objective.value";

    /// <summary>ObservableGauge, 1: the part of the error budget that is left; negative when overdrawn.</summary>
    public const string SloErrorBudgetRemaining = "slo.error_budget.remaining_ratio";

    /// <summary>ObservableGauge, 1: how fast the error budget burns; 1 uses it up exactly at the end of the period.</summary>
    public const string SloBurnRate = "slo.burn_rate.ratio";
}
