using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>What a broker does with the segments of a log: a long-lived, thread-safe object for each destination, or each of its partitions.</summary>
public sealed class SegmentTelemetry
{
    private readonly TimedOperation _append;
    private readonly TimedOperation _flush;

    /// <summary>Makes the telemetry of the segments of a destination.</summary>
    /// <param name="destination">Name of the topic, of low cardinality; the first 1,000 of a process are on metrics as they are, later ones as <c>_other</c>.</param>
    /// <param name="partition">Id of the partition to tell them by, or null. Every one is a series; the first 1,000 of a process are kept.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is null, empty or white space, or <paramref name="partition"/> is empty or white space.</exception>
    public SegmentTelemetry(string destination, string? partition = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        if (partition is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(partition);
        List<KeyValuePair<string, object?>> span = [new(PipelineAttributes.MessagingDestinationName, destination)];
        List<KeyValuePair<string, object?>> metric =
        [
            new(PipelineAttributes.MessagingDestinationName, MessagingInstruments.Destinations.Fold(destination)),
        ];
        if (partition is not null)
        {
            span.Add(new(PipelineAttributes.MessagingPartitionId, partition));
            metric.Add(new(PipelineAttributes.MessagingPartitionId, MessagingInstruments.Partitions.Fold(partition)));
        }

        _append = new TimedOperation("append", ActivityKind.Internal, [.. span], [.. metric], duration: null);
        _flush = new TimedOperation("flush", ActivityKind.Internal, [.. span], [.. metric], duration: null);
    }

    /// <summary>Appends records to a segment as a span. What <paramref name="body"/> throws is rethrown.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task AppendAsync(Func<CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _append.RunAsync(body, cancellationToken);
    }

    /// <summary>Uploads a segment as a span; call <see cref="Flushed"/> when that is confirmed. What <paramref name="body"/> throws is rethrown.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task FlushAsync(Func<CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _flush.RunAsync(body, cancellationToken);
    }

    /// <summary>A segment was closed for upload.</summary>
    public void Written()
    {
        if (SegmentInstruments.Writes.Enabled)
            SegmentInstruments.Writes.TryAdd(1, _append.Tags(null));
    }

    /// <summary>The upload of a segment was confirmed.</summary>
    public void Flushed()
    {
        if (SegmentInstruments.Flushes.Enabled)
            SegmentInstruments.Flushes.TryAdd(1, _flush.Tags(null));
    }
}
