using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>
/// How the part of bad events of an objective is recorded: rules that come first, rules for each window, and what guards may look at.
/// </summary>
internal sealed class ErrorRatio
{
    private const string Errors = "otelpipeline:slo_error:ratio_rate";
    private const string SliceErrors = "otelpipeline:slo_slice_error:ratio_rate";

    private readonly SloObjective _objective;
    private readonly Func<TimeSpan, IEnumerable<Rule>> _window;
    private readonly string _prefix;

    private ErrorRatio(SloObjective objective, string prefix, Func<TimeSpan, IEnumerable<Rule>> window) =>
        (_objective, _prefix, _window) = (objective, prefix, window);

    /// <summary>Rules that those of the windows refer to.</summary>
    public IReadOnlyList<Rule> Base { get; private init; } = [];

    /// <summary>A series that exists from the moment on at which something is known about the objective.</summary>
    public required string Known { get; init; }

    /// <summary>Whether the number of events is known, so that too few of them can be told.</summary>
    public bool CountsEvents { get; private init; }

    public IEnumerable<Rule> Rules(TimeSpan window) => _window(window);

    /// <summary>The recorded ratio over a window, with the labels of the objective.</summary>
    public string Series(TimeSpan window) => Series(_prefix + PromQl.Duration(window));

    /// <summary>The recorded number of events over a window; only where <see cref="CountsEvents"/>.</summary>
    public string Total(TimeSpan window) => Series(TotalName(window));

    /// <summary>Null where the source is no telemetry and no query of Prometheus.</summary>
    public static ErrorRatio? For(SloObjective objective)
    {
        var events =
            objective.Indicator.IsTelemetry ? OfCounters(objective)
            : objective.Indicator.Sources.All(static s => s.PrometheusQuery is not null) ? OfQueries(objective)
            : null;
        return events is null || objective.Slo.BudgetingMethod == BudgetingMethod.Occurrences ? events : OfSlices(objective, events);
    }

    private string Series(string name) => name + PromQl.Selector(_objective);

    private static string TotalName(TimeSpan window) => "otelpipeline:slo_events:increase" + PromQl.Duration(window);

    private static ErrorRatio OfCounters(SloObjective objective) =>
        OfQueries(
            objective,
            new QueryCounter("bad", PromQl.Events + PromQl.Selector(objective, ",slo_outcome=\"bad\""), true),
            new QueryCounter("total", PromQl.Events + PromQl.Selector(objective), true),
            partIsGood: false
        );

    private static ErrorRatio OfQueries(SloObjective objective)
    {
        var indicator = objective.Indicator;
        if (indicator.Total is { PrometheusQuery: { } totalQuery })
        {
            var isGood = indicator.Good is not null;
            var part = new QueryCounter(isGood ? "good" : "bad", (indicator.Good ?? indicator.Bad)!.PrometheusQuery!, indicator.Counter);
            return OfQueries(objective, part, new QueryCounter("total", totalQuery, indicator.Counter), isGood);
        }

        // every evaluation is one event: there is nothing else to count
        const string sample = "otelpipeline:slo_error:sample";
        var query = (indicator.Threshold ?? indicator.Raw)!.PrometheusQuery!;
        var bad =
            indicator.Threshold is not null
                ? $"avg(({query}) {PromQl.Operator(PromQl.Opposite(objective.Op!.Value))} bool {PromQl.Number(objective.Value!.Value)})"
            : indicator.RawIsFailure ? $"avg({query})"
            : $"1 - avg({query})";
        return new ErrorRatio(
            objective,
            Errors,
            window =>
                [
                    Rule.Record(
                        Errors + PromQl.Duration(window),
                        $"avg_over_time({sample}{PromQl.Selector(objective)}[{PromQl.Duration(window)}])"
                    ),
                ]
        )
        {
            Base = [Rule.Record(sample, bad)],
            Known = sample + PromQl.Selector(objective),
        };
    }

    private static ErrorRatio OfQueries(SloObjective objective, QueryCounter part, QueryCounter total, bool partIsGood)
    {
        const string known = "otelpipeline:slo_events:count";
        var queries = new[] { part, total };
        return new ErrorRatio(objective, Errors, Window)
        {
            Base =
            [
                .. queries.Where(static q => q.Recorded is not null).Select(static q => Rule.Record(q.RecordedName, q.Recorded!)),
                Rule.Record(known, $"count({total.Existence(objective)})"),
            ],
            Known = known + PromQl.Selector(objective),
            CountsEvents = total.CountsEvents,
        };

        // a missing series of a part is none of it; no events at all record nothing, never 0/0
        IEnumerable<Rule> Window(TimeSpan window)
        {
            var range = PromQl.Duration(window);
            var all = TotalName(window) + PromQl.Selector(objective);
            yield return Rule.Record(TotalName(window), total.Over(objective, range));
            var ratio = $"({part.Over(objective, range)} or on () 0 * {all})\n/ on ()\n({all} > 0)";
            yield return Rule.Record(Errors + range, partIsGood ? $"1 - {ratio}" : ratio);
        }
    }

    /// <summary>Slices start at multiples of their length since 1970, as in the process; those without events do not count.</summary>
    private static ErrorRatio OfSlices(SloObjective objective, ErrorRatio events)
    {
        const string badSlice = "otelpipeline:slo_slice:bad";
        var slice = objective.TimeSliceWindow!.Value;
        var rules = new List<Rule>(events.Base);
        rules.AddRange(events.Rules(slice));
        var each = events.Series(slice);
        if (objective.TimeSliceTarget is { } target)
        {
            rules.Add(Rule.Record(badSlice, $"{each} > bool {PromQl.Number(1 - target)}"));
            each = badSlice + PromQl.Selector(objective);
        }

        return new ErrorRatio(
            objective,
            SliceErrors,
            window =>
                [
                    Rule.Record(
                        SliceErrors + PromQl.Duration(window),
                        $"avg_over_time({each}[{PromQl.Duration(window)}:{PromQl.Duration(slice)}])"
                    ),
                ]
        )
        {
            Base = rules,
            Known = events.Known,
        };
    }
}
