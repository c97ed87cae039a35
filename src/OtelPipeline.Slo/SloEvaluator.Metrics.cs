using OtelPipeline.Data;
using OtelPipeline.Slo.Indicators;

namespace OtelPipeline.Slo;

public sealed partial class SloEvaluator
{
    private readonly Dictionary<string, List<MetricObjective>> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<int, MetricObjective> _metricObjectives = [];

    /// <summary>Shows it a metric point of a file.</summary>
    public void Observe(MetricPointRow point)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.TimeUnixNano > _at)
            return;
        lock (_lock)
        {
            _coverage.Add(point.StartTimeUnixNano > 0 ? point.StartTimeUnixNano : point.TimeUnixNano, point.TimeUnixNano);
            if (!_metrics.TryGetValue(point.MetricName, out var objectives))
                return;
            foreach (var metric in objectives)
                metric.Add(point, Record);
        }
    }

    /// <summary>Shows it a live measurement; additions of counters, values of histograms and gauges.</summary>
    internal void Observe(string instrument, MetricPointRow point, double value, bool isCounter, long timeNanos, ref Outcomes outcomes)
    {
        lock (_lock)
        {
            foreach (var metric in _metrics[instrument])
            {
                if (metric.Measure(point, value, isCounter, timeNanos, Record) is { } isGood)
                    outcomes.Add(metric.Objective, isGood);
            }
        }
    }

    /// <summary>The names of the instruments that objectives are about.</summary>
    internal IReadOnlyCollection<string> Instruments => _metrics.Keys;

    private void AddMetric(CompiledObjective objective)
    {
        var indicator = objective.Objective.Indicator;
        var metric = new MetricObjective(objective);
        var names = indicator.Sources.Select(static s => s.Telemetry!.Metric!).Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!_metrics.TryGetValue(name, out var list))
                _metrics[name] = list = [];
            list.Add(metric);
        }

        _metricObjectives[objective.Index] = metric;
    }

    // an addition of a file belongs to a run by its time, which is known at the end
    private void Record(MetricObjective metric, long time, long at, double first, double second, double value)
    {
        var objective = metric.Objective;
        if (objective.Excluded.Contains(at))
            return;
        if (objective.IsRun)
        {
            if (_options.TimeProvider is null)
            {
                metric.Keep(time, first, second);
                return;
            }

            foreach (var run in _activeRuns)
            {
                run.Seen(time);
                var series = run.Series(objective);
                series.Add(at, first, second);
                if (!double.IsNaN(value))
                    series.AddValue(at, value);
            }

            return;
        }

        var rolling = _series[objective.Index]!;
        if (!rolling.Add(at, first, second))
            LateEvents++;
        if (!double.IsNaN(value))
            rolling.AddValue(at, value);
        if (objective.Calendar is not null)
            Period(objective, at).Add(at, first, second);
    }
}
