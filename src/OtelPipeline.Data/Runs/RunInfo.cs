namespace OtelPipeline.Data.Runs;

/// <summary>What the spans and events of one run say about it, at one moment.</summary>
public sealed record RunInfo
{
    /// <summary>Id of the run.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the pipeline; empty where nothing named it.</summary>
    public string Pipeline { get; init; } = "";

    /// <summary>Result: success, failure, error, timeout, cancellation or skip; null while the run has not ended (or was killed).</summary>
    public string? Result { get; init; }

    /// <summary>When it started, as far as is known.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>How long it took; up to the last thing known of it while it has not ended.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Which try of the same work it is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What started it: manual, schedule, event, backfill or retry; null where unknown.</summary>
    public string? Trigger { get; init; }

    /// <summary>Trace id, lower-case hex; null where it was not traced.</summary>
    public string? TraceId { get; init; }

    /// <summary>Its nodes, in the order in which they first started.</summary>
    public IReadOnlyList<NodeInfo> Nodes { get; init; } = [];

    /// <summary>Executions of nodes that are not in <see cref="Nodes"/> because there were more than <see cref="RunModel.MaxNodes"/> names.</summary>
    public long OmittedNodes { get; init; }

    /// <summary>
    /// The node with the longest <see cref="NodeInfo.Duration"/>; nodes that hold others do not count, their time is that of the nodes in
    /// them. Null where no node has ended.
    /// </summary>
    public NodeInfo? Slowest { get; init; }

    /// <summary>
    /// The longest chain of nodes that had to wait for each other, by their <c>depends_on</c> links: what to make faster first. A node that
    /// holds others is followed by the longest chain within it, one <see cref="PathStep.Depth"/> further down.
    /// </summary>
    public IReadOnlyList<PathStep> CriticalPath { get; init; } = [];

    /// <summary>Length of <see cref="CriticalPath"/>; time in which two of its nodes overlapped counts once.</summary>
    public TimeSpan CriticalPathDuration { get; init; }

    /// <summary>Records that its nodes read, together: a record that passes three nodes counts three times.</summary>
    public long RecordsRead { get; init; }

    /// <summary>Records that its nodes wrote, together.</summary>
    public long RecordsWritten { get; init; }

    /// <summary>Records that its nodes rejected as bad, together.</summary>
    public long RecordsRejected { get; init; }

    /// <summary>Bytes that its nodes read, together.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes that its nodes wrote, together.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Records per second: the larger of <see cref="RecordsRead"/> and <see cref="RecordsWritten"/> over <see cref="Duration"/>.</summary>
    public double RecordsPerSecond => Rate.Of(RecordsRead, RecordsWritten, Duration);

    /// <summary>Bytes per second: the larger of <see cref="BytesRead"/> and <see cref="BytesWritten"/> over <see cref="Duration"/>.</summary>
    public double BytesPerSecond => Rate.Of(BytesRead, BytesWritten, Duration);

    /// <summary>Its data-quality checks: the last result of each check in each node, of several partitions the worst, in the order of first results.</summary>
    public IReadOnlyList<CheckInfo> Checks { get; init; } = [];

    /// <summary>Its warnings, oldest first, at most <see cref="RunModel.MaxMessages"/>; checks that did not pass are in <see cref="Checks"/>.</summary>
    public IReadOnlyList<RunMessage> Warnings { get; init; } = [];

    /// <summary>How many warnings there were, checks that did not pass included.</summary>
    public long WarningCount { get; init; }

    /// <summary>Its exceptions, each once, oldest first, at most <see cref="RunModel.MaxMessages"/>.</summary>
    public IReadOnlyList<RunMessage> Errors { get; init; } = [];

    /// <summary>How many errors there were.</summary>
    public long ErrorCount { get; init; }

    /// <summary>Largest working set that was sampled while a node ran, bytes; 0 where unknown.</summary>
    public long PeakMemory { get; init; }

    /// <summary>Whether the run has ended.</summary>
    public bool HasEnded => Result is not null;
}

/// <summary>All executions of one node of a run.</summary>
public sealed record NodeInfo
{
    /// <summary>Name of the node.</summary>
    public required string Name { get; init; }

    /// <summary>Kind: source, transform, sink, check or control; null where unknown.</summary>
    public string? Type { get; init; }

    /// <summary>The worst result of its executions: failure, timeout, error, cancellation, success, skip; null while none has ended.</summary>
    public string? Result { get; init; }

    /// <summary>When its first execution started.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>When the last execution that has ended ended; its start while none has.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>Time of all executions that have ended, together.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Time of each execution, at most <see cref="RunModel.MaxExecutions"/> over all nodes.</summary>
    public IReadOnlyList<TimeSpan> ExecutionDurations { get; init; } = [];

    /// <summary>Executions that have ended.</summary>
    public long Executions { get; init; }

    /// <summary>Executions that have started and not ended.</summary>
    public long Active { get; init; }

    /// <summary>Attempts after the first.</summary>
    public long Retries { get; init; }

    /// <summary>Names of the nodes that it depends on.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How many nodes it lies in: 0 directly in the run.</summary>
    public int Depth { get; init; }

    /// <summary>Records that it read.</summary>
    public long RecordsRead { get; init; }

    /// <summary>Records that it wrote.</summary>
    public long RecordsWritten { get; init; }

    /// <summary>Records that it left out on purpose.</summary>
    public long RecordsFiltered { get; init; }

    /// <summary>Records that it rejected as bad.</summary>
    public long RecordsRejected { get; init; }

    /// <summary>Records that were there already.</summary>
    public long RecordsDeduplicated { get; init; }

    /// <summary>Bytes that it read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes that it wrote.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Largest working set of the process that was sampled while it ran, bytes; 0 where unknown.</summary>
    public long MemoryPeak { get; init; }

    /// <summary>Records per second: the larger of <see cref="RecordsRead"/> and <see cref="RecordsWritten"/> over <see cref="Duration"/>.</summary>
    public double RecordsPerSecond => Rate.Of(RecordsRead, RecordsWritten, Duration);

    /// <summary>Bytes per second: the larger of <see cref="BytesRead"/> and <see cref="BytesWritten"/> over <see cref="Duration"/>.</summary>
    public double BytesPerSecond => Rate.Of(BytesRead, BytesWritten, Duration);
}

/// <summary>One node execution on the critical path.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Duration">How long that execution took.</param>
/// <param name="Depth">How many nodes of the path it lies in.</param>
public readonly record struct PathStep(string Node, TimeSpan Duration, int Depth);

/// <summary>The last result of one data-quality check; of several partitions the worst.</summary>
/// <param name="Name">Name of the check.</param>
/// <param name="Result">pass, warn, fail or error.</param>
/// <param name="Actual">The value that was checked, or null.</param>
/// <param name="Limit">What it was held against, or null.</param>
/// <param name="Node">The node that carried it out; null where the run itself did.</param>
/// <param name="FailedRecords">Records that did not pass; 0 where unknown.</param>
public sealed record CheckInfo(string Name, string Result, double? Actual, double? Limit, string? Node, long FailedRecords);

/// <summary>A warning or an error of a run.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Message">What it says to people.</param>
/// <param name="Type">Its <c>error.type</c>, or null.</param>
/// <param name="Node">The node that it happened in; null for the run itself.</param>
public sealed record RunMessage(DateTimeOffset Time, string Message, string? Type, string? Node);

internal static class Rate
{
    public static double Of(long read, long written, TimeSpan duration) =>
        duration <= TimeSpan.Zero ? 0 : Math.Max(read, written) / duration.TotalSeconds;
}
