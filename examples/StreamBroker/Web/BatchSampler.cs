using System.Diagnostics;
using OpenTelemetry.Trace;
using OtelPipeline.Signals;

namespace StreamBroker.Web;

/// <summary>
/// Takes the traces of one batch in so many. A stream has one run for as long as it lasts, so the run's own decision cannot be the one for all of
/// its batches. Metrics count every batch.
/// </summary>
internal sealed class BatchSampler(int oneIn) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        if (parent.TraceId != default && (parent.TraceFlags & ActivityTraceFlags.Recorded) == 0)
            return new(SamplingDecision.Drop);
        if (oneIn == 1 || !IsBatch(samplingParameters.Tags))
            return new(SamplingDecision.RecordAndSample);

        // what is done below an item that is left out is left out, too
        Span<byte> id = stackalloc byte[16];
        samplingParameters.TraceId.CopyTo(id);
        return new(BitConverter.ToUInt32(id[12..]) % oneIn == 0 ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }

    private static bool IsBatch(IEnumerable<KeyValuePair<string, object?>>? tags)
    {
        foreach (var (key, value) in tags ?? [])
        {
            if (key == PipelineAttributes.ItemKind)
                return value is "batch";
        }

        return false;
    }
}
