using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>One execution of one step of a run.</summary>
public sealed partial class PipelineNode : PipelineScope
{
    private readonly NodeDescriptor? _descriptor;
    private readonly ActivityLink[]? _links;

    private long _read;
    private long _written;
    private long _bytesRead;
    private long _bytesWritten;

    // what few nodes have, made when it is needed: there is one of these per node
    private Rarities? _more;

    private long _memoryAtStart;
    private long _memoryPeak;
    private int _attempt = 1;
    private bool _isCountedActive;

    internal PipelineNode(PipelineRun run, PipelineScope parent, NodeDescriptor descriptor, ActivityLink[]? links)
        : base(run, parent)
    {
        _descriptor = descriptor;
        _links = links;
    }

    /// <summary>The node that stands in where nobody listens.</summary>
    internal PipelineNode(PipelineRun run)
        : base(run, run) { }

    /// <summary>The innermost node of this flow of control, or null where there is none or nobody listens.</summary>
    public static new PipelineNode? Current
    {
        get
        {
            for (var scope = PipelineScope.Current; scope is not null; scope = scope.Parent)
            {
                if (scope is PipelineNode node)
                    return node;
            }

            return null;
        }
    }

    /// <summary>Name of the node; empty where nobody listens.</summary>
    public string Name => _descriptor?.Name ?? "";

    /// <summary>Layer of the data architecture that the node belongs to, such as <c>bronze</c>; on the span. Default: null.</summary>
    public string? Layer { get; set; }

    /// <summary>Engine that does the node's work, such as <c>duckdb</c>, of low cardinality; on the span and on <c>pipeline.node.duration</c>. Default: null.</summary>
    public string? Engine { get; set; }

    internal PipelineNode? NextActive { get; set; }
    internal PipelineNode? PreviousActive { get; set; }

    private protected override bool IsObserved => _descriptor is not null;

    /// <summary>Counts records and bytes; call it as often as you like, the values add up.</summary>
    /// <param name="read">Records that came in.</param>
    /// <param name="written">Records that went out.</param>
    /// <param name="filtered">Records that were left out on purpose.</param>
    /// <param name="rejected">Records that were bad.</param>
    /// <param name="deduplicated">Records that were there already.</param>
    /// <param name="bytes">Bytes that came in; where only <paramref name="written"/> is given, bytes that went out. Negative numbers are ignored.</param>
    public void Records(long read = 0, long written = 0, long filtered = 0, long rejected = 0, long deduplicated = 0, long bytes = 0)
    {
        if (_descriptor is null)
            return;
        if (read > 0)
            Count(ref _read, read, "read");
        if (written > 0)
            Count(ref _written, written, "written");
        if (filtered > 0)
            Count(ref More.Filtered, filtered, "filtered");
        if (rejected > 0)
            Count(ref More.Rejected, rejected, "rejected");
        if (deduplicated > 0)
            Count(ref More.Deduplicated, deduplicated, "deduplicated");
        if (bytes > 0)
        {
            var goesOut = written > 0 && read == 0;
            Bytes(read: goesOut ? 0 : bytes, written: goesOut ? bytes : 0);
        }
    }

    /// <summary>Counts bytes; the values add up. Negative numbers are ignored.</summary>
    /// <param name="read">Bytes that came in.</param>
    /// <param name="written">Bytes that went out.</param>
    public void Bytes(long read = 0, long written = 0)
    {
        if (_descriptor is null)
            return;
        if (read > 0)
            CountBytes(ref _bytesRead, read, "read");
        if (written > 0)
            CountBytes(ref _bytesWritten, written, "write");
    }

    /// <summary>Records the size of one batch that the node processed.</summary>
    /// <param name="records">Records in the batch.</param>
    public void Batch(long records)
    {
        if (_descriptor is null || !Instruments.NodeBatchSize.Enabled)
            return;
        Instruments.NodeBatchSize.TryRecord(records, PipelineTag, NodeTag);
    }

    /// <summary>Records how long the node waited between being ready and starting.</summary>
    public void Queued(TimeSpan waited)
    {
        if (_descriptor is null || !Instruments.NodeQueueDuration.Enabled)
            return;
        Instruments.NodeQueueDuration.TryRecord(waited.TotalSeconds, PipelineTag, NodeTag);
    }

    /// <summary>Hands the trace and the run down to a child process, which continues them if it uses OtelPipeline or another OpenTelemetry SDK.</summary>
    /// <param name="startInfo">Gets the variables TRACEPARENT, TRACESTATE and BAGGAGE; its <c>UseShellExecute</c> must be false.</param>
    /// <exception cref="ArgumentNullException"><paramref name="startInfo"/> is null.</exception>
    /// <remarks>See <see href="https://opentelemetry.io/docs/specs/otel/context/env-carriers/"/>.</remarks>
    public void Environment(ProcessStartInfo startInfo)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        var current = Activity.Current;
        var nearest = NearestActivity;
        if (nearest is not null && (current is null || !Traces.IsWithin(current, nearest)))
            current = nearest;
        if (current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            startInfo.Environment["TRACEPARENT"] = activity.Id;
            if (!string.IsNullOrEmpty(activity.TraceStateString))
                startInfo.Environment["TRACESTATE"] = activity.TraceStateString;
        }

        startInfo.Environment["BAGGAGE"] = $"{PipelineAttributes.RunId}={Run.Id}";
    }

    /// <summary>What the node is called in messages.</summary>
    public override string ToString() => _descriptor is null ? "node" : "node " + _descriptor.Name;

    internal void AddCacheRequest(bool isHit)
    {
        if (isHit)
            Interlocked.Increment(ref More.CacheHits);
        else
            Interlocked.Increment(ref More.CacheMisses);
    }

    internal void SampleMemory(long now)
    {
        var bytes = Pipeline.Memory.Sample(now);
        if (bytes > _memoryPeak)
            _memoryPeak = bytes;
    }

    private protected override void OnStart()
    {
        var descriptor = _descriptor!;
        if (Pipeline.Options.SpanGranularity >= SpanGranularity.Node)
            StartActivity(descriptor.SpanName, descriptor.SpanTags, _links);
        Parent!.Nodes.Add(descriptor.Name, Activity);
        Run.Enter(this);
        _memoryAtStart = _memoryPeak = Pipeline.Memory.Sample(StartedAt);
        if (Pipeline.Options.MeasureCpuTime)
            More.CpuAtStart = System.Environment.CpuUsage.TotalTime;
        if (Instruments.NodeActive.Enabled)
        {
            _isCountedActive = true;
            Instruments.NodeActive.TryAdd(1, descriptor.PipelineTag, descriptor.NodeTag);
        }

        var logger = Logger;
        if (EventLog.IsEnabled(logger, LogLevel.Information))
            EventLog.Write(logger, LogLevel.Information, PipelineEvents.NodeStart, NewEvent($"{this} started", 0));
    }

    private protected override void OnEnd(PipelineResult result, string? errorType, TimeSpan elapsed)
    {
        var descriptor = _descriptor!;
        SampleMemory(StartedAt + (long)(elapsed.TotalSeconds * Pipeline.Time.TimestampFrequency));
        Run.Exit(this);
        if (_isCountedActive)
            Instruments.NodeActive.TryAdd(-1, descriptor.PipelineTag, descriptor.NodeTag);
        var word = Words.Of(result);
        if (Instruments.NodeDuration.Enabled)
        {
            Span<KeyValuePair<string, object?>> tags =
            [
                descriptor.PipelineTag,
                descriptor.NodeTag,
                descriptor.TypeTag,
                new(PipelineAttributes.NodeResult, word),
                default,
                default,
            ];
            var count = 4;
            if (errorType is not null)
                tags[count++] = new(PipelineAttributes.ErrorType, Pipeline.ErrorTypes.Fold(errorType));
            if (Engine is not null)
                tags[count++] = new(PipelineAttributes.NodeEngine, Engine);
            Instruments.NodeDuration.TryRecord(elapsed.TotalSeconds, tags[..count]);
        }

        if (Instruments.NodeMemoryPeak.Enabled)
            Instruments.NodeMemoryPeak.TryRecord(_memoryPeak, descriptor.PipelineTag, descriptor.NodeTag);
        if (_more is { CpuAtStart: { } cpuAtStart })
            Instruments.NodeCpuTime.TryAdd(
                (System.Environment.CpuUsage.TotalTime - cpuAtStart).TotalSeconds,
                descriptor.PipelineTag,
                descriptor.NodeTag
            );
        Run.AddRecords(_read, _written);
        if (_more is { } more)
            Run.AddCacheRequests(more.CacheHits, more.CacheMisses);
        if (Activity is { IsAllDataRequested: true } activity)
            Describe(activity, word);
        var logger = Logger;
        if (EventLog.IsEnabled(logger, LogLevel.Information))
            EventLog.Write(logger, LogLevel.Information, PipelineEvents.NodeEnd, EndEvent(word, errorType, elapsed));
    }

    private protected override void OnSkip(string? reason)
    {
        Set(PipelineAttributes.NodeSkipReason, reason);
        var logger = Logger;
        if (EventLog.IsEnabled(logger, LogLevel.Information))
        {
            var state = NewEvent(reason is null ? $"{this} skipped" : $"{this} skipped: {reason}", 1)
                .Add(PipelineAttributes.NodeSkipReason, reason);
            EventLog.Write(logger, LogLevel.Information, PipelineEvents.NodeSkip, state);
        }
    }

    private protected override void Describe(PipelineEvent state)
    {
        if (_descriptor is null || state.Has(PipelineAttributes.NodeName))
            return;
        state
            .Add(PipelineAttributes.NodeName, _descriptor.Name)
            .Add(PipelineAttributes.NodeKind, _descriptor.Type)
            .Add(PipelineAttributes.NodeLayer, Layer)
            .Add(PipelineAttributes.NodeEngine, Engine);
    }

    private Rarities More => _more ?? Interlocked.CompareExchange(ref _more, new Rarities(), null) ?? _more;

    private KeyValuePair<string, object?> PipelineTag => _descriptor!.PipelineTag;
    private KeyValuePair<string, object?> NodeTag => _descriptor!.NodeTag;
}
