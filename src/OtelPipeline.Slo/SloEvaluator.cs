using System.Diagnostics;
using OtelPipeline.Data;
using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo;

/// <summary>
/// Judges objectives by the spans, events and metric points that it is shown: rows of files, or live activities. It is the same engine that
/// <c>UseSlo</c> runs in a process. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// var evaluator = new SloEvaluator(SloDocument.Load("slo.yaml"));
/// await foreach (var span in TelemetryReader.ReadSpansAsync("telemetry")) evaluator.Observe(span);
/// foreach (var verdict in evaluator.Evaluate()) Console.WriteLine($"{verdict.Objective}: {verdict.Result} {verdict.Sli:P2}");
/// </code>
/// </example>
public sealed partial class SloEvaluator
{
    // shared with the evaluation that it takes over from
    private Lock _lock = new();
    private readonly SloEvaluatorOptions _options;
    private readonly long _at;
    private readonly CompiledObjective[] _objectives;
    private readonly Series?[] _series;
    private readonly Dictionary<(int Objective, long Period), TotalSeries> _periods = [];
    private readonly RunTable _runs;
    private readonly FilterIndex _spans;
    private readonly FilterIndex _events;
    private long _startedAt;
    private readonly Coverage _coverage = new();

    /// <summary>Makes objectives ready for events.</summary>
    /// <param name="document">The objectives.</param>
    /// <param name="options">How to judge; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="document"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SloEvaluator(SloDocument document, SloEvaluatorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        _options = options ?? new SloEvaluatorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxRuns, 1, nameof(options));
        if (
            _options.Window is { } window
            && window.ToTimeSpan() is var length
            && (length < TimeSpan.FromMinutes(5) || length > TimeSpan.FromDays(31))
        )
            throw new ArgumentOutOfRangeException(nameof(options), window, "A rolling window is 5m to 31d.");
        Document = document;
        _at = _options.At is { } at ? Nanoseconds.ToNanos(at) : long.MaxValue;
        _startedAt = _options.TimeProvider is { } time ? Nanoseconds.ToNanos(time.GetUtcNow()) : 0;
        _objectives = [.. document.Objectives.Select((o, i) => new CompiledObjective(o, _options.Window, i))];
        _series = new Series?[_objectives.Length];
        _loose = new LooseEvents?[_objectives.Length];
        _runs = new RunTable(_objectives.Length, _options.MaxRuns);
        var (spans, events) = (new FilterIndex.Builder(ofSpans: true), new FilterIndex.Builder(ofSpans: false));
        foreach (var objective in _objectives)
        {
            if (objective.Source is not { } source)
                continue;
            if (!objective.IsRun)
                _series[objective.Index] = new RollingSeries(objective, Longest(objective));
            if (source.Signal == SloSignal.Metrics)
                AddMetric(objective);
            else
                Subscribe(source.Signal == SloSignal.Spans ? spans : events, objective, source);
        }

        (_spans, _events) = (spans.Build(), events.Build());
    }

    /// <summary>The objectives.</summary>
    public SloDocument Document { get; }

    /// <summary>How many events came too late for the windows that are kept, so that they count nowhere.</summary>
    public long LateEvents { get; private set; }

    /// <summary>How many runs were forgotten to stay within <see cref="SloEvaluatorOptions.MaxRuns"/>.</summary>
    public long ForgottenRuns => _runs.Forgotten;

    /// <summary>Shows it a span of a file.</summary>
    public void Observe(SpanRow span)
    {
        ArgumentNullException.ThrowIfNull(span);
        var end = span.EndTimeUnixNano;
        if (end > _at)
            return;
        if (RunMarks.IsRun(span) && span.Attributes.GetString(Signals.PipelineAttributes.RunId) is { } runId)
            RunSeen(runId, span.StartTimeUnixNano, end);
        if (!_coverage.Contains(span.StartTimeUnixNano, end))
            CoverageGrew(span.StartTimeUnixNano, end);
        var outcomes = new Outcomes();
        Observe(new FileSpan(span), _spans, ref outcomes);
    }

    /// <summary>Shows it an event (log record) of a file.</summary>
    public void Observe(EventRow record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var outcomes = new Outcomes();
        Observe(record, ref outcomes);
    }

    /// <summary>Shows it a live span that has ended.</summary>
    /// <param name="activity">The span.</param>
    /// <param name="resource">What <c>resource.x</c> in filters looks at; null for nothing.</param>
    public void Observe(Activity activity, ResourceInfo? resource = null)
    {
        ArgumentNullException.ThrowIfNull(activity);
        var outcomes = new Outcomes();
        Observe(activity, resource ?? ResourceInfo.Empty, ref outcomes);
    }

    /// <summary>Shows it a row of a file, whatever its signal.</summary>
    public void Observe(TelemetryRow row)
    {
        switch (row)
        {
            case SpanRow span:
                Observe(span);
                break;
            case EventRow record:
                Observe(record);
                break;
            case MetricPointRow point:
                Observe(point);
                break;
            default:
                throw new ArgumentNullException(nameof(row));
        }
    }

    /// <summary>
    /// Tells it what a reading found: files that rotation deleted, and what could not be read, lower the coverage of verdicts.
    /// </summary>
    public void Observe(TelemetryReadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        lock (_lock)
            _coverage.Missing(report.RotationGaps.Sum(static g => g.Files), report.Files.Count);
    }

    /// <summary>Judges all objectives now, or at the time of the options; composite definitions as a whole come behind their objectives.</summary>
    /// <returns>One verdict for each objective, in the order of the definitions.</returns>
    public IReadOnlyList<SloVerdict> Evaluate() => Evaluate(null);

    internal void Observe(Activity activity, ResourceInfo resource, ref Outcomes outcomes)
    {
        if (RunMarks.IsRun(activity) && activity.GetTagItem(Signals.PipelineAttributes.RunId) is string runId)
        {
            var start = Nanoseconds.ToNanos(activity.StartTimeUtc);
            RunSeen(runId, start, start + activity.Duration.Ticks * 100);
        }

        Observe(new LiveSpan(activity, resource), _spans, ref outcomes);
    }

    internal void Observe(EventRow record, ref Outcomes outcomes)
    {
        var view = new EventRecord(record);
        var time = view.TimeNanos;
        if (time > _at)
            return;
        if (RunMarks.IsStart(record) && record.Attributes.GetString(Signals.PipelineAttributes.RunId) is { } runId)
            RunSeen(runId, time, 0);
        if (!_coverage.Contains(time, time))
            CoverageGrew(time, time);
        Observe(view, _events, ref outcomes);
    }

    /// <summary>Whether an event of this name is of any use, so that one that is not need not be converted.</summary>
    internal bool WantsEvent(string name) => _events.Find(name).Length > 0 || name == Signals.PipelineEvents.RunStart.Name;

    private static void Subscribe(FilterIndex.Builder filters, CompiledObjective objective, TelemetrySource source)
    {
        var indicator = objective.Objective.Indicator;
        filters.Add(source.Where, new Subscription(objective, false, Filter(indicator.Good), Filter(indicator.Bad)));
        if (source.Liveness is not null)
            filters.Add(source.Liveness, new Subscription(objective, true, null, null));
    }

    private static Data.TraceQL.SpanFilter? Filter(SloMetricSource? source) =>
        source?.Telemetry is not { } telemetry ? null : Data.TraceQL.SpanFilter.Parse(telemetry.Where ?? "{ }");

    private static long Longest(CompiledObjective objective) =>
        objective.WindowNanos > 0
            ? objective.WindowNanos
            : Math.Min(Nanoseconds.Nanos(objective.Period), Nanoseconds.Nanos(TimeSpan.FromDays(31)));

    private void Observe<T>(in T record, FilterIndex index, ref Outcomes outcomes)
        where T : struct, IRecord
    {
        foreach (var entry in index.Find(record.Name))
        {
            if (entry.Rest is { } rest && !record.Matches(rest))
                continue;
            lock (_lock)
            {
                foreach (var subscription in entry.Subscriptions)
                    Observe(record, subscription, ref outcomes);
            }
        }
    }

    private void Observe<T>(in T record, Subscription subscription, ref Outcomes outcomes)
        where T : struct, IRecord
    {
        var objective = subscription.Objective;
        var time = record.TimeNanos;
        if (objective.Excluded.Contains(time))
            return;
        if (subscription.IsLiveness)
        {
            Live(record, objective, time);
            return;
        }

        var isGood = true;
        var value = double.NaN;
        if (objective.Kind == SloObjectiveKind.Ratio)
        {
            isGood = record.IsGood(subscription);
        }
        else if (objective.Field is { } field)
        {
            value = record.Number(field);
            if (double.IsNaN(value))
                return;
            isGood = objective.Kind == SloObjectiveKind.Limit || objective.IsGood(value);
        }

        var weight = record.Weight;
        var runId = objective.IsRun ? record.RunId : null;
        var series = SeriesOf(objective, runId, time);
        var loose = objective.IsRun && runId is null ? Loose(objective) : null;
        if (weight == 0)
            series.Invalid = "spans were sampled, and their trace state does not say how";
        if (objective.Kind == SloObjectiveKind.Limit)
        {
            var second =
                objective.Source!.Aggregate == SloAggregate.Age ? time / 1e9
                : double.IsNaN(value) ? 0
                : value;
            Count(series, time, weight, objective.CellKind == CellKind.Sum ? second * weight : second, loose);
            series.FindingsAt(time)?.Add(record, objective.IsBadForLimit(value), objective.Badness(value));
            return;
        }

        Count(series, time, isGood ? weight : 0, isGood ? 0 : weight, loose);
        if (!double.IsNaN(value))
            series.AddValue(time, value);
        series.FindingsAt(time)?.Add(record, !isGood, objective.Badness(value));
        CountEvent(objective.Index, isGood);
        outcomes.Add(objective, isGood);
    }

    private void Count(Series series, long time, double first, double second, LooseEvents? loose)
    {
        if (!series.Add(time, first, second))
            LateEvents++;
        loose?.Add(time, first, second);
        if (series.Objective.Calendar is not null)
            Period(series.Objective, time).Add(time, first, second);
    }
}
