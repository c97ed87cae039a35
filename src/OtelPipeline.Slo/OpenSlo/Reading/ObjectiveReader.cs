using System.Globalization;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>Reads the objectives of one <c>SLO</c>.</summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#objectives"/>
internal sealed class ObjectiveReader(DocumentReader objects, IndicatorReader indicators, Fields spec, SloDefinition slo)
{
    private static readonly TimeSpan LongestRolling = TimeSpan.FromDays(31);
    private static readonly TimeSpan ShortestRolling = TimeSpan.FromMinutes(5);
    private const int MaxSlices = 150_000;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public List<SloObjective> Read(List<Fields> items, SloIndicator? shared, bool hasShared)
    {
        var read = new List<SloObjective>();
        var withOwn = items.Count(static i => i.Has("indicator") || i.Has("indicatorRef"));
        if (!hasShared && withOwn == 0)
            spec.Error(
                "indicator",
                "the required field 'indicator' or 'indicatorRef' is missing, here or (for a composite SLO) in every objective."
            );
        for (var i = 0; i < items.Count; i++)
        {
            var hasOwn = items[i].Has("indicator") || items[i].Has("indicatorRef");
            if (hasShared && hasOwn)
                items[i]
                    .Error(
                        "this objective has an indicator of its own, and so has the SLO: for a composite SLO remove the one of the SLO."
                    );
            if (!hasShared && !hasOwn && withOwn > 0)
                items[i]
                    .Error("the required field 'indicator' or 'indicatorRef' is missing: every objective of a composite SLO needs one.");
            var own = SloReader.Indicator(items[i], indicators, objects);
            if (Read(items[i], own ?? shared, i, items.Count) is { } objective)
                read.Add(objective);
            items[i].Done();
        }

        // several thresholds of one indicator could not be told apart from a composite
        if (shared?.Threshold is not null && items.Count > 1)
            spec.Error("objectives", $"an indicator with 'thresholdMetric' has exactly one objective; these are {items.Count}.");
        return read;
    }

    private SloObjective? Read(Fields item, SloIndicator? indicator, int index, int count)
    {
        var displayName = item.Text("displayName");
        var op = AlertReader.Op(item, "op", required: false);
        var value = item.Number("value");
        var target = Target(item);
        var sliceTarget = item.Number("timeSliceTarget");
        var sliceWindow = SliceWindow(item);
        var weight = item.Number("compositeWeight");
        CheckSlices(item, sliceTarget, sliceWindow);
        if (weight is <= 0)
            item.Error("compositeWeight", $"a weight is above 0, not {Text(weight.Value)}.");
        if (weight is not null && count == 1)
            item.Error("compositeWeight", "a weight is of use only where there are several objectives.");
        if (indicator is null)
            return null;
        if (indicator.Threshold is null)
        {
            item.Forbid("is only for a thresholdMetric, and the indicator is a ratioMetric", "op", "value");
        }
        else
        {
            if (!item.Has("op"))
                item.Error("op", "the required field 'op' is missing: the indicator is a thresholdMetric.");
            if (!item.Has("value"))
                item.Error("value", "the required field 'value' is missing: the indicator is a thresholdMetric.");
            if (op is null || value is null)
                return null;
        }

        var objective = new SloObjective
        {
            Slo = slo,
            Name = UniqueName(displayName, index),
            DisplayName = displayName,
            Indicator = indicator,
            Op = indicator.Threshold is null ? null : op,
            Value = indicator.Threshold is null ? null : value,
            Target = target ?? 0,
            TimeSliceTarget = sliceTarget,
            TimeSliceWindow = sliceWindow,
            CompositeWeight = weight ?? 1,
            Position = item.Position,
        };
        CheckTelemetry(item, objective);
        return target is null ? null : objective;
    }

    private static decimal? Target(Fields item)
    {
        var target = item.Number("target");
        var percent = item.Number("targetPercent");
        if (item.Has("target") && item.Has("targetPercent"))
            item.Error("targetPercent", "'target' and 'targetPercent' cannot stand together: give one of them.");
        else if (!item.Has("target") && !item.Has("targetPercent"))
            item.Error("target", "the required field 'target' or 'targetPercent' is missing.");
        if (target is < 0 or >= 1)
            item.Error("target", $"a target is at least 0 and below 1, not {Text(target.Value)}.");
        if (percent is < 0 or >= 100)
            item.Error("targetPercent", $"a target in percent is at least 0 and below 100, not {Text(percent.Value)}.");
        return target ?? percent / 100;
    }

    // a number is minutes: https://github.com/OpenSLO/OpenSLO#notes-objectives
    private static TimeSpan? SliceWindow(Fields item)
    {
        if (item.Node("timeSliceWindow") is YamlText text && text.TryNumber(out var minutes))
        {
            if (minutes is > 0 and <= 525_600)
                return TimeSpan.FromTicks((long)(minutes * TimeSpan.TicksPerMinute));
            item.Error("timeSliceWindow", $"a time slice has a positive number of minutes, not {Text(minutes)}.");
            return null;
        }

        return item.Duration("timeSliceWindow")?.ToTimeSpan();
    }

    private void CheckSlices(Fields item, decimal? target, TimeSpan? window)
    {
        var method = slo.BudgetingMethod;
        if (target is <= 0 or > 1)
            item.Error("timeSliceTarget", $"a target of a time slice is above 0 and at most 1, not {Text(target.Value)}.");
        if (method == BudgetingMethod.Timeslices && !item.Has("timeSliceTarget"))
            item.Error("timeSliceTarget", "the required field 'timeSliceTarget' is missing: the budgeting method is Timeslices.");
        if (method != BudgetingMethod.Timeslices)
            item.Forbid($"is only for the budgeting method Timeslices, and this one is {method}", "timeSliceTarget");
        if (method == BudgetingMethod.Occurrences)
            item.Forbid("is only for the budgeting methods Timeslices and RatioTimeslices", "timeSliceWindow");
        else if (!item.Has("timeSliceWindow"))
            item.Error("timeSliceWindow", $"the required field 'timeSliceWindow' is missing: the budgeting method is {method}.");
        if (window is not { } slice || slo.TimeWindow is not { } period)
            return;
        var length = period.Duration.ToTimeSpan();
        if (slice > length)
            item.Error("timeSliceWindow", $"a time slice of {slice} is longer than the time window of {period.Duration}.");
        else if (length / slice > MaxSlices)
            item.Error(
                "timeSliceWindow",
                $"a time window of {period.Duration} has more than {MaxSlices:N0} slices of {slice}: make them longer."
            );
    }

    private void CheckTelemetry(Fields item, SloObjective objective)
    {
        if (!objective.Indicator.IsTelemetry)
            return;
        if (slo.TimeWindow is { IsRolling: true, Duration: var rolling })
        {
            if (rolling.IsCalendrical)
                spec.Error(
                    "timeWindow",
                    $"a rolling window of {rolling} has no fixed length: give days, such as {rolling.ToTimeSpan().Days}d."
                );
            if (rolling.ToTimeSpan() < ShortestRolling || rolling.ToTimeSpan() > LongestRolling)
                spec.Error("timeWindow", $"a rolling window of a source of type OtelPipeline is 5m to 31d, not {rolling}.");
        }

        if (objective.Indicator.Threshold?.Telemetry is not { } source)
            return;

        // buckets are (lower, upper]: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#histogram
        if (source is { Signal: SloSignal.Metrics, Aggregate: null } && objective.Op is (Comparison.Lt or Comparison.Gte))
            item.Error("op", "buckets of histograms include their upper bound: only lte and gt can be told apart by them.");
        if (
            source is { Aggregate: SloAggregate.Count or SloAggregate.Rate or SloAggregate.Sum, Liveness: null }
            && objective is { Value: <= 0, Op: Comparison.Lte }
        )
        {
            item.Error("value", "a limit of zero needs 'liveness', a filter that must match at least once, or an idle run would pass.");
        }
    }

    private string UniqueName(string? displayName, int index)
    {
        var name = displayName ?? string.Create(CultureInfo.InvariantCulture, $"objective-{index + 1}");
        var unique = name;
        for (var i = 2; !_names.Add(unique); i++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        return unique;
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
