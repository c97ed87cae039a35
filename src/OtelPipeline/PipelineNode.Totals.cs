using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using static System.FormattableString;

namespace OtelPipeline;

// what adds up while the node runs, and where it is told at the end
public sealed partial class PipelineNode
{
    private void Describe(Activity activity, string result)
    {
        activity.SetTag(PipelineAttributes.NodeResult, result);
        if (Layer is not null)
            activity.SetTag(PipelineAttributes.NodeLayer, Layer);
        if (Engine is not null)
            activity.SetTag(PipelineAttributes.NodeEngine, Engine);
        if (_attempt > 1)
            activity.SetTag(PipelineAttributes.NodeAttempt, _attempt);
        SetCount(activity, PipelineAttributes.NodeRecordsRead, _read);
        SetCount(activity, PipelineAttributes.NodeRecordsWritten, _written);
        if (_more is { } more)
        {
            SetCount(activity, PipelineAttributes.NodeRecordsFiltered, more.Filtered);
            SetCount(activity, PipelineAttributes.NodeRecordsRejected, more.Rejected);
            SetCount(activity, PipelineAttributes.NodeRecordsDeduplicated, more.Deduplicated);
            if (more.HasCacheRequests)
                activity
                    .SetTag(PipelineAttributes.NodeCacheHits, more.CacheHits)
                    .SetTag(PipelineAttributes.NodeCacheMisses, more.CacheMisses);
        }

        SetCount(activity, PipelineAttributes.NodeBytesRead, _bytesRead);
        SetCount(activity, PipelineAttributes.NodeBytesWritten, _bytesWritten);
        activity.SetTag(PipelineAttributes.NodeMemoryPeak, _memoryPeak);
        SetCount(activity, PipelineAttributes.NodeMemoryDelta, Pipeline.Memory.Last - _memoryAtStart);
    }

    private PipelineEvent EndEvent(string result, string? errorType, TimeSpan elapsed)
    {
        var counts = (_read, _written) switch
        {
            (0, 0) => "",
            (_, 0) => Invariant($", {_read:N0} read"),
            (0, _) => Invariant($", {_written:N0} written"),
            _ => Invariant($", {_read:N0} read, {_written:N0} written"),
        };
        return NewEvent($"{this}: {result} in {Durations.Text(elapsed)}{counts}", 6)
            .Add(PipelineAttributes.NodeResult, result)
            .Add(PipelineAttributes.NodeDuration, elapsed.TotalSeconds)
            .Add(PipelineAttributes.ErrorType, errorType)
            .Add(PipelineAttributes.NodeRecordsRead, _read == 0 ? null : _read)
            .Add(PipelineAttributes.NodeRecordsWritten, _written == 0 ? null : _written)
            .Add(PipelineAttributes.NodeRecordsRejected, _more is { Rejected: > 0 and var rejected } ? rejected : null)
            .Add(PipelineAttributes.NodeCacheHits, _more is { HasCacheRequests: true } ? _more.CacheHits : null)
            .Add(PipelineAttributes.NodeCacheMisses, _more is { HasCacheRequests: true } ? _more.CacheMisses : null);
    }

    private static void SetCount(Activity activity, string key, long value)
    {
        if (value != 0)
            activity.SetTag(key, value);
    }

    private void Count(ref long total, long records, string outcome)
    {
        Interlocked.Add(ref total, records);
        if (Instruments.NodeRecords.Enabled)
            Instruments.NodeRecords.TryAdd(records, PipelineTag, NodeTag, new(PipelineAttributes.RecordOutcome, outcome));
    }

    private void CountBytes(ref long total, long bytes, string direction)
    {
        Interlocked.Add(ref total, bytes);
        if (Instruments.NodeIo.Enabled)
            Instruments.NodeIo.TryAdd(bytes, PipelineTag, NodeTag, new(PipelineAttributes.IoDirection, direction));
    }

    private sealed class Rarities
    {
        public long Filtered;
        public long Rejected;
        public long Deduplicated;
        public long CacheHits;
        public long CacheMisses;
        public TimeSpan? CpuAtStart;

        // both or neither: no hits beside many misses is what one looks for
        public bool HasCacheRequests => (CacheHits | CacheMisses) != 0;
    }
}
