using System.Diagnostics;
using System.Diagnostics.Metrics;
using OtelPipeline.Signals;
using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Live;

/// <summary>The metrics of the objectives of one monitor.</summary>
internal sealed class SloInstruments : IDisposable
{
    private readonly Meter _meter = new(PipelineSources.Meter);
    private readonly Counter<long> _events;
    private readonly Func<IReadOnlyList<SloVerdict>> _verdicts;
    private volatile IReadOnlyList<CompiledObjective> _objectives = [];

    public SloInstruments(Func<IReadOnlyList<SloVerdict>> verdicts)
    {
        _verdicts = verdicts;
        _events = _meter.CreateCounter<long>(PipelineMetrics.SloEvents, "{event}", "Events that objectives judged");
        _meter.CreateObservableUpDownCounter(PipelineMetrics.SloResult, Results, "1", "1 for the current result of an objective");
        _meter.CreateObservableGauge(
            PipelineMetrics.SloSliValue,
            () => Values(static v => v.Sli ?? v.Actual),
            null,
            "Indicators of objectives"
        );
        _meter.CreateObservableGauge(
            PipelineMetrics.SloObjectiveValue,
            () => Values(static v => v.Target ?? v.Objective?.Value),
            null,
            "What indicators are compared with"
        );
        _meter.CreateObservableGauge(PipelineMetrics.SloErrorBudgetRemaining, Budgets, "1", "Part of the error budget that is left");
        _meter.CreateObservableGauge(PipelineMetrics.SloBurnRate, BurnRates, "1", "How fast the error budget burns");
    }

    public void Objectives(IReadOnlyList<CompiledObjective> objectives)
    {
        Flush();
        _objectives = objectives;
    }

    /// <summary>Counts what a span, event or measurement was; the span becomes the exemplar.</summary>
    public void Count(in Outcomes outcomes, Activity? span)
    {
        if (outcomes.Count == 0 || !_events.Enabled)
            return;
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (objective, isGood) = outcomes[i];
            (isGood ? objective.GoodEvents : objective.BadEvents).Add(_events, span);
        }
    }

    /// <summary>Measures the events that wait to be. The counters are there as 0 before anything happens, once somebody listens.</summary>
    public void Flush()
    {
        if (!_events.Enabled)
            return;
        foreach (var objective in _objectives)
        {
            if (objective.Kind == SloObjectiveKind.Limit || objective.Source is null)
                continue;
            objective.GoodEvents.Flush(_events);
            objective.BadEvents.Flush(_events);
        }
    }

    public void Dispose()
    {
        Flush();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> Results()
    {
        // a collection asks this instrument before it looks at the counter
        Flush();
        foreach (var verdict in _verdicts())
        {
            foreach (var result in Enum.GetValues<SloResult>())
                yield return new(
                    verdict.Result == result ? 1 : 0,
                    [.. NamesOf(verdict), new(PipelineAttributes.SloResultState, Words.Of(result))]
                );
        }
    }

    private IEnumerable<Measurement<double>> Values(Func<SloVerdict, decimal?> value)
    {
        foreach (var verdict in _verdicts())
        {
            if (value(verdict) is { } number)
                yield return new((double)number, NamesOf(verdict));
        }
    }

    private IEnumerable<Measurement<double>> Budgets()
    {
        foreach (var verdict in _verdicts())
        {
            if (verdict.RemainingBudget is { } left)
                yield return new((double)left, [.. NamesOf(verdict), new(PipelineAttributes.SloWindow, Words.WindowOf(verdict))]);
        }
    }

    // half a window of experience must not page anybody
    private IEnumerable<Measurement<double>> BurnRates()
    {
        foreach (var verdict in _verdicts())
        {
            foreach (var burn in verdict.BurnRates)
            {
                if (burn is { Rate: { } rate, Coverage: >= 1 })
                    yield return new((double)rate, [.. NamesOf(verdict), new(PipelineAttributes.SloWindow, Words.Of(burn.Window))]);
            }
        }
    }

    private static KeyValuePair<string, object?>[] NamesOf(SloVerdict verdict) =>
        [new(PipelineAttributes.SloName, verdict.Slo.Name), new(PipelineAttributes.SloObjectiveName, verdict.ObjectiveName)];
}
