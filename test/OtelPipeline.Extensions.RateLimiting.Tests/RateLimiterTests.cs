using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using OtelPipeline.Testing;

namespace OtelPipeline.Extensions.RateLimiting.Tests;

/// <summary>What the SDK exports of rate limiters.</summary>
internal sealed class RateLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Every_acquisition_is_counted_with_its_wait_0_included_and_a_refusal_is_told()
    {
        using var exported = new Exported();
        using var bucket = Bucket(tokens: 2, queue: 1);
        using var limiter = bucket.AddPipelineTelemetry("api.crossref", "metadata");
        await new Pipeline("limited", new PipelineOptions { TimeProvider = _time }).RunAsync(async _ =>
        {
            Assert.That(limiter.AttemptAcquire().IsAcquired, Is.True);
            Assert.That((await limiter.AcquireAsync()).IsAcquired, Is.True);
            var waiting = limiter.AcquireAsync().AsTask();
            Assert.That((await limiter.AcquireAsync()).IsAcquired, Is.False, "the queue is full");
            Assert.That(limiter.AttemptAcquire().IsAcquired, Is.False);
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.That(bucket.TryReplenish(), Is.True);
            Assert.That((await waiting).IsAcquired, Is.True);
        });
        const string Tags =
            "pipeline.rate_limiter.name=api.crossref pipeline.rate_limiter.result={0} pipeline.rate_limiter.role=metadata: ";
        Assert.That(
            exported.Points("pipeline.rate_limiter.acquisitions", "name=api.crossref"),
            Is.EqualTo(new[] { Of("acquired") + "2", Of("queued") + "1", Of("rejected") + "2" })
        );
        Assert.That(
            exported.Points("pipeline.rate_limiter.wait.duration", "name=api.crossref"),
            Is.EqualTo(new[] { Of("acquired") + "0 (2)", Of("queued") + "3 (1)", Of("rejected") + "0 (2)" })
        );
        var told = exported.Events("pipeline.rate_limiter.rejected");
        Assert.That(told.Select(static e => e.Level), Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Warning }));
        Assert.That(
            (told[0]["pipeline.rate_limiter.name"], told[0]["pipeline.rate_limiter.role"], told[0]["pipeline.rate_limiter.wait.duration"]),
            Is.EqualTo(((object)"api.crossref", (object)"metadata", (object)0.0))
        );

        static string Of(string result) => Tags.Replace("{0}", result);
    }

    [Test]
    public async Task A_request_that_is_cancelled_while_it_waits_is_rejected_after_its_wait()
    {
        using var exported = new Exported();
        using var limiter = Bucket(tokens: 1, queue: 1).AddPipelineTelemetry("cancelled");
        using var cancel = new CancellationTokenSource();
        await new Pipeline("limited", new PipelineOptions { TimeProvider = _time }).RunAsync(async _ =>
        {
            limiter.AttemptAcquire();
            var waiting = limiter.AcquireAsync(1, cancel.Token).AsTask();
            _time.Advance(TimeSpan.FromSeconds(7));
            await cancel.CancelAsync();
            Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        });
        Assert.That(
            exported.Points("pipeline.rate_limiter.wait.duration", "result=rejected"),
            Is.EqualTo(new[] { "pipeline.rate_limiter.name=cancelled pipeline.rate_limiter.result=rejected: 7 (1)" })
        );
    }

    [Test]
    public async Task Permits_and_queue_are_observed_and_add_up_until_the_limiter_is_disposed_of()
    {
        using var exported = new Exported();
        var first = Bucket(tokens: 5, queue: 2).AddPipelineTelemetry("watched");
        await using var second = Bucket(tokens: 1, queue: 2).AddPipelineTelemetry("watched");
        first.AttemptAcquire();
        second.AttemptAcquire();
        var waiting = second.AcquireAsync().AsTask();
        Assert.That(Statistics(), Is.EqualTo(("4", "1")));
        await first.DisposeAsync();
        Assert.That(Statistics(), Is.EqualTo(("0", "1")));
        await second.DisposeAsync();
        Assert.That(Statistics(), Is.EqualTo(("", "")));
        Assert.That((await waiting).IsAcquired, Is.False);
        Assert.That(() => second.AttemptAcquire(), Throws.InstanceOf<ObjectDisposedException>(), "the limiter goes with it");

        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(exported.Points("pipeline.rate_limiter.permit.available", "name=forgotten"), Is.Empty);

        (string, string) Statistics() => (Value("permit.available"), Value("queue.length"));

        string Value(string metric) =>
            exported
                .Points("pipeline.rate_limiter." + metric, "name=watched")
                .SingleOrDefault()
                ?.Replace("pipeline.rate_limiter.name=watched: ", "")
            ?? "";

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget() => Bucket(1, 1).AddPipelineTelemetry("forgotten").AttemptAcquire();
    }

    [Test]
    public async Task A_limiter_that_is_told_when_to_replenish_still_is_and_one_that_never_runs_out_skips()
    {
        using var exported = new Exported();
        using var bucket = Bucket(tokens: 1, queue: 1).AddPipelineTelemetry("bucket");
        Assert.That(bucket, Is.InstanceOf<ReplenishingRateLimiter>());
        var replenishing = (ReplenishingRateLimiter)bucket;
        Assert.That((replenishing.IsAutoReplenishing, replenishing.ReplenishmentPeriod), Is.EqualTo((false, TimeSpan.FromTicks(1))));
        Assert.That(replenishing.AttemptAcquire().IsAcquired, Is.True);
        Assert.That(replenishing.TryReplenish(), Is.True);
        Assert.That(bucket.GetStatistics()!.CurrentAvailablePermits, Is.EqualTo(1));

        using var unlimited = RateLimitPartition.GetNoLimiter("key").Factory("key").AddPipelineTelemetry("unlimited");
        Assert.That(unlimited, Is.Not.InstanceOf<ReplenishingRateLimiter>());
        unlimited.AttemptAcquire();
        await unlimited.AcquireAsync();
        Assert.That(
            exported.Points("pipeline.rate_limiter.acquisitions", "name=unlimited"),
            Is.EqualTo(new[] { "pipeline.rate_limiter.name=unlimited pipeline.rate_limiter.result=skipped: 2" })
        );
        Assert.That(exported.Points("pipeline.rate_limiter.permit.available", "name=unlimited"), Is.Empty);
    }

    [Test]
    public async Task A_look_and_a_mistake_are_no_requests()
    {
        using var exported = new Exported();
        using var limiter = Bucket(tokens: 1, queue: 1).AddPipelineTelemetry("looked at");
        Assert.That(limiter.AttemptAcquire(0).IsAcquired, Is.True);
        Assert.That((await limiter.AcquireAsync(0)).IsAcquired, Is.True);
        Assert.That(() => limiter.AttemptAcquire(2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(async () => await limiter.AcquireAsync(2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(exported.Points("pipeline.rate_limiter.acquisitions", "name=looked at"), Is.Empty);
    }

    [Test]
    public async Task A_partitioned_limiter_counts_over_its_partitions()
    {
        using var exported = new Exported();
        using var limiter = PartitionedRateLimiter
            .Create<string, string>(static host =>
                host == "localhost"
                    ? RateLimitPartition.GetNoLimiter(host)
                    : RateLimitPartition.GetConcurrencyLimiter(host, static _ => new() { PermitLimit = 3, QueueLimit = 0 })
            )
            .AddPipelineTelemetry(
                "hosts",
                "bodies",
                isExempt: static host => host == "localhost" || (host == "throw" ? throw new IOException() : false),
                partitions: ["a", "b", "localhost"]
            );
        using var held = limiter.AttemptAcquire("a", 2);
        Assert.That((await limiter.AcquireAsync("a", 2)).IsAcquired, Is.False);
        using var other = await limiter.AcquireAsync("b");
        using var exempt = await limiter.AcquireAsync("localhost");
        using var unclear = limiter.AttemptAcquire("throw");
        Assert.That(unclear.IsAcquired, Is.True);
        const string Tags = "pipeline.rate_limiter.name=hosts pipeline.rate_limiter.result={0} pipeline.rate_limiter.role=bodies: ";
        Assert.That(
            exported.Points("pipeline.rate_limiter.acquisitions", "name=hosts"),
            Is.EqualTo(new[] { Of("acquired") + "3", Of("rejected") + "1", Of("skipped") + "1" })
        );
        Assert.That(
            exported.Points("pipeline.rate_limiter.permit.available", "name=hosts"),
            Is.EqualTo(new[] { "pipeline.rate_limiter.name=hosts pipeline.rate_limiter.role=bodies: 3" })
        );
        Assert.That(limiter.GetStatistics("a")!.CurrentAvailablePermits, Is.EqualTo(1));

        static string Of(string result) => Tags.Replace("{0}", result);
    }

    [Test]
    public async Task The_limiters_of_partitions_can_be_observed_where_they_are_made()
    {
        using var exported = new Exported();
        await using var limiter = PartitionedRateLimiter.Create<string, string>(static host =>
            RateLimitPartition.Get(host, static _ => Bucket(tokens: 2, queue: 0).AddPipelineTelemetry("per host"))
        );
        limiter.AttemptAcquire("a");
        limiter.AttemptAcquire("b");
        Assert.That(
            exported.Points("pipeline.rate_limiter.permit.available", "name=per host"),
            Is.EqualTo(new[] { "pipeline.rate_limiter.name=per host: 2" })
        );
    }

    [Test]
    public async Task A_request_that_nobody_observes_allocates_what_the_limiter_itself_allocates()
    {
        using var plain = Bucket(tokens: 10_000, queue: 0);
        using var observed = Bucket(tokens: 10_000, queue: 0).AddPipelineTelemetry("unobserved");
        Assert.That(await MeasureAsync(observed), Is.EqualTo(await MeasureAsync(plain)));

        static async Task<long> MeasureAsync(RateLimiter limiter)
        {
            var before = 0L;
            for (var i = 0; i < 2_000; i++)
            {
                if (i == 1_000)
                    before = GC.GetAllocatedBytesForCurrentThread();
                limiter.AttemptAcquire().Dispose();
                (await limiter.AcquireAsync()).Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Test]
    public void Wrong_use_is_told_at_once()
    {
        using var limiter = Bucket(1, 1);
        Assert.That(() => limiter.AddPipelineTelemetry(""), Throws.ArgumentException.With.Message.Contains("name"));
        Assert.That(() => limiter.AddPipelineTelemetry("n", " "), Throws.ArgumentException.With.Message.Contains("role"));
        Assert.That(() => ((RateLimiter)null!).AddPipelineTelemetry("n"), Throws.ArgumentNullException);
        Assert.That(() => ((PartitionedRateLimiter<string>)null!).AddPipelineTelemetry("n"), Throws.ArgumentNullException);
    }

    private static TokenBucketRateLimiter Bucket(int tokens, int queue) =>
        new(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = tokens,
                TokensPerPeriod = tokens,
                QueueLimit = queue,
                AutoReplenishment = false,
                ReplenishmentPeriod = TimeSpan.FromTicks(1),
            }
        );
}
