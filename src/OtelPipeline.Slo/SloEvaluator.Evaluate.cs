using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Verdicts;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo;

public sealed partial class SloEvaluator
{
    /// <summary>Judges the objectives without a time window for one run, and all others as <see cref="Evaluate()"/> does.</summary>
    /// <param name="runId">The run; null for that of the options, or the one that was active last.</param>
    public IReadOnlyList<SloVerdict> Evaluate(string? runId)
    {
        var verdicts = new List<SloVerdict>(_objectives.Length);
        var composite = new List<Judged>();
        foreach (var objective in _objectives)
        {
            Judged judged;

            // one objective at a time, so that events do not wait for all
            lock (_lock)
                judged = Judge.Objective(Measure(objective, Now, runId ?? _options.RunId));
            verdicts.Add(judged.Verdict);
            if (!objective.Objective.Slo.IsComposite)
                continue;
            composite.Add(judged);
            if (composite.Count < objective.Objective.Slo.Objectives.Count)
                continue;
            verdicts.Add(CompositeJudge.Judge(composite));
            composite.Clear();
        }

        return verdicts;
    }

    private long Now =>
        _options.TimeProvider is { } time ? Nanoseconds.ToNanos(time.GetUtcNow())
        : _at != long.MaxValue ? _at
        : _coverage.Last == long.MinValue ? 0
        : _coverage.Last;

    // what was observed live, or restored, or lies in the files
    private long KnownFrom => _options.TimeProvider is null ? _coverage.First : Math.Min(_startedAt, _coverage.First);

    private Measured Measure(CompiledObjective objective, long now, string? runId)
    {
        if (objective.Source is null)
            return new Measured
            {
                Objective = objective,
                Slices = [],
                Invalid =
                    $"its source is of type {objective.Objective.Indicator.Sources.First().Type}: only sources of type OtelPipeline can be judged from telemetry",
            };
        var measured =
            objective.IsRun ? MeasureRun(objective, now, runId)
            : objective.Calendar is not null ? MeasurePeriod(objective, now)
            : MeasureRolling(objective, now);
        if (_metricObjectives.TryGetValue(objective.Index, out var metric))
            measured = WithMetric(measured, metric);
        return measured with { Coverage = measured.Coverage * _coverage.Files };
    }

    private Measured MeasureRolling(CompiledObjective objective, long now)
    {
        var series = (RollingSeries)_series[objective.Index]!;
        var window = objective.WindowNanos;
        var from = now - window;
        return Common(objective, series, from, now) with
        {
            Cell = series.Window.Sum(now, window),
            IsAlive = series.Liveness(now, window) > 0,
            Slices = Slices(series.Slices, from, now),
            Sketch = series.Sketch(now),
            Findings = series.Findings,
            Rolling = series,
        };
    }

    private Measured MeasurePeriod(CompiledObjective objective, long now)
    {
        var rolling = (RollingSeries)_series[objective.Index]!;
        var (from, _) = objective.Calendar!.Of(now);
        var period = _periods.GetValueOrDefault((objective.Index, from));
        return Common(objective, (Series?)period ?? new TotalSeries(objective), from, now) with
        {
            Cell = period?.Total ?? default,
            IsAlive = period?.Liveness > 0,
            Slices = Slices(period?.Slices, from, now),
            Sketch = period?.Sketch ?? rolling.Sketch(now),
            Findings = rolling.Findings,
            Rolling = rolling,
            Invalid = period?.Invalid ?? rolling.Invalid,
        };
    }

    private Measured MeasureRun(CompiledObjective objective, long now, string? runId)
    {
        var run = runId is null ? _runs.Latest : _runs.Find(runId);
        if (run is null)
            return new Measured
            {
                Objective = objective,
                Slices = [],
                Coverage = 1,
                RunId = runId,
                FirstEvent = long.MaxValue,
                LastEvent = long.MinValue,
            };
        var from = run.Start > 0 ? run.Start : run.FirstSeen;
        var to =
            run.End > 0 ? run.End
            : _options.TimeProvider is null && _at == long.MaxValue ? run.LastSeen
            : now;
        var series = run.Find(objective);
        var measured = Common(objective, series ?? new TotalSeries(objective), from, to) with
        {
            Cell = series?.Total ?? default,
            IsAlive = series?.Liveness > 0,
            Slices = Slices(series?.Slices, long.MinValue, long.MaxValue),
            Sketch = series?.Sketch,
            Findings = series?.Findings,
            RunId = run.Id,
            Invalid = series?.Invalid ?? (objective.Source!.Signal == SloSignal.Metrics ? OverlapOf(run) : null),
        };
        return run.Id is not null && _loose[objective.Index] is { } loose && OverlapOf(run) is null ? WithLoose(measured, loose, run.End > 0 ? run.End : run.LastSeen) : measured;
    }

    // what knows no run belongs to the only one that was going on
    private Measured WithLoose(Measured measured, LooseEvents loose, long to) =>
        measured with
        {
            Cell = loose.AddTo(measured.Cell, measured.Objective.CellKind, measured.From, to),
            IsAlive = measured.IsAlive || loose.IsAlive(measured.From, to),
            Findings = measured.Findings?.HasBad == true ? measured.Findings : _runs.Find(null)?.Find(measured.Objective)?.Findings ?? measured.Findings,
        };

    private string? OverlapOf(RunScope run)
    {
        var overlaps =
            run.IsOverlapped
            || _runs.All.Any(other =>
                other != run
                && other.Id is not null
                && run.Start > 0
                && other.Start > 0
                && other.End > run.Start
                && (run.End == 0 || other.Start < run.End)
            );
        return overlaps ? "another run overlaps it, and metrics do not know the run" : null;
    }

    private Measured Common(CompiledObjective objective, Series series, long from, long to) =>
        new()
        {
            Objective = objective,
            Slices = [],
            From = from,
            To = to,
            FirstEvent = series.FirstEvent,
            LastEvent = series.LastEvent,
            KnownFrom = KnownFrom,
            Coverage = Coverage.Of(KnownFrom, from, to),
            Invalid = series.Invalid,
        };

    private static IReadOnlyList<(long Start, Cell Cell)> Slices(Slices? slices, long from, long to) =>
        slices is null ? [] : [.. slices.Between(from, to).OrderBy(static s => s.Start)];

    private Measured WithMetric(Measured measured, MetricObjective metric)
    {
        measured = measured with { IsAlive = metric.LastAlive >= measured.From, Invalid = measured.Invalid ?? metric.Invalid };
        if (_options.TimeProvider is not null)
            return measured;
        if (measured.Objective.IsRun)
            return WithAdditions(measured, metric);

        // sums of a window need its first point; live it is known from the start what is not
        return measured.Coverage < 1 && measured.Invalid is null
            ? measured with
            {
                Invalid =
                    $"the window begins at {Nanoseconds.ToInstant(measured.From):u}, and the points only at {Nanoseconds.ToInstant(measured.KnownFrom):u}: of them {measured.Cell.First:0.###} and {measured.Cell.Second:0.###} are known",
            }
            : measured;
    }

    // a collection is forced at the start and at the end of a run: points just behind the start are its base, the first one behind the end its sum
    private static Measured WithAdditions(Measured measured, MetricObjective metric)
    {
        var grace = Math.Min(250_000_000, (measured.To - measured.From) / 2);
        var end = metric.Additions.Where(a => a.Time >= measured.To).Select(static a => a.Time).DefaultIfEmpty(long.MaxValue).Min();
        var cell = new Cell();
        foreach (var (time, first, second) in metric.Additions)
        {
            if (time > measured.From + grace && (time <= end || time - end < grace))
                cell.Add(measured.Objective.CellKind, first, second);
        }

        return measured with
        {
            Cell = cell,
        };
    }
}
