using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The instruments of caches, published when the first cache is named.</summary>
internal static class CacheInstruments
{
    public static readonly Counter<long> Requests = Instruments.Count(
        PipelineMetrics.CacheRequests,
        "{request}",
        "Requests of caches by result"
    );
    public static readonly Counter<long> Evictions = Instruments.Count(
        PipelineMetrics.CacheEvictions,
        "{eviction}",
        "Entries that caches threw out"
    );
    public static readonly ObservedSums EntryCount = new(PipelineMetrics.CacheEntries, "{entry}", "Entries in caches");
    public static readonly ObservedSums Size = new(PipelineMetrics.CacheSize, "By", "Bytes in caches");
    public static readonly ObservedSums Capacity = new(PipelineMetrics.CacheCapacity, "By", "Bytes that caches may hold");
}
