using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Data;
using OtelPipeline.Signals;
using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.Live;

namespace OtelPipeline.Slo;

/// <summary>
/// The objectives of this process, judged live: what <c>UseSlo</c> registers as a singleton. Its verdicts are also metrics (<c>slo.*</c>) and events
/// (<c>pipeline.slo.evaluation</c>). Thread-safe.
/// </summary>
public sealed class SloMonitor : IDisposable
{
    private readonly SloOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<ILogger?> _logger;
    private readonly Func<MeterProvider?> _meterProvider;
    private readonly SloInstruments _instruments;
    private readonly DefinitionFile _file;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _judging = new();
    private readonly Dictionary<(string Slo, string Objective), SloResult> _results = [];
    private ITimer? _timer;
    private MeasurementFeed? _measurements;
    private ResourceInfo? _resource;
    private volatile SloEvaluator _evaluator;
    private volatile IReadOnlyList<SloVerdict> _verdicts = [];
    private int _started;
    private int _disposed;

    internal SloMonitor(SloOptions options, TimeProvider time, Func<ILogger?> logger, Func<MeterProvider?> meterProvider)
    {
        (_options, _time, _logger, _meterProvider) = (options, time, logger, meterProvider);
        _file = new DefinitionFile(options.Path);
        _evaluator = new SloEvaluator(_file.Load(), new SloEvaluatorOptions { TimeProvider = time });
        _instruments = new SloInstruments(() => _verdicts);
        _instruments.Objectives(_evaluator.Objectives);
        _verdicts = _evaluator.Evaluate();
    }

    /// <summary>The verdicts of the last evaluation, at most <see cref="SloOptions.Interval"/> old.</summary>
    public IReadOnlyList<SloVerdict> Verdicts => _verdicts;

    /// <summary>The definition that is in force.</summary>
    public SloDocument Document => _evaluator.Document;

    /// <summary>
    /// Raised when the result of an objective has changed, and for the objectives of a run when it has ended; on the thread that found out.
    /// Exceptions of handlers are reported and go no further.
    /// </summary>
    public event Action<SloVerdict>? Evaluated;

    /// <summary>Ends when the windows have been filled from <see cref="SloOptions.RestoreFrom"/>; at once where there is nothing to restore.</summary>
    public Task Restored { get; private set; } = Task.CompletedTask;

    /// <summary>Judges all objectives now.</summary>
    public IReadOnlyList<SloVerdict> Evaluate()
    {
        Judge(runId: null, isEnd: false);
        return _verdicts;
    }

    /// <summary>Stops judging; the last verdicts stay.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _stopping.Cancel();
        _timer?.Dispose();
        _measurements?.Dispose();
        _instruments.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Begins; called by each provider, done once.</summary>
    internal void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;
        if (_evaluator.Instruments.Count > 0)
            _measurements = new MeasurementFeed(this, _evaluator.Instruments);
        _timer = _time.CreateTimer(static state => ((SloMonitor)state!).Tick(), this, _options.Interval, _options.Interval);
    }

    internal void OnStart(Activity activity)
    {
        if (!RunMarks.IsRun(activity) || activity.GetTagItem(PipelineAttributes.RunId) is not string runId)
            return;
        try
        {
            _evaluator.RunStarted(runId, Windows.Nanoseconds.ToNanos(activity.StartTimeUtc));
            CollectForRun();
        }
        catch (Exception e)
        {
            SloEventSource.Log.Failed("the start of a run", e);
        }
    }

    internal void OnEnd(Activity activity, BaseProvider? provider)
    {
        // a processor that throws would throw into the application's Dispose of the span
        try
        {
            var outcomes = new Outcomes();
            _evaluator.Observe(activity, _resource ?? First(provider), ref outcomes);
            if (outcomes.Count > 0)
                _instruments.Count(outcomes, activity);
            if (RunMarks.IsRun(activity))
                RunEnded(activity);
        }
        catch (Exception e)
        {
            SloEventSource.Log.Failed("a span", e);
        }
    }

    internal void OnEvent(LogRecord record, BaseProvider? provider)
    {
        var evaluator = _evaluator;
        if (record.EventId.Name is not { } name || !evaluator.WantsEvent(name))
            return;
        try
        {
            var outcomes = new Outcomes();
            evaluator.Observe(LiveRows.Of(record, _resource ?? First(provider)), ref outcomes);
            _instruments.Count(outcomes, null);
        }
        catch (Exception e)
        {
            SloEventSource.Log.Failed("an event", e);
        }
    }

    internal void OnMeasurement(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool isCounter)
    {
        try
        {
            var outcomes = new Outcomes();
            var now = Windows.Nanoseconds.ToNanos(_time.GetUtcNow());
            _evaluator.Observe(
                instrument,
                LiveRows.Of(instrument, tags, _resource ?? ResourceInfo.Empty),
                value,
                isCounter,
                now,
                ref outcomes
            );
            _instruments.Count(outcomes, null);
        }
        catch (Exception e)
        {
            SloEventSource.Log.Failed("a measurement", e);
        }
    }

    // the resource is known once a provider is built; then the folder of earlier processes of the same service can be read too
    private ResourceInfo First(BaseProvider? provider)
    {
        var attributes = new AttributeList();
        foreach (var (key, value) in provider.GetResource().Attributes)
            attributes.Add(key, LiveSpan.ToValue(value) is { Kind: not AttributeKind.Empty } known ? known : value.ToString() ?? "");
        var resource = new ResourceInfo { Attributes = attributes };
        if (Interlocked.CompareExchange(ref _resource, resource, null) is { } other)
            return other;
        if (provider is OpenTelemetry.Trace.TracerProvider && SamplerCheck.Warning(provider) is { } warning)
            Warn(warning);
        if (_options.RestoreFrom is { } folder)
            Restored = Restore.RunAsync(folder, resource.ServiceName, _evaluator, _time, _stopping.Token);
        return resource;
    }

    private void RunEnded(Activity activity)
    {
        if (activity.GetTagItem(PipelineAttributes.RunId) is not string runId)
            return;
        CollectForRun();
        _evaluator.RunEnded(runId);
        using (Ambient.Of(activity))
            Judge(runId, isEnd: true);
    }

    // for who judges the files afterwards: their points at the start and at the end of a run tell what belongs to it
    private void CollectForRun()
    {
        if (!_evaluator.HasRunMetrics || _meterProvider() is not { } provider)
            return;
        ThreadPool.QueueUserWorkItem(
            static p =>
            {
                try
                {
                    p.ForceFlush(1000);
                }
                catch (Exception e)
                {
                    SloEventSource.Log.Failed("a collection of metrics", e);
                }
            },
            provider,
            preferLocal: false
        );
    }

    private void Tick()
    {
        try
        {
            if (_options.Reload && _file.LoadIfChanged() is { } changed)
                Replace(changed);
            if (_resource is null && _meterProvider() is { } provider)
                First(provider);
            _measurements?.Poll();
            Judge(runId: null, isEnd: false);

            // for listeners that do not collect
            _instruments.Flush();
        }
        catch (SloFormatException e)
        {
            Warn($"The changed definition has errors and the one before stays in force. {e.Message}");
        }
        catch (Exception e)
        {
            // a timer that throws ends the process
            SloEventSource.Log.Failed("an evaluation", e);
        }
    }

    private void Replace(SloDocument document)
    {
        var before = _evaluator;
        var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { TimeProvider = _time });
        evaluator.Inherit(before);
        _evaluator = evaluator;
        _instruments.Objectives(evaluator.Objectives);
        if (!evaluator.Instruments.ToHashSet().SetEquals(before.Instruments))
        {
            _measurements?.Dispose();
            _measurements = evaluator.Instruments.Count > 0 ? new MeasurementFeed(this, evaluator.Instruments) : null;
        }

        var (old, @new) = (ThresholdViews.ThresholdsOf(before.Document), ThresholdViews.ThresholdsOf(document));
        if (_options.ThresholdBoundaries && @new.Any(t => !old.TryGetValue(t.Key, out var known) || t.Value.Except(known).Any()))
            Warn("The changed definition has new thresholds over histograms: they become boundaries of the buckets only with a restart.");
        SloEventSource.Log.Information($"The definition in '{_options.Path}' has changed and is in force.");
    }

    private void Judge(string? runId, bool isEnd)
    {
        var changed = new List<(SloVerdict Verdict, SloResult Before)>();
        lock (_judging)
        {
            var verdicts = _evaluator.Evaluate(runId);
            _verdicts = verdicts;
            foreach (var verdict in verdicts)
            {
                var key = (verdict.Slo.Name, verdict.ObjectiveName);
                var before = _results.GetValueOrDefault(key, SloResult.NoData);
                _results[key] = verdict.Result;
                if (before != verdict.Result || (isEnd && verdict.Slo.TimeWindow is null))
                    changed.Add((verdict, before));
            }
        }

        // never within the lock
        foreach (var (verdict, before) in changed)
        {
            VerdictEvent.Write(_logger(), verdict, before);
            try
            {
                Evaluated?.Invoke(verdict);
            }
            catch (Exception e)
            {
                SloEventSource.Log.Failed("a handler of verdicts", e);
            }
        }
    }

    private void Warn(string message)
    {
        SloEventSource.Log.Warning(message);
        VerdictEvent.Warn(_logger(), message);
    }
}
