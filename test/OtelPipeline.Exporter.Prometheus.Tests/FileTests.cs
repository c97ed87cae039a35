using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests;

public sealed class FileTests
{
    private string _directory;
    private Meter _meter;

    [SetUp]
    public void SetUp()
    {
        _directory = Directory.CreateTempSubdirectory("otelpipeline-").FullName;
        _meter = new Meter("files");
    }

    [TearDown]
    public void TearDown()
    {
        _meter.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private MeterProvider Build(Action<MeterProviderBuilder> add, params (string Key, string? Value)[] settings)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .AddView(instrument => instrument.Meter.Name == ExporterMetrics.MeterName ? MetricStreamConfiguration.Drop : null)
            .AddMeter(_meter.Name)
            .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration())
            .ConfigureServices(services =>
                services.AddSingleton<IConfiguration>(
                    new ConfigurationBuilder()
                        .AddInMemoryCollection(settings.Select(item => KeyValuePair.Create(item.Key, item.Value)))
                        .Build()
                )
            );
        add(builder);
        return builder.Build();
    }

    private void Record()
    {
        _meter.CreateCounter<long>("orders", "{order}", "Orders.").Add(3, new("kind", "web"), new("vip", true), new("tier", 2));
        _meter.CreateGauge<double>("load", "1").Record(double.NaN);
        _meter
            .CreateHistogram("wait", "s", "Waits.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] })
            .Record(1);
        _meter.CreateHistogram<double>("exponential", "s").Record(3);
    }

    [Test]
    public void The_text_file_is_whole_after_a_flush_and_after_the_end()
    {
        var path = PathOf("deep/metrics.prom");
        var provider = Build(
            metrics => metrics.AddPrometheusTextFile(path),
            ("OtelPipeline:Prometheus:ScopeInfo", "false"),
            ("OtelPipeline:Prometheus:TargetInfo", "false")
        );
        Record();
        Assert.That(provider.ForceFlush(), Is.True);
        const string expected = """
            # HELP orders_total Orders.
            # TYPE orders_total counter
            orders_total{kind="web",tier="2",vip="true"} 3
            # TYPE load_ratio gauge
            load_ratio NaN
            # HELP wait_seconds Waits.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 0
            wait_seconds_bucket{le="2"} 1
            wait_seconds_bucket{le="+Inf"} 1
            wait_seconds_sum 1
            wait_seconds_count 1
            # TYPE exponential_seconds histogram
            exponential_seconds_bucket{le="0"} 0
            exponential_seconds_bucket{le="4"} 1
            exponential_seconds_bucket{le="+Inf"} 1
            exponential_seconds_sum 3
            exponential_seconds_count 1

            """;
        Assert.That(File.ReadAllText(path), Is.EqualTo(expected));

        _meter.CreateUpDownCounter<long>("late").Add(1);
        provider.Dispose();
        Assert.That(File.ReadAllText(path), Is.EqualTo(expected + "# TYPE late gauge\nlate 1\n"));
        Assert.That(Directory.GetFiles(PathOf("deep")), Is.EqualTo(new[] { path }), "nothing temporary is left");
    }

    // read as often as it can be while it is replaced 300 times: the first and the last series are there, and of the same collection
    [Test]
    public async Task A_reader_sees_the_old_file_or_the_new_one_and_never_a_part()
    {
        var path = PathOf("metrics.prom");
        using var provider = Build(metrics => metrics.AddPrometheusTextFile(path));
        var (first, last) = (_meter.CreateCounter<long>("a.first"), _meter.CreateCounter<long>("z.last"));
        var filling = _meter.CreateCounter<long>("filling");
        for (var i = 0; i < 500; i++)
            filling.Add(1, new KeyValuePair<string, object?>("series", i));
        Replace();
        var replacing = Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
                Replace();
        });
        var seen = new HashSet<string>();
        do
        {
            var lines = await File.ReadAllLinesAsync(path);
            var values = lines
                .Where(line =>
                    line.StartsWith("a_first_total{", StringComparison.Ordinal)
                    || line.StartsWith("z_last_total{", StringComparison.Ordinal)
                )
                .Select(line => line.Split(' ')[^1])
                .ToArray();
            Assert.That(values, Has.Length.EqualTo(2));
            Assert.That(values[0], Is.EqualTo(values[1]));
            seen.Add(values[0]);
        } while (!replacing.IsCompleted);
        await replacing;
        Assert.That(seen, Has.Count.GreaterThan(1));

        void Replace()
        {
            first.Add(1);
            last.Add(1);
            Assert.That(provider.ForceFlush(), Is.True);
        }
    }

    [Test]
    public void The_JSON_file_has_names_types_and_points()
    {
        var path = PathOf("metrics.json");
        using (Build(metrics => metrics.AddMetricsJsonFile(path)))
            Record();

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        Assert.That(
            json.RootElement.EnumerateArray().Select(metric => metric.GetRawText()),
            Is.EqualTo(
                new[]
                {
                    """{"name":"orders","unit":"{order}","type":"counter","points":[{"attributes":{"kind":"web","tier":2,"vip":true},"value":3}]}""",
                    """{"name":"load","unit":"1","type":"gauge","points":[{"attributes":{},"value":"NaN"}]}""",
                    """{"name":"wait","unit":"s","type":"histogram","points":[{"attributes":{},"count":1,"sum":1,"buckets":[{"le":0.5,"count":0},{"le":2,"count":1},{"le":"+Inf","count":1}]}]}""",
                    """{"name":"exponential","unit":"s","type":"exponential_histogram","points":[{"attributes":{},"count":1,"sum":3,"buckets":[{"le":0,"count":0},{"le":4,"count":1},{"le":"+Inf","count":1}]}]}""",
                }
            )
        );
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_file_is_written_on_a_schedule(CancellationToken cancel)
    {
        var written = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(_directory, "metrics.prom");
        watcher.Renamed += (_, _) => written.TrySetResult();
        watcher.EnableRaisingEvents = true;
        using var provider = Build(
            metrics => metrics.AddPrometheusTextFile(PathOf("metrics.prom")),
            ("OtelPipeline:Prometheus:TextFile:Interval", "00:00:01")
        );
        Record();
        await written.Task.WaitAsync(cancel);
        Assert.That(File.ReadAllText(PathOf("metrics.prom")), Does.Contain("wait_seconds_count"));
    }

    [Test]
    public void Switched_off_there_is_no_file()
    {
        using (
            Build(
                metrics => metrics.AddPrometheusTextFile(PathOf("m.prom")).AddMetricsJsonFile(PathOf("m.json")),
                ("OtelPipeline:Enabled", "false")
            )
        )
            Record();
        Assert.That(Directory.GetFiles(_directory), Is.Empty);
    }

    [Test]
    public void Both_files_and_no_metrics_are_files_too()
    {
        using (
            Build(metrics =>
                metrics
                    .AddMetricsJsonFile(PathOf("m.json"))
                    .AddPrometheusTextFile(PathOf("m.prom"), options => options.ReadableByAll = false)
            )
        ) { }

        Assert.That(File.ReadAllText(PathOf("m.json")), Is.EqualTo("[\n]\n"));
        Assert.That(File.ReadAllText(PathOf("m.prom")), Does.StartWith("# HELP target_info"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(PathOf("m.json")) & UnixFileMode.OtherRead, Is.Not.EqualTo(UnixFileMode.None));
            Assert.That(File.GetUnixFileMode(PathOf("m.prom")) & UnixFileMode.OtherRead, Is.EqualTo(UnixFileMode.None));
        }
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_leaves_the_old_file_and_is_counted()
    {
        var path = PathOf("metrics.prom");
        using var provider = Build(metrics => metrics.AddPrometheusTextFile(path));
        using var counts = new LostPoints();
        Record();
        provider.ForceFlush();
        var before = File.ReadAllText(path);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.CreateSymbolicLink(temporary, "/dev/full");
        Assert.That(provider.ForceFlush(), Is.False);
        Assert.That(File.ReadAllText(path), Is.EqualTo(before));
        Assert.That(counts.Errors, Is.EqualTo(new[] { "System.IO.IOException" }));
        Assert.That(counts.Lost, Is.EqualTo(4));
        Assert.That(File.Exists(temporary), Is.False);

        _meter.CreateCounter<long>("later").Add(1);
        Assert.That(provider.ForceFlush(), Is.True, "and it goes on");
        Assert.That(File.ReadAllText(path), Does.Contain("later_total"));
    }

    [TestCase("OtelPipeline:Prometheus:Translation", "Latin", "Translation' has the value 'Latin'")]
    [TestCase("OtelPipeline:Prometheus:Timeout", "00:00:00.05", "Timeout is 00:00:00.0500000. Give a time from")]
    [TestCase("OtelPipeline:Prometheus:CacheWindow", "00:02:00", "CacheWindow is 00:02:00. Give a time from")]
    [TestCase("OtelPipeline:Prometheus:Cache", "1", "'OtelPipeline:Prometheus:Cache' is unknown")]
    [TestCase("OtelPipeline:Prometheus:TextFile:Interval", "00:00:00", "Interval is 00:00:00. Give a time from")]
    [TestCase("OtelPipeline:Prometheus:TextFile:Intervall", "00:00:01", "'OtelPipeline:Prometheus:TextFile:Intervall' is unknown")]
    public void A_wrong_setting_says_which_its_value_and_what_to_do(string key, string value, string message)
    {
        var failure = Assert.Throws<OptionsValidationException>(() =>
            Build(metrics => metrics.AddPrometheusTextFile(PathOf("m.prom")), (key, value))
        );
        Assert.That(failure!.Message, Does.Contain(message));
    }

    [Test]
    public void Settings_bind_and_names_have_sections_of_their_own()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("OtelPipeline:Prometheus:CacheWindow", "00:00:05"),
                    new("OtelPipeline:Prometheus:Timeout", "00:00:04"),
                    new("OtelPipeline:Prometheus:ResourceLabels:0", "service.name"),
                    new("OtelPipeline:Prometheus:second:Translation", "NoTranslation"),
                    new("OtelPipeline:Prometheus:second:ScopeInfo", "false"),
                ])
                .Build()
        );
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics.AddPrometheusExporter().AddPrometheusExporter("second", options => options.ScopeInfo = true).AddPrometheusExporter()
            );
        using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<MeterProvider>(), Is.Not.Null);
        var options = provider.GetRequiredService<IOptionsMonitor<PrometheusExporterOptions>>();
        Assert.That(options.CurrentValue.CacheWindow, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(options.CurrentValue.Timeout, Is.EqualTo(TimeSpan.FromSeconds(4)));
        Assert.That(options.CurrentValue.ResourceLabels, Is.EqualTo(new[] { "service.name" }));
        Assert.That(options.CurrentValue.Translation, Is.EqualTo(PrometheusTranslation.UnderscoreEscapingWithSuffixes));
        Assert.That(options.Get("second").Translation, Is.EqualTo(PrometheusTranslation.NoTranslation));
        Assert.That(options.Get("second").ScopeInfo, Is.True, "code wins");
        Assert.That(
            provider.GetRequiredKeyedService<PrometheusScraper>("second"),
            Is.Not.SameAs(provider.GetRequiredService<PrometheusScraper>())
        );
    }

    [Test]
    public void Null_and_blank_arguments_are_refused() =>
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentNullException>(() => ((MeterProviderBuilder)null!).AddPrometheusExporter());
            Assert.Throws<ArgumentNullException>(() => ((MeterProviderBuilder)null!).AddPrometheusTextFile("x"));
            Assert.Throws<ArgumentNullException>(() =>
                Sdk.CreateMeterProviderBuilder().AddPrometheusExporter((Action<PrometheusExporterOptions>)null!)
            );
            Assert.Throws<ArgumentException>(() => Sdk.CreateMeterProviderBuilder().AddPrometheusTextFile(" "));
            Assert.Throws<ArgumentNullException>(() => Sdk.CreateMeterProviderBuilder().AddMetricsJsonFile(null!));
        });

    /// <summary>What file exporters count as lost; their tests run one after the other.</summary>
    private sealed class LostPoints : IDisposable
    {
        private readonly MeterListener _listener = new();

        public LostPoints()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ExporterMetrics.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>(
                (_, value, tags, _) =>
                {
                    var error = tags.ToArray().FirstOrDefault(tag => tag.Key == "error.type").Value;
                    if (
                        error is null
                        || !tags.ToArray().Any(tag => tag.Value is string text && text.EndsWith("FileExporter", StringComparison.Ordinal))
                    )
                        return;
                    Lost += value;
                    Errors.Add((string)error);
                }
            );
            _listener.Start();
        }

        public long Lost { get; private set; }

        public HashSet<string> Errors { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
