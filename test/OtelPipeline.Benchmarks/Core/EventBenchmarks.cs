using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Benchmarks.Core;

/// <summary>
/// Events of caches, breakers, limiters, fallbacks, producers and stores: where nobody listens, and under the SDK's metrics against a bare counter and
/// a bare histogram with the same tags.
/// </summary>
[MemoryDiagnoser]
public class EventBenchmarks
{
    private static readonly Meter s_meter = new("RawEvents");
    private static readonly Counter<long> s_counter = s_meter.CreateCounter<long>("raw.requests");
    private static readonly Histogram<double> s_histogram = s_meter.CreateHistogram(
        "raw.wait",
        "s",
        "",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .005, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30] }
    );
    private static readonly CacheTelemetry s_cache = new("metadata");
    private static readonly AsyncLocal<Totals?> s_totals = new();
    private static readonly CircuitBreakerTelemetry s_breaker = new("origin");
    private static readonly RateLimiterTelemetry s_limiter = new("api.crossref");
    private static readonly FallbackTelemetry s_fallback = new("resolvers");
    private static readonly ProducerTelemetry s_producer = new("kafka", "orders");
    private static readonly ConsumerTelemetry s_consumer = new("kafka", "orders", "billing");
    private static readonly ObjectStoreTelemetry s_store = new("archive");
    private static readonly BrokerTelemetry s_broker = new("kafka");
    private static readonly SegmentTelemetry s_segments = new("orders");
    private static readonly Func<CancellationToken, Task> s_body = static _ => Task.CompletedTask;
    private MeterProvider? _metrics;

    [Params(false, true)]
    public bool IsObserved { get; set; }

    [GlobalSetup]
    public void Start() =>
        _metrics = IsObserved
            ? Sdk.CreateMeterProviderBuilder()
                .AddMeter("RawEvents", PipelineSources.Meter)
                .AddReader(new BaseExportingMetricReader(new NoExporter()))
                .Build()
            : null;

    [GlobalCleanup]
    public void End() => _metrics?.Dispose();

    [Benchmark(Baseline = true)]
    public void RawCounter() => s_counter.Add(1, new(PipelineAttributes.CacheName, "metadata"), new(PipelineAttributes.CacheResult, "hit"));

    /// <summary>What one writes who wants the hits of a flow of control, too; <see cref="CountHere"/> says where they are counted.</summary>
    public void RawCounterAndTotal()
    {
        RawCounter();
        if (s_totals.Value is { } totals)
            Interlocked.Increment(ref totals.Hits);
    }

    public static void CountHere() => s_totals.Value = new Totals();

    [Benchmark]
    public void RawCounterAndHistogram()
    {
        s_counter.Add(1, new(PipelineAttributes.RateLimiterName, "api.crossref"), new(PipelineAttributes.RateLimiterResult, "acquired"));
        s_histogram.Record(
            0,
            new(PipelineAttributes.RateLimiterName, "api.crossref"),
            new(PipelineAttributes.RateLimiterResult, "acquired")
        );
    }

    [Benchmark]
    public void RawCounterAndHistogramOf4()
    {
        ReadOnlySpan<KeyValuePair<string, object?>> tags =
        [
            new(PipelineAttributes.FallbackName, "resolvers"),
            new(PipelineAttributes.FallbackTier, "1"),
            new(PipelineAttributes.FallbackSource, "crossref"),
            new(PipelineAttributes.FallbackResult, "success"),
        ];
        s_counter.Add(1, tags);
        s_histogram.Record(0, tags);
    }

    [Benchmark]
    public void RawPoll()
    {
        ReadOnlySpan<KeyValuePair<string, object?>> tags =
        [
            new(PipelineAttributes.MessagingSystem, "kafka"),
            new(PipelineAttributes.MessagingDestinationName, "orders"),
            new(PipelineAttributes.MessagingOperationName, "poll"),
            new(PipelineAttributes.MessagingConsumerGroupName, "billing"),
        ];
        s_histogram.Record(0, tags);
        s_counter.Add(1, tags);
    }

    [Benchmark]
    public void CacheHit() => s_cache.Hit();

    [Benchmark]
    public void LimiterAcquired() => s_limiter.Acquired();

    [Benchmark]
    public void FallbackAttempted() => s_fallback.Attempted(1, "crossref", FallbackResult.Success);

    [Benchmark]
    public void BreakerSameState() => s_breaker.Transition(CircuitState.Closed);

    [Benchmark]
    public void Polled() => s_consumer.Polled(1, TimeSpan.Zero);

    [Benchmark]
    public void Sent() => s_producer.Sent(1, TimeSpan.Zero);

    [Benchmark]
    public void StoreBytes() => s_store.Transferred(ObjectStoreOperation.Get, 1);

    [Benchmark]
    public void SegmentWritten() => s_segments.Written();

    /// <summary>What <see cref="BrokerHandle"/> calls.</summary>
    [Benchmark]
    public Task RawHandle() => s_body(CancellationToken.None);

    [Benchmark]
    public Task BrokerHandle() => s_broker.HandleAsync(BrokerOperation.ProduceBatch, "orders", s_body, 500);

    private sealed class NoExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }

    private sealed class Totals
    {
        public long Hits;
    }
}
