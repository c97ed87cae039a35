using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>Scrape after scrape of the same series, and beside flushes of the provider.</summary>
[CancelAfter(60_000)]
public sealed class SteadyScrapeTests
{
    [TestCase(null)]
    [TestCase(Exposed.OpenMetrics)]
    [TestCase(Exposed.Protobuf)]
    public void A_scrape_allocates_nothing_hand_over_and_collection_included(string? accept)
    {
        using var exposed = new Exposed(metrics =>
            metrics
                .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration())
                .AddReader(new BaseExportingMetricReader(new Nothing()))
        );
        var counter = exposed.Meter.CreateCounter<long>("counter");
        var histogram = exposed.Meter.CreateHistogram<double>("histogram");
        var exponential = exposed.Meter.CreateHistogram<double>("exponential");
        for (var i = 0; i < 100; i++)
        {
            var tag = new KeyValuePair<string, object?>("i", i);
            counter.Add(i, tag);
            histogram.Record(i, tag);
            exponential.Record(i, tag);
        }

        var length = 0;
        for (var i = 0; i < 50; i++)
            length = Scrape();
        Assert.That(length, Is.GreaterThan(5_000));

        // the bytes are the whole program's: other threads are quiet now and then, and code is compiled again after a while, until when the SDK
        // boxes what it compares
        var least = long.MaxValue;
        for (var round = 0; round < 2_000 && least > 0; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 10; i++)
                Scrape();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.That(least, Is.Zero);

        int Scrape()
        {
            var waiting = exposed.Scraper.ScrapeAsync(accept, null, CancellationToken.None);
            var spin = new SpinWait();
            while (!waiting.IsCompleted)
                spin.SpinOnce();
            using var scrape = waiting.Result;
            return scrape.Status == PrometheusScrapeStatus.Success ? scrape.Body.Length : throw new AssertionException("no success");
        }
    }

    [Test]
    public async Task Observable_instruments_are_in_every_scrape_while_the_provider_flushes_its_readers(CancellationToken cancel)
    {
        using var exposed = new Exposed(metrics => metrics.AddReader(new BaseExportingMetricReader(new Nothing())));
        exposed.Meter.CreateObservableGauge("seen", () => 7);
        exposed.Meter.CreateCounter<long>("c").Add(1);
        var ended = false;
        var flushes = 0;
        var flushing = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref ended))
                {
                    Assert.That(exposed.Provider.ForceFlush(), Is.True);
                    flushes++;
                }
            },
            cancel
        );
        for (var i = 0; i < 1_000 || Volatile.Read(ref flushes) < 10; i++)
        {
            var text = await exposed.TextAsync(i % 2 == 0 ? null : Exposed.OpenMetrics);
            Assert.That(text, Does.Contain("seen 7\n").And.Contain("c_total 1\n"), $"scrape {i}");
        }

        Volatile.Write(ref ended, true);
        await flushing;
    }

    [Test]
    public async Task A_scrape_right_after_a_flush_has_observable_instruments()
    {
        using var exposed = new Exposed(metrics => metrics.AddReader(new BaseExportingMetricReader(new Nothing())));
        var calls = 0;
        exposed.Meter.CreateObservableGauge("calls", () => ++calls);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(exposed.Provider.ForceFlush(), Is.True);
            Assert.That(await exposed.TextAsync(), Does.Contain($"calls {calls}\n"));
            Assert.That(await exposed.TextAsync(), Does.Contain($"calls {calls}\n"));
        }

        Assert.That(calls, Is.EqualTo(9), "once for each flush and each scrape");
    }

    [Test]
    public async Task Scrapes_that_are_cancelled_or_time_out_again_and_again_leave_nothing_behind(CancellationToken cancel)
    {
        using var exposed = new Exposed(configure: options => options.Timeout = TimeSpan.FromSeconds(1));
        using var gate = new SemaphoreSlim(0);
        using var running = new SemaphoreSlim(0);
        exposed.Meter.CreateObservableGauge(
            "stuck",
            () =>
            {
                running.Release();
                gate.Wait(cancel);
                return 1;
            }
        );
        for (var i = 0; i < 100; i++)
        {
            using var impatient = new CancellationTokenSource();
            var cancelled = exposed.Scraper.ScrapeAsync(null, null, impatient.Token).AsTask();
            var expired = exposed.Scraper.ScrapeAsync(Exposed.OpenMetrics, "gzip", cancel).AsTask();
            await running.WaitAsync(cancel);
            var patient = exposed.Scraper.ScrapeAsync(null, null, cancel).AsTask();
            if (i % 2 == 0)
            {
                await impatient.CancelAsync();
                Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
                gate.Release();
                using var answer = await patient;
                Assert.That(answer.Status, Is.EqualTo(PrometheusScrapeStatus.Success));
                using var other = await expired;
                Assert.That(other.Status, Is.EqualTo(PrometheusScrapeStatus.Success));
            }
            else
            {
                exposed.Time.Advance(TimeSpan.FromSeconds(1));
                foreach (var scrape in new[] { cancelled, expired, patient })
                    Assert.That((await scrape).Status, Is.EqualTo(PrometheusScrapeStatus.TimedOut));
                gate.Release();
            }

            // whoever comes next waits for its own answer, not for what is left of these
            PrometheusScrape next;
            do
            {
                gate.Release();
                next = await exposed.Scraper.ScrapeAsync(null, null, cancel);
                next.Dispose();
            } while (next.Status == PrometheusScrapeStatus.TimedOut);
            Assert.That(next.Status, Is.EqualTo(PrometheusScrapeStatus.Success));
            while (gate.Wait(0, cancel) || running.Wait(0, cancel)) { }
        }
    }

    private sealed class Nothing : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
