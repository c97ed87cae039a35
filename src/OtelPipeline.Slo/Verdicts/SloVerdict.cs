using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo;

/// <summary>The judgement of one objective at one time.</summary>
public sealed record SloVerdict
{
    /// <summary>The definition.</summary>
    public required SloDefinition Slo { get; init; }

    /// <summary>The objective; null for the verdict of a composite SLO as a whole.</summary>
    public SloObjective? Objective { get; init; }

    /// <summary>The value of <c>slo.objective.name</c>; <c>composite</c> for the verdict of a composite SLO as a whole.</summary>
    public string ObjectiveName => Objective?.Name ?? "composite";

    /// <summary>The result.</summary>
    public required SloResult Result { get; init; }

    /// <summary>Why there is no data or nothing can be judged; null for pass and fail.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// True for fail, and for no data where the definition says <c>noData: fail</c>: an exit code should tell.
    /// </summary>
    public bool CountsAsFailure { get; init; }

    /// <summary>Good events; good time slices where those are budgeted. 0 for a limit.</summary>
    public decimal Good { get; init; }

    /// <summary>Bad events; bad time slices where those are budgeted. 0 for a limit.</summary>
    public decimal Bad { get; init; }

    /// <summary>Good and bad together; for a limit, the events behind its value.</summary>
    public decimal Total { get; init; }

    /// <summary>The part that was good, 0 to 1; null for a limit and without data.</summary>
    public decimal? Sli { get; init; }

    /// <summary>The part that must be good; null for a limit.</summary>
    public decimal? Target { get; init; }

    /// <summary>For a limit, its value; for a threshold, the quantile of the target as observed (within 1 %, as information); else null.</summary>
    public decimal? Actual { get; init; }

    /// <summary>How many bad ones the target allows with this total; null for a limit.</summary>
    public decimal? AllowedBad { get; init; }

    /// <summary>How many bad ones there are beyond what is allowed; 0 within the budget, null for a limit.</summary>
    public decimal? ExcessBad { get; init; }

    /// <summary>The part of the error budget that is left: 1 untouched, 0 used up, negative overdrawn; null for a limit and without data.</summary>
    public decimal? RemainingBudget { get; init; }

    /// <summary>How fast the budget burns over several windows; empty for runs and limits.</summary>
    public IReadOnlyList<SloBurnRate> BurnRates { get; init; } = [];

    /// <summary>The part of the window about which something is known, 0 to 1.</summary>
    public double Coverage { get; init; } = 1;

    /// <summary>The run that was judged; null for windows of time, and where events belong to no run.</summary>
    public string? RunId { get; init; }

    /// <summary>Start of what was judged, or null where it is not known.</summary>
    public DateTimeOffset? WindowStart { get; init; }

    /// <summary>End of what was judged, or null where it is not known.</summary>
    public DateTimeOffset? WindowEnd { get; init; }

    /// <summary>The first event that counted, or null.</summary>
    public DateTimeOffset? FirstEvent { get; init; }

    /// <summary>The last event that counted, or null.</summary>
    public DateTimeOffset? LastEvent { get; init; }

    /// <summary>What broke it; null where nothing is bad.</summary>
    public SloExplanation? Why { get; init; }
}

/// <summary>What came out.</summary>
public enum SloResult
{
    /// <summary>The objective is met.</summary>
    Pass,

    /// <summary>The objective is not met.</summary>
    Fail,

    /// <summary>There is nothing, or too little, to judge.</summary>
    NoData,

    /// <summary>It cannot be judged from what is there; the reason says why.</summary>
    Invalid,
}

/// <summary>How fast an error budget burns.</summary>
/// <param name="Window">Over which time up to now.</param>
/// <param name="Rate">1 uses the budget up exactly at the end of the period; null without events.</param>
/// <param name="Coverage">The part of the window about which something is known, 0 to 1.</param>
public readonly record struct SloBurnRate(TimeSpan Window, decimal? Rate, double Coverage);

/// <summary>What is known about bad events.</summary>
public sealed record SloExplanation
{
    /// <summary>One line that says the most.</summary>
    public required string Summary { get; init; }

    /// <summary>The trace of the first bad event, 32 hexadecimal digits; null where it has none.</summary>
    public string? FirstBadTraceId { get; init; }

    /// <summary>When the first bad event was.</summary>
    public DateTimeOffset? FirstBadTime { get; init; }

    /// <summary>The traces of the worst bad events, the worst first; at most 3.</summary>
    public IReadOnlyList<string> WorstTraceIds { get; init; } = [];

    /// <summary>Attribute values that bad events have more often than others, the most telling first; at most 5.</summary>
    public IReadOnlyList<SloCause> Causes { get; init; } = [];

    /// <summary>When the last of the error budget, or the limit, was used up; null where it was not or is not known.</summary>
    public DateTimeOffset? CrossedAt { get; init; }
}

/// <summary>An attribute value that bad events have more often than others.</summary>
/// <param name="Key">The attribute.</param>
/// <param name="Value">Its value.</param>
/// <param name="ShareOfBad">The part of the bad events that have it, 0 to 1; an estimate where there are many.</param>
/// <param name="ShareOfAll">The part of all events that have it, 0 to 1; an estimate where there are many.</param>
public readonly record struct SloCause(string Key, string Value, double ShareOfBad, double ShareOfAll)
{
    /// <summary>How many times as often the bad events have it as all events do.</summary>
    public double Lift => ShareOfAll > 0 ? ShareOfBad / ShareOfAll : 0;
}
