using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>One run of a <see cref="OtelPipeline.Pipeline"/>.</summary>
public sealed partial class PipelineRun : PipelineScope
{
    private static readonly TimeSpan s_memoryInterval = TimeSpan.FromSeconds(1);
    private static readonly ActivityTagsCollection s_resumedFrom = new([new(PipelineAttributes.LinkType, "resumed_from")]);

    private static int s_observed;

    private readonly RunOptions? _options;
    private readonly RunReference? _resumeFrom;
    private readonly Lock _lock = new();
    private PipelineNode? _firstActive;
    private PipelineNode? _unobservedNode;
    private ITimer? _heartbeat;
    private ITimer? _memoryTimer;
    private long _recordsRead;
    private long _recordsWritten;
    private long _cacheHits;
    private long _cacheMisses;
    private bool _isCountedActive;
    private bool _isObserved;
    private int _warnings;
    private int _errors;

    internal PipelineRun(Pipeline owner, RunOptions? options, RunReference? resumeFrom, CancellationToken cancellationToken)
        : base(null, null)
    {
        Owner = owner;
        Cancellation = cancellationToken;
        _options = options;
        _resumeFrom = resumeFrom ?? options?.ResumeFrom;
        Attempt = _resumeFrom is { } previous ? previous.Attempt + 1 : 1;
        if (Current is { } outer)
            ParentId = outer.Id;
        Id = (ParentId is null ? Traces.Inherited?.RunId : null) ?? NewId(owner.Time.GetUtcNow());
    }

    /// <summary>The run of this flow of control, or null.</summary>
    public static new PipelineRun? Current => PipelineScope.Current?.Run;

    /// <summary>
    /// Id of the run, a UUIDv7 in its text form. A run in a process that was started by a node (see <see cref="PipelineNode.Environment"/>)
    /// continues the run of that node under the same id.
    /// </summary>
    public string Id { get; }

    /// <summary>Id of the run in this process that this run was started in, or null.</summary>
    public string? ParentId { get; }

    /// <summary>Which try of the same work this is, from 1; counts on from the run that is resumed.</summary>
    public int Attempt { get; }

    /// <summary>What a checkpoint should keep, so that a later run can say that it resumes this one.</summary>
    public RunReference Reference => new(Id, Attempt, SpanContext);

    /// <summary>Name of the pipeline.</summary>
    public string PipelineName => Owner.Name;

    /// <summary>Whether there is a run whose totals somebody may see: without one, nobody needs to look for what is current.</summary>
    internal static bool AnyObserved => Volatile.Read(ref s_observed) > 0;

    internal Pipeline Owner { get; }
    internal CancellationToken Cancellation { get; }
    internal ActivityContext SpanContext => Activity?.Context ?? default;
    internal PipelineNode UnobservedNode => _unobservedNode ??= new PipelineNode(this);

    internal bool ObservesNodes => Instruments.NodesObserved || Owner.Logger is { } logger && EventLog.IsEnabled(logger, LogLevel.Error);

    /// <summary>
    /// Works on one partition (a simulated year, a shard) in a trace of its own that is linked to the run: so that the trace of a long run
    /// does not outgrow what trace stores accept.
    /// </summary>
    /// <param name="key">Key of the partition. It is on the span and on events, never on a metric.</param>
    /// <param name="body">The work.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is null or empty, or <paramref name="body"/> is null.</exception>
    public Task<T> PartitionAsync<T>(string key, Func<PipelinePartition, Task<T>> body)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(body);
        return ExecuteAsync(new PipelinePartition(this, key), body);
    }

    /// <inheritdoc cref="PartitionAsync{T}"/>
    public Task PartitionAsync(string key, Func<PipelinePartition, Task> body)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(body);
        return ExecuteAsync(new PipelinePartition(this, key), body);
    }

    /// <summary>What the run is called in messages.</summary>
    public override string ToString() => Owner.SpanName;

    internal void Enter(PipelineNode node)
    {
        lock (_lock)
        {
            node.NextActive = _firstActive;
            _firstActive?.PreviousActive = node;
            _firstActive = node;
        }
    }

    internal void Exit(PipelineNode node)
    {
        lock (_lock)
        {
            if (node.PreviousActive is null)
                _firstActive = node.NextActive;
            else
                node.PreviousActive.NextActive = node.NextActive;
            node.NextActive?.PreviousActive = node.PreviousActive;
            node.NextActive = node.PreviousActive = null;
        }
    }

    internal void AddRecords(long read, long written)
    {
        if (read != 0)
            Interlocked.Add(ref _recordsRead, read);
        if (written != 0)
            Interlocked.Add(ref _recordsWritten, written);
    }

    internal void AddCacheRequests(long hits, long misses)
    {
        if (hits != 0)
            Interlocked.Add(ref _cacheHits, hits);
        if (misses != 0)
            Interlocked.Add(ref _cacheMisses, misses);
    }

    internal void CountError(string errorType)
    {
        Interlocked.Increment(ref _errors);
        if (Instruments.RunErrors.Enabled)
            Instruments.RunErrors.TryAdd(1, Owner.NameTag, new(PipelineAttributes.ErrorType, Owner.ErrorTypes.Fold(errorType)));
    }

    internal void CountWarning(string type)
    {
        Interlocked.Increment(ref _warnings);
        if (Instruments.RunWarnings.Enabled)
            Instruments.RunWarnings.TryAdd(1, Owner.NameTag, new(PipelineAttributes.ErrorType, Owner.ErrorTypes.Fold(type)));
    }

    private protected override void OnStart()
    {
        var now = Owner.Time.GetUtcNow();
        Owner.State.LastStart = Seconds(now);
        var trigger = Words.Of(_options?.Trigger ?? (_resumeFrom is null ? RunTrigger.Manual : RunTrigger.Retry));
        StartSpan(trigger);
        if (Instruments.RunActive.Enabled)
        {
            _isCountedActive = true;
            Instruments.RunActive.TryAdd(1, Owner.NameTag, new(PipelineAttributes.RunState, "executing"));
        }

        var logger = Logger;
        if (Instruments.Source.HasListeners() || EventLog.IsEnabled(logger, LogLevel.Error))
        {
            _isObserved = true;
            Interlocked.Increment(ref s_observed);
        }

        if (EventLog.IsEnabled(logger, LogLevel.Information))
        {
            var state = NewEvent($"{this} started ({Id})", 8)
                .Add(PipelineAttributes.PipelineKind, Owner.KindTag.Value)
                .Add(PipelineAttributes.PipelineVersion, Owner.Options.Version)
                .Add(PipelineAttributes.RunAttempt, Attempt)
                .Add(PipelineAttributes.RunTrigger, trigger)
                .Add(PipelineAttributes.RunParentId, ParentId)
                .Add(PipelineAttributes.RunDataIntervalStart, Text(_options?.DataIntervalStart))
                .Add(PipelineAttributes.RunDataIntervalEnd, Text(_options?.DataIntervalEnd));
            EventLog.Write(logger, LogLevel.Information, PipelineEvents.RunStart, state);
        }

        if (
            Owner.Options.HeartbeatInterval is var interval
            && interval != Timeout.InfiniteTimeSpan
            && EventLog.IsEnabled(logger, LogLevel.Debug)
        )
            _heartbeat = Owner.Time.CreateTimer(static run => ((PipelineRun)run!).Beat(), this, interval, interval);
        if (Activity is { IsAllDataRequested: true } || Instruments.NodeMemoryPeak.Enabled)
            _memoryTimer = Owner.Time.CreateTimer(
                static run => ((PipelineRun)run!).SampleMemory(),
                this,
                s_memoryInterval,
                s_memoryInterval
            );
    }

    private void StartSpan(string trigger)
    {
        if (!Instruments.Source.HasListeners())
            return;
        ActivityLink[]? links =
            _resumeFrom is { } previous && previous.Context != default ? [new ActivityLink(previous.Context, s_resumedFrom)] : null;
        var inherited = Activity.Current is null ? Traces.Inherited?.Context ?? default : default;
        StartActivity(Owner.SpanName, Owner.SpanTags, links, Owner.Options.RunKind, inherited);
        if (Activity is not { IsAllDataRequested: true } activity)
            return;
        activity.SetTag(PipelineAttributes.RunAttempt, Attempt).SetTag(PipelineAttributes.RunTrigger, trigger);
        if (ParentId is not null)
            activity.SetTag(PipelineAttributes.RunParentId, ParentId);
        if (_options?.DataIntervalStart is { } start)
            activity.SetTag(PipelineAttributes.RunDataIntervalStart, Text(start));
        if (_options?.DataIntervalEnd is { } end)
            activity.SetTag(PipelineAttributes.RunDataIntervalEnd, Text(end));
    }

    private protected override void OnEnd(PipelineResult result, string? errorType, TimeSpan elapsed)
    {
        _heartbeat?.Dispose();
        _memoryTimer?.Dispose();
        if (_isObserved)
            Interlocked.Decrement(ref s_observed);

        // a nested run has counted what it let through, but that was its own count
        if (errorType is not null && _errors == 0)
            CountError(errorType);
        if (result == PipelineResult.Success)
            Owner.State.LastSuccess = Seconds(Owner.Time.GetUtcNow());
        var word = Words.Of(result);
        if (_isCountedActive)
            Instruments.RunActive.TryAdd(-1, Owner.NameTag, new(PipelineAttributes.RunState, "executing"));
        if (Instruments.RunDuration.Enabled)
        {
            ReadOnlySpan<KeyValuePair<string, object?>> tags =
            [
                Owner.NameTag,
                Owner.KindTag,
                new(PipelineAttributes.RunResult, word),
                new(PipelineAttributes.ErrorType, errorType is null ? null : Owner.ErrorTypes.Fold(errorType)),
            ];
            Instruments.RunDuration.TryRecord(elapsed.TotalSeconds, errorType is null ? tags[..3] : tags);
        }

        if (Activity is { IsAllDataRequested: true } activity)
        {
            activity
                .SetTag(PipelineAttributes.RunResult, word)
                .SetTag(PipelineAttributes.RunRecordsRead, _recordsRead)
                .SetTag(PipelineAttributes.RunRecordsWritten, _recordsWritten)
                .SetTag(PipelineAttributes.RunWarningCount, _warnings)
                .SetTag(PipelineAttributes.RunErrorCount, _errors);
            if (HasCacheRequests)
                activity.SetTag(PipelineAttributes.RunCacheHits, _cacheHits).SetTag(PipelineAttributes.RunCacheMisses, _cacheMisses);
        }

        var logger = Logger;
        var level = result is PipelineResult.Failure or PipelineResult.Error or PipelineResult.Timeout
            ? LogLevel.Error
            : LogLevel.Information;
        if (!EventLog.IsEnabled(logger, level))
            return;
        var warnings = _warnings == 0 ? "" : $", {_warnings} warning{(_warnings == 1 ? "" : "s")}";
        var state = NewEvent($"{this}: {word} in {Durations.Text(elapsed)}{warnings}", 8)
            .Add(PipelineAttributes.RunResult, word)
            .Add(PipelineAttributes.RunDuration, elapsed.TotalSeconds)
            .Add(PipelineAttributes.ErrorType, errorType)
            .Add(PipelineAttributes.RunRecordsRead, _recordsRead)
            .Add(PipelineAttributes.RunRecordsWritten, _recordsWritten)
            .Add(PipelineAttributes.RunWarningCount, _warnings)
            .Add(PipelineAttributes.RunErrorCount, _errors)
            .Add(PipelineAttributes.RunCacheHits, HasCacheRequests ? _cacheHits : null)
            .Add(PipelineAttributes.RunCacheMisses, HasCacheRequests ? _cacheMisses : null);
        EventLog.Write(logger, level, PipelineEvents.RunEnd, state);
    }

    private protected override void OnSkip(string? reason) => Set(PipelineAttributes.RunSkipReason, reason);

    private bool HasCacheRequests => (_cacheHits | _cacheMisses) != 0;

    // a clock before 1970 has no place in a UUIDv7
    private static string NewId(DateTimeOffset now) =>
        Guid.CreateVersion7(now < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now).ToString();

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static string? Text(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
