using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Prometheus.Exposition;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>What scrapes share, and what happens when callbacks, readers or the program misbehave.</summary>
[CancelAfter(30_000)]
public sealed class ScrapeTests
{
    [Test]
    public async Task A_hundred_scrapes_at_once_cause_two_collections_at_most(CancellationToken cancel)
    {
        using var exposed = new Exposed();
        using var gate = new ManualResetEventSlim();
        var collections = 0;
        var running = new TaskCompletionSource();
        exposed.Meter.CreateObservableGauge(
            "slow",
            () =>
            {
                Interlocked.Increment(ref collections);
                running.TrySetResult();
                gate.Wait(cancel);
                return 1;
            }
        );
        using var counts = new ExporterCounts(exposed.Scraper.Exporter.Metrics.ComponentName);

        var first = Task.Run(() => exposed.TextAsync(), cancel);
        await running.Task;
        var others = Enumerable
            .Range(0, 99)
            .Select(i => exposed.Scraper.ScrapeAsync(i % 2 == 0 ? null : Exposed.OpenMetrics, "gzip", cancel).AsTask())
            .ToArray();
        gate.Set();

        var text = await first;
        foreach (var other in await Task.WhenAll(others))
        {
            Assert.That(other.Status, Is.EqualTo(PrometheusScrapeStatus.Success));
            Assert.That(Encoding.UTF8.GetString(other.Body.Span), Does.Contain("slow 1\n"));
            other.Dispose();
        }

        Assert.That(text, Does.Contain("slow 1\n"));
        Assert.That(collections, Is.LessThanOrEqualTo(2));
        Assert.That(counts.Collections, Is.EqualTo(collections));
    }

    [Test]
    public async Task A_format_that_comes_while_another_is_written_gets_the_next_collection(CancellationToken cancel)
    {
        // the label value is encoded while the first format is written
        using var gate = new ManualResetEventSlim();
        var writing = new TaskCompletionSource();
        using var exposed = new Exposed();
        exposed.Meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("k", new SlowText(gate, writing)));

        var text = Task.Run(() => exposed.TextAsync(), cancel);
        await writing.Task;
        var openMetrics = exposed.TextAsync(Exposed.OpenMetrics);
        var protobuf = exposed.BytesAsync(Exposed.Protobuf);
        gate.Set();

        Assert.That(await text, Does.Contain("c_total{k=\"slow\"} 1\n"));
        Assert.That(await openMetrics, Does.Contain("c_total{k=\"slow\"} 1\n").And.EndWith("# EOF\n"));
        Assert.That(ProtoText.Families(await protobuf).Single().One<string>("name"), Is.EqualTo("c_total"));
    }

    [Test]
    public async Task A_collection_answers_again_within_its_window_and_not_after(CancellationToken cancel)
    {
        using var exposed = new Exposed(configure: options => options.CacheWindow = TimeSpan.FromSeconds(1));
        var counter = exposed.Meter.CreateCounter<long>("c");
        counter.Add(1);
        Assert.That(await exposed.TextAsync(), Does.Contain("c_total 1\n"));
        counter.Add(1);
        exposed.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.That(await exposed.TextAsync(), Does.Contain("c_total 1\n"));
        Assert.That(await exposed.TextAsync(Exposed.OpenMetrics), Does.Contain("c_total 2\n"), "another format");
        exposed.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await exposed.TextAsync(), Does.Contain("c_total 2\n"));
    }

    [Test]
    public async Task A_scrape_that_gives_up_leaves_the_others_alone(CancellationToken cancel)
    {
        using var exposed = new Exposed();
        using var gate = new ManualResetEventSlim();
        var running = new TaskCompletionSource();
        exposed.Meter.CreateObservableGauge(
            "slow",
            () =>
            {
                running.TrySetResult();
                gate.Wait(cancel);
                return 1;
            }
        );
        var first = Task.Run(() => exposed.TextAsync(), cancel);
        await running.Task;
        using var impatient = new CancellationTokenSource();
        var second = exposed.Scraper.ScrapeAsync(null, null, impatient.Token).AsTask();
        var third = exposed.TextAsync();
        await impatient.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        gate.Set();
        Assert.That(await first, Is.EqualTo(await third));

        // the reference of the one that gave up was not leaked: buffers go round
        for (var i = 0; i < 2 * PrometheusScraper.MaxResponses; i++)
            await exposed.TextAsync();
    }

    [Test]
    public async Task Readers_that_hold_every_buffer_are_refused_and_served_again_when_they_let_go(CancellationToken cancel)
    {
        using var exposed = new Exposed();
        exposed.Meter.CreateCounter<long>("c").Add(1);
        var held = new List<PrometheusScrape>();
        for (var i = 0; i < PrometheusScraper.MaxResponses; i++)
            held.Add(await exposed.Scraper.ScrapeAsync(null, null, cancel));

        var refused = await exposed.Scraper.ScrapeAsync(null, null, cancel);
        Assert.That(refused.Status, Is.EqualTo(PrometheusScrapeStatus.Busy));
        Assert.That(Encoding.UTF8.GetString(refused.Body.Span), Does.Contain("still being read"));
        Assert.That(
            held.Select(scrape => Encoding.UTF8.GetString(scrape.Body.Span)),
            Is.All.EqualTo("# TYPE c_total counter\nc_total 1\n")
        );

        held.ForEach(scrape => scrape.Dispose());
        Assert.That(await exposed.TextAsync(), Does.Contain("c_total 1\n"));
    }

    [Test]
    public async Task A_callback_that_does_not_return_costs_503s_and_one_thread_and_is_forgiven_when_it_does(CancellationToken cancel)
    {
        using var exposed = new Exposed(configure: options => options.Timeout = TimeSpan.FromSeconds(9));
        using var gate = new ManualResetEventSlim();
        using var running = new SemaphoreSlim(0);
        var calls = 0;
        exposed.Meter.CreateObservableGauge(
            "stuck",
            () =>
            {
                Interlocked.Increment(ref calls);
                running.Release();
                gate.Wait(cancel);
                return 1;
            }
        );
        var counter = exposed.Meter.CreateCounter<long>("c");

        // the first, and some that join it: all wait without a thread
        var scrapes = Enumerable.Range(0, 20).Select(_ => exposed.Scraper.ScrapeAsync(null, null, cancel).AsTask()).ToArray();
        await running.WaitAsync(cancel);
        exposed.Time.Advance(TimeSpan.FromSeconds(8.9));
        Assert.That(scrapes.Count(scrape => scrape.IsCompleted), Is.Zero);
        exposed.Time.Advance(TimeSpan.FromSeconds(0.1));
        foreach (var scrape in await Task.WhenAll(scrapes))
        {
            Assert.That(scrape.Status, Is.EqualTo(PrometheusScrapeStatus.TimedOut));
            Assert.That(Encoding.UTF8.GetString(scrape.Body.Span), Does.Contain("running for 9 s").And.Contain("callback"));
            scrape.Dispose();
        }

        // who asks now is told at once, and nothing is started
        exposed.Time.Advance(TimeSpan.FromSeconds(51));
        for (var i = 0; i < 100; i++)
        {
            var scrape = exposed.Scraper.ScrapeAsync(i % 2 == 0 ? null : Exposed.OpenMetrics, null, cancel);
            Assert.That(scrape.IsCompleted, Is.True);
            using var answer = await scrape;
            Assert.That(answer.Status, Is.EqualTo(PrometheusScrapeStatus.TimedOut));
            Assert.That(Encoding.UTF8.GetString(answer.Body.Span), Does.Contain("running for 60 s"));
        }

        Assert.That(calls, Is.EqualTo(1));
        counter.Add(1);

        // it returns at last, and everything is as before
        gate.Set();
        PrometheusScrape after;
        do after = await exposed.Scraper.ScrapeAsync(null, null, cancel);
        while (after.Status == PrometheusScrapeStatus.TimedOut);
        Assert.That(Encoding.UTF8.GetString(after.Body.Span), Does.Contain("stuck 1\n").And.Contain("c_total 1\n"));
        after.Dispose();

        // nothing of the scrapes that gave up is held: buffers go round
        for (var i = 0; i < 2 * PrometheusScraper.MaxResponses; i++)
            await exposed.TextAsync();
    }

    [Test]
    public async Task A_provider_shuts_down_while_a_callback_does_not_return(CancellationToken cancel)
    {
        using var exposed = new Exposed();
        using var gate = new ManualResetEventSlim();
        var running = new TaskCompletionSource();
        exposed.Meter.CreateObservableGauge(
            "stuck",
            () =>
            {
                running.TrySetResult();
                gate.Wait(cancel);
                return 1;
            }
        );
        var scrape = exposed.Scraper.ScrapeAsync(null, null, cancel).AsTask();
        await running.Task;
        Assert.That(exposed.Provider.Shutdown(50), Is.False);
        using var late = await exposed.Scraper.ScrapeAsync(null, null, cancel);
        Assert.That(late.Status, Is.EqualTo(PrometheusScrapeStatus.Unavailable));
        exposed.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.That((await scrape).Status, Is.EqualTo(PrometheusScrapeStatus.TimedOut));
        gate.Set();
    }

    [Test]
    public async Task A_callback_that_throws_costs_its_own_instrument_only()
    {
        using var exposed = new Exposed();
        exposed.Meter.CreateCounter<long>("before").Add(1);
        exposed.Meter.CreateObservableGauge("bad", (Func<int>)(() => throw new InvalidOperationException("bad")));
        exposed.Meter.CreateObservableGauge("good", () => 2);
        Assert.That(await exposed.TextAsync(), Does.Contain("before_total 1\n").And.Contain("good 2\n").And.Not.Contain("bad"));
    }

    [Test]
    public async Task A_flush_or_shutdown_succeeds_and_a_scrape_after_shutdown_says_so(CancellationToken cancel)
    {
        using var exposed = new Exposed();
        exposed.Meter.CreateCounter<long>("c").Add(1);
        Assert.That(exposed.Provider.ForceFlush(), Is.True);
        Assert.That(await exposed.TextAsync(), Does.Contain("c_total 1\n"));
        Assert.That(exposed.Provider.Shutdown(), Is.True);

        using var scrape = await exposed.Scraper.ScrapeAsync(null, null, cancel);
        Assert.That(scrape.Status, Is.EqualTo(PrometheusScrapeStatus.Unavailable));
        Assert.That(Encoding.UTF8.GetString(scrape.Body.Span), Does.Contain("shut down"));
    }

    [Test]
    public async Task Scrapes_that_run_while_the_provider_shuts_down_end_with_metrics_or_with_the_reason(CancellationToken cancel)
    {
        var exposed = new Exposed();
        using var gate = new ManualResetEventSlim();
        var running = new TaskCompletionSource();
        exposed.Meter.CreateObservableGauge(
            "slow",
            () =>
            {
                running.TrySetResult();
                gate.Wait(cancel);
                return 1;
            }
        );
        var scrapes = Enumerable
            .Range(0, 8)
            .Select(_ => Task.Run(async () => await exposed.Scraper.ScrapeAsync(null, null, cancel), cancel))
            .ToArray();
        await running.Task;
        var shutdown = Task.Run(exposed.Dispose, cancel);
        gate.Set();
        foreach (var scrape in await Task.WhenAll(scrapes))
        {
            Assert.That(
                scrape.Status,
                Is.AnyOf(PrometheusScrapeStatus.Success, PrometheusScrapeStatus.Unavailable, PrometheusScrapeStatus.Failed)
            );
            Assert.That(scrape.Body.Length, Is.Positive);
            scrape.Dispose();
        }

        await shutdown;
    }

    [Test]
    public async Task Gzip_is_the_same_text_and_shared(CancellationToken cancel)
    {
        using var exposed = new Exposed(configure: options => options.CacheWindow = TimeSpan.FromMinutes(1));
        var counter = exposed.Meter.CreateCounter<long>("c");
        for (var i = 0; i < 500; i++)
            counter.Add(i, new KeyValuePair<string, object?>("i", i));
        var plain = await exposed.TextAsync();
        using var one = await exposed.Scraper.ScrapeAsync(null, "gzip", cancel);
        using var two = await exposed.Scraper.ScrapeAsync(null, "gzip", cancel);
        Assert.That(one.ContentEncoding, Is.EqualTo("gzip"));
        Assert.That(one.Body, Is.EqualTo(two.Body));
        using var stream = new GZipStream(new MemoryStream(one.Body.ToArray()), CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Assert.That(await reader.ReadToEndAsync(cancel), Is.EqualTo(plain));
    }

    [Test]
    public async Task Series_keep_their_labels_while_others_come_and_go()
    {
        using var exposed = new Exposed();
        var round = 0;
        exposed.Meter.CreateObservableGauge(
            "seen",
            () =>
                Enumerable
                    .Range(0, 6)
                    .Where(i => (round + i) % 3 != 0)
                    .Select(i => new Measurement<int>((10 * round) + i, new KeyValuePair<string, object?>("i", i)))
        );
        var counter = exposed.Meter.CreateCounter<long>("c");
        for (round = 0; round < 6; round++)
        {
            if (round == 3)
                counter.Add(100); // without attributes: a late point at the front
            counter.Add(1, new KeyValuePair<string, object?>("first", round));
            foreach (var sample in ExpositionText.Samples(await exposed.TextAsync()).Where(sample => sample.Name == "seen"))
                Assert.That(sample.Value, Is.EqualTo((10 * round) + int.Parse(sample.Labels["i"])));
        }

        var totals = ExpositionText.Samples(await exposed.TextAsync()).Where(sample => sample.Name == "c_total").ToArray();
        Assert.That(totals.Single(sample => sample.Labels.Count == 0).Value, Is.EqualTo(100));
        Assert.That(
            totals.Where(sample => sample.Labels.Count == 1).Select(sample => sample.Labels["first"]),
            Is.EquivalentTo(new[] { "0", "1", "2", "3", "4", "5" })
        );
    }

    [Test]
    public async Task An_instrument_that_comes_or_goes_between_scrapes_is_right()
    {
        using var exposed = new Exposed();
        exposed.Meter.CreateCounter<long>("a").Add(1, new KeyValuePair<string, object?>("k", "v"));
        await exposed.TextAsync();
        using (var other = new Meter("golden.other"))
        {
            other.CreateCounter<long>("a").Add(5, new KeyValuePair<string, object?>("k", "w"));
            other.CreateGauge<long>("b").Record(2);
            Assert.That(
                await exposed.TextAsync(),
                Is.EqualTo("# TYPE a_total counter\na_total{k=\"v\"} 1\na_total{k=\"w\"} 5\n# TYPE b gauge\nb 2\n")
            );
        }

        await exposed.TextAsync(); // the SDK shows a disposed meter one last time
        Assert.That(await exposed.TextAsync(), Is.EqualTo("# TYPE a_total counter\na_total{k=\"v\"} 1\n"));
    }

    [Test]
    public async Task Secrets_are_redacted_in_labels_exemplars_and_the_resource()
    {
        using var exposed = new Exposed(
            metrics =>
                metrics
                    .SetExemplarFilter(ExemplarFilterType.AlwaysOn)
                    .AddView("filtered", new MetricStreamConfiguration { TagKeys = [] })
                    .ConfigureResource(resource => resource.AddAttributes([new("token", "is hunter2")])),
            info: true
        );
        exposed.Meter.CreateCounter<long>("c").Add(1, new("password", "hunter2"), new("broken", "throws"));
        exposed.Meter.CreateCounter<long>("filtered").Add(1, new KeyValuePair<string, object?>("password", "hunter2"));
        var text = await exposed.TextAsync(Exposed.OpenMetrics);
        Assert.That(
            text,
            Does.Contain("token=\"is ***\"").And.Contain("{otel_scope_name=\"golden\",otel_scope_version=\"1.2\",password=\"***\"} 1")
        );
        Assert.That(text, Does.Contain("# {password=\"***\"} 1"));
        Assert.That(text + ProtoText.Show(await exposed.BytesAsync(Exposed.Protobuf)), Does.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Switched_off_a_scrape_says_so(CancellationToken cancel)
    {
        using var exposed = new Exposed(settings: new KeyValuePair<string, string?>("OtelPipeline:Enabled", "false"));
        using var scrape = await exposed.Scraper.ScrapeAsync(null, null, cancel);
        Assert.That(scrape.Status, Is.EqualTo(PrometheusScrapeStatus.Unavailable));
        Assert.That(Encoding.UTF8.GetString(scrape.Body.Span), Does.Contain("switched off"));
    }

    [TestCase(null)]
    [TestCase(Exposed.OpenMetrics)]
    [TestCase(Exposed.Protobuf)]
    public async Task Huge_label_sets_are_written_whole(string? accept)
    {
        using var exposed = new Exposed();
        var labels = Enumerable.Range(0, 2_000).Select(i => KeyValuePair.Create("label_" + i, (object?)("value " + i))).ToList();
        labels.Add(new("long", new string('x', 1_000_000)));
        exposed.Meter.CreateCounter<long>("huge").Add(1, [.. labels]);
        exposed.Meter.CreateHistogram<double>("wide").Record(1, [.. labels]);
        var body = await exposed.BytesAsync(accept);
        var expected = labels.ToDictionary(label => label.Key, label => (string)label.Value!);
        if (accept == Exposed.Protobuf)
        {
            foreach (var family in ProtoText.Families(body))
            {
                var pairs = family.One<ProtoText.Message>("metric").All<ProtoText.Message>("label");
                Assert.That(pairs.ToDictionary(pair => pair.One<string>("name"), pair => pair.One<string>("value")), Is.EqualTo(expected));
            }

            return;
        }

        foreach (var sample in ExpositionText.Samples(Encoding.UTF8.GetString(body), accept is not null))
        {
            sample.Labels.Remove("le");
            Assert.That(sample.Labels, Is.EqualTo(expected), sample.Name);
        }
    }

    [Test]
    public async Task What_the_exporter_loses_is_in_the_next_scrape()
    {
        using var exposed = new Exposed(own: true, configure: options => options.ScopeInfo = false);
        exposed.Meter.CreateGauge<long>("a.b").Record(1);
        exposed.Meter.CreateHistogram<double>("a_b").Record(1);
        await exposed.TextAsync();
        var lost = ExpositionText
            .Samples(await exposed.TextAsync())
            .Single(sample =>
                sample.Name == "otel_sdk_exporter_metric_data_point_exported_total"
                && sample.Labels["otel_component_name"] == exposed.Scraper.Exporter.Metrics.ComponentName
                && sample.Labels.ContainsKey("error_type")
            );
        Assert.That((lost.Labels["error_type"], lost.Value), Is.EqualTo(("name_conflict", 1)));
    }

    [Test]
    public void A_version_of_the_SDK_that_identifies_series_otherwise_would_be_slow() => Assert.That(TagIdentity.IsAvailable, Is.True);

    [TestCase(false)]
    [TestCase(true)]
    public void A_steady_set_of_series_allocates_nothing(bool protobuf)
    {
        using var meter = new Meter("steady");
        using var exporter = new AllocationExporter(protobuf);
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meter.Name)
            .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration())
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();
        var counter = meter.CreateCounter<long>("counter");
        var histogram = meter.CreateHistogram<double>("histogram");
        var exponential = meter.CreateHistogram<double>("exponential");
        for (var i = 0; i < 200; i++)
        {
            var tag = new KeyValuePair<string, object?>("i", i);
            counter.Add(i, tag);
            histogram.Record(i, tag);
            exponential.Record(i, tag);
        }

        for (var i = 0; i < 3; i++)
            provider.ForceFlush();
        Assert.That(exporter.Points, Is.EqualTo(600));
        Assert.That(exporter.Allocated, Is.Zero);
    }

    private sealed class AllocationExporter : BaseExporter<Metric>
    {
        private readonly Catalog _catalog;
        private readonly TextExposition? _text;
        private readonly ProtobufExposition? _protobuf;
        private readonly ByteBuffer _buffer = new();
        private readonly List<Metric> _metrics = [];

        public AllocationExporter(bool protobuf)
        {
            _catalog = new Catalog(new PrometheusExporterOptions(), Escaping.Underscores, protobuf);
            if (protobuf)
                _protobuf = new ProtobufExposition(_catalog, new PrometheusExporterOptions(), Escaping.Underscores);
            else
                _text = new TextExposition(_catalog, new PrometheusExporterOptions(), Escaping.Underscores);
        }

        public long Allocated { get; private set; }

        public int Points { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            _metrics.Clear();
            foreach (var metric in batch)
                _metrics.Add(metric);
            var before = GC.GetAllocatedBytesForCurrentThread();
            _buffer.Clear();
            _catalog.Update(_metrics, Resource.Empty);
            Points = _text?.Write(_buffer, openMetrics: true) ?? _protobuf!.Write(_buffer);
            Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return ExportResult.Success;
        }
    }

    private sealed class SlowText(ManualResetEventSlim gate, TaskCompletionSource reached)
    {
        public override string ToString()
        {
            reached.TrySetResult();
            gate.Wait();
            return "slow";
        }
    }
}
