using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The instruments of object stores, published when the first one is named.</summary>
internal static class ObjectStoreInstruments
{
    public static readonly Histogram<double> Duration = Instruments.Seconds(
        PipelineMetrics.ObjectStoreOperationDuration,
        "Duration of requests to object stores",
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10]
    );
    public static readonly Counter<long> Io = Instruments.Count(
        PipelineMetrics.ObjectStoreIo,
        "By",
        "Bytes that were read from and written to object stores"
    );
    public static readonly Counter<long> Errors = Instruments.Count(
        PipelineMetrics.ObjectStoreErrors,
        "{error}",
        "Requests to object stores that failed"
    );
}

/// <summary>The instruments of segments, published when the first one is named.</summary>
internal static class SegmentInstruments
{
    public static readonly Counter<long> Writes = Instruments.Count(
        PipelineMetrics.SegmentWrites,
        "{write}",
        "Segments that were closed for upload"
    );
    public static readonly Counter<long> Flushes = Instruments.Count(
        PipelineMetrics.SegmentFlushes,
        "{flush}",
        "Segments whose upload was confirmed"
    );
}
