namespace OtelPipeline.Slo.OpenSlo;

/// <summary>An <c>SLO</c> with everything that it refers to.</summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#slo"/>
public sealed class SloDefinition : OpenSloObject
{
    /// <summary><c>spec.service</c>: the name of a service, which need not be defined.</summary>
    public required string Service { get; init; }

    /// <summary>The time that is judged, or null for one run of a pipeline.</summary>
    public SloTimeWindow? TimeWindow { get; init; }

    /// <summary>How good and bad become a budget.</summary>
    public required BudgetingMethod BudgetingMethod { get; init; }

    /// <summary>The objectives; at least one.</summary>
    public IReadOnlyList<SloObjective> Objectives { get; internal set; } = [];

    /// <summary>True where the objectives have indicators of their own, so that together they are one composite objective.</summary>
    public bool IsComposite { get; init; }

    /// <summary>The alert policies; may be none.</summary>
    public IReadOnlyList<AlertPolicyObject> AlertPolicies { get; init; } = [];

    /// <summary>
    /// Times that count neither as good nor as bad (maintenance), from the annotation <c>otelpipeline/exclude</c>; may be none.
    /// </summary>
    public IReadOnlyList<SloExclusion> Exclusions { get; init; } = [];
}

/// <summary>One objective of an <see cref="SloDefinition"/>.</summary>
public sealed class SloObjective
{
    /// <summary>The definition that it belongs to.</summary>
    public required SloDefinition Slo { get; init; }

    /// <summary>
    /// The value of <c>slo.objective.name</c>: the display name, else <c>objective-N</c> counted from 1; made unique in its definition.
    /// </summary>
    public required string Name { get; init; }

    /// <summary><c>displayName</c>, or null.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What is measured.</summary>
    public required SloIndicator Indicator { get; init; }

    /// <summary>What kind of judgement it asks for.</summary>
    public SloObjectiveKind Kind =>
        Indicator.Threshold is null ? SloObjectiveKind.Ratio
        : Indicator.Threshold.Telemetry?.Aggregate is null ? SloObjectiveKind.Quantile
        : SloObjectiveKind.Limit;

    /// <summary>How a measured value is compared with <see cref="Value"/>; null for a ratio.</summary>
    public Comparison? Op { get; init; }

    /// <summary>The threshold or limit, in the unit of the measured value; null for a ratio.</summary>
    public decimal? Value { get; init; }

    /// <summary>The part that must be good. Range: 0 to below 1 (<c>targetPercent</c> divided by 100).</summary>
    public required decimal Target { get; init; }

    /// <summary>The part of a time slice that must be good for the slice to be good; only with <see cref="BudgetingMethod.Timeslices"/>.</summary>
    public decimal? TimeSliceTarget { get; init; }

    /// <summary>The length of a time slice; null for <see cref="BudgetingMethod.Occurrences"/>.</summary>
    public TimeSpan? TimeSliceWindow { get; init; }

    /// <summary>How much it counts in a composite objective. Range: above 0. Default: 1.</summary>
    public decimal CompositeWeight { get; init; } = 1;

    /// <summary>Where it stands.</summary>
    public required SourcePosition Position { get; init; }

    /// <summary>The name of its definition, with its own name where the definition has several objectives.</summary>
    public override string ToString() => Slo.Objectives.Count == 1 ? Slo.Name : $"{Slo.Name}/{Name}";
}

/// <summary>What kind of judgement an objective asks for.</summary>
public enum SloObjectiveKind
{
    /// <summary>Good events among all.</summary>
    Ratio,

    /// <summary>The part of values that keep a threshold, which is the same as a quantile of them.</summary>
    Quantile,

    /// <summary>One value over the whole window (a count, a rate, an age, a maximum) against a limit.</summary>
    Limit,
}

/// <summary>How good and bad become a budget.</summary>
public enum BudgetingMethod
{
    /// <summary>Good events among all events.</summary>
    Occurrences,

    /// <summary>Good time slices among all time slices; a slice is good when its part of good events reaches a target of its own.</summary>
    Timeslices,

    /// <summary>The mean of the parts of good events of all time slices.</summary>
    RatioTimeslices,
}

/// <summary>A comparison of a measured value (left) with a threshold (right).</summary>
public enum Comparison
{
    /// <summary>Less than or equal.</summary>
    Lte,

    /// <summary>Greater than or equal.</summary>
    Gte,

    /// <summary>Less than.</summary>
    Lt,

    /// <summary>Greater than.</summary>
    Gt,
}

/// <summary>The time over which an objective is judged.</summary>
public sealed class SloTimeWindow
{
    /// <summary>How long it is.</summary>
    public required SloDuration Duration { get; init; }

    /// <summary>True: the time up to now. False: calendar periods, counted from <see cref="CalendarStart"/>.</summary>
    public required bool IsRolling { get; init; }

    /// <summary>When the first calendar period starts, in local time of <see cref="TimeZone"/>; null for a rolling window.</summary>
    public DateTime? CalendarStart { get; init; }

    /// <summary>The time zone of a calendar window; null for a rolling one.</summary>
    public TimeZoneInfo? TimeZone { get; init; }
}
