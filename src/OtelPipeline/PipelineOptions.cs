using System.Diagnostics;

namespace OtelPipeline;

/// <summary>Settings of a <see cref="Pipeline"/>, read once when it is made.</summary>
public sealed class PipelineOptions
{
    /// <summary>What kind of work the pipeline does. Default: <see cref="PipelineType.Batch"/>.</summary>
    public PipelineType Type { get; init; } = PipelineType.Batch;

    /// <summary>Version of the pipeline's definition, or null. Default: null.</summary>
    public string? Version { get; init; }

    /// <summary>For which kinds of work spans are made. Default: <see cref="SpanGranularity.Item"/>, everything.</summary>
    public SpanGranularity SpanGranularity { get; init; } = SpanGranularity.Item;

    /// <summary>Kind of the run span: INTERNAL, or SERVER or CONSUMER for runs that answer somebody. Default: <see cref="ActivityKind.Internal"/>.</summary>
    public ActivityKind RunKind { get; init; } = ActivityKind.Internal;

    /// <summary>
    /// How often a running run says that it is alive. Range: 100 ms to 1 day, or <see cref="Timeout.InfiniteTimeSpan"/> for never. Default: 30 s.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether node spans carry method, file and line of the code that described the node. Default: true.</summary>
    public bool RecordCallerInfo { get; init; } = true;

    /// <summary>
    /// Whether <c>pipeline.node.cpu.time</c> is measured: the processor time of the whole process while a node ran, so approximate when
    /// nodes overlap. Default: false.
    /// </summary>
    public bool MeasureCpuTime { get; init; }

    /// <summary>
    /// How many different names of nodes, checks, datasets and warnings (each) reach metrics; later ones are counted as <c>_other</c>.
    /// Spans and events always carry the real name. Range: 1 or more. Default: 1,000.
    /// </summary>
    public int NameLimit { get; init; } = 1_000;

    /// <summary>The clock. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        if (
            HeartbeatInterval != Timeout.InfiniteTimeSpan
            && (HeartbeatInterval < TimeSpan.FromMilliseconds(100) || HeartbeatInterval > TimeSpan.FromDays(1))
        )
        {
            throw new ArgumentOutOfRangeException(
                nameof(HeartbeatInterval),
                HeartbeatInterval,
                "The heartbeat interval must be 100 ms to 1 day; use Timeout.InfiniteTimeSpan for no heartbeat."
            );
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(NameLimit, 1);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
