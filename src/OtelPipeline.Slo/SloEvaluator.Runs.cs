using OtelPipeline.Data;
using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo;

public sealed partial class SloEvaluator
{
    private const int MaxPeriods = 40;

    private readonly List<RunScope> _activeRuns = [];
    private readonly LooseEvents?[] _loose;

    /// <summary>A run has started; its end comes with its span. Measurements are counted for it from now on.</summary>
    internal void RunStarted(string runId, long timeNanos)
    {
        lock (_lock)
        {
            var run = _runs.Get(runId, timeNanos);
            run.Start = timeNanos;
            foreach (var other in _activeRuns)
                run.IsOverlapped = other.IsOverlapped = true;
            if (!_activeRuns.Contains(run))
                _activeRuns.Add(run);
        }
    }

    /// <summary>A run has ended: measurements count for it no longer.</summary>
    internal void RunEnded(string runId)
    {
        lock (_lock)
            _activeRuns.RemoveAll(r => r.Id == runId);
    }

    private void RunSeen(string runId, long start, long end)
    {
        lock (_lock)
        {
            var run = _runs.Get(runId, Math.Max(start, end));
            run.Start = run.Start == 0 ? start : Math.Min(run.Start, start);
            run.End = Math.Max(run.End, end);
        }
    }

    private Series SeriesOf(CompiledObjective objective, string? runId, long timeNanos) =>
        _series[objective.Index] ?? _runs.Get(runId, timeNanos).Series(objective);

    private void Live<T>(in T record, CompiledObjective objective, long timeNanos)
        where T : struct, IRecord
    {
        var runId = objective.IsRun ? record.RunId : null;
        var series = SeriesOf(objective, runId, timeNanos);
        series.AddLiveness(timeNanos);
        if (objective.IsRun && runId is null)
            Loose(objective).AddLiveness(timeNanos);
        if (objective.Calendar is not null)
            Period(objective, timeNanos).AddLiveness(timeNanos);

        // what lives and breaks no limit is what the bad events differ from
        if (objective.Kind == SloObjectiveKind.Limit)
            series.FindingsAt(timeNanos)?.Add(record, isBad: false, 0);
    }

    private LooseEvents Loose(CompiledObjective objective) => _loose[objective.Index] ??= new LooseEvents();

    private TotalSeries Period(CompiledObjective objective, long timeNanos)
    {
        var key = (objective.Index, objective.Calendar!.Of(timeNanos).From);
        if (_periods.TryGetValue(key, out var period))
            return period;
        if (_periods.Keys.Count(k => k.Objective == objective.Index) == MaxPeriods)
            _periods.Remove(_periods.Keys.Where(k => k.Objective == objective.Index).MinBy(static k => k.Period));
        return _periods[key] = new TotalSeries(objective);
    }

    private void CoverageGrew(long from, long to)
    {
        lock (_lock)
            _coverage.Add(from, to);
    }

    /// <summary>Whether there are objectives over metrics that judge a run.</summary>
    internal bool HasRunMetrics => _metricObjectives.Values.Any(static m => m.Objective.IsRun);

    internal IReadOnlyList<CompiledObjective> Objectives => _objectives;

    /// <summary>Since when a live evaluation sees what happens.</summary>
    internal long StartedAt => _startedAt;

    /// <summary>
    /// Shows a live evaluation a row of an earlier process. Metrics stay out: their points do not tell what objectives of a run need, and those of
    /// windows come from measurements.
    /// </summary>
    internal void Restore(TelemetryRow row)
    {
        if (row is SpanRow or EventRow)
            Observe(row);
    }

    /// <summary>Takes over what another evaluation has counted for objectives that are the same in both.</summary>
    internal void Inherit(SloEvaluator before)
    {
        // events go on coming to the other one for a moment, and what both count is the same object
        _lock = before._lock;
        lock (_lock)
        {
            _startedAt = before._startedAt;
            _coverage.Add(before._coverage.First, before._coverage.Last);
            var known = before._objectives.Where(static o => o.Source is not null).ToLookup(static o => o.Identity, StringComparer.Ordinal);
            foreach (var objective in _objectives)
            {
                if (objective.Source is null || known[objective.Identity].FirstOrDefault() is not { } same)
                    continue;
                _series[objective.Index] = before._series[same.Index];
                foreach (var ((index, period), series) in before._periods)
                {
                    if (index == same.Index)
                        _periods[(objective.Index, period)] = series;
                }

                foreach (var run in before._runs.All)
                {
                    if (run.Find(same) is { } series)
                        _runs.Get(run.Id, run.LastSeen).Inherit(run, objective, series);
                }
            }

            _activeRuns.AddRange(before._activeRuns.Select(r => _runs.Get(r.Id, r.LastSeen)));
        }
    }
}
