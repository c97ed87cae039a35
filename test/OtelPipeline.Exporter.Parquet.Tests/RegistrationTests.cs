using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Data;
using OtelPipeline.Parquet;

namespace OtelPipeline.Exporter.Parquet.Tests;

public sealed class RegistrationTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public void Exporters_that_export_at_the_same_times_share_one_collection(bool hasOwnInterval)
    {
        using var meter = new Meter("shared.reader");
        var counter = meter.CreateCounter<long>("added");
        using var archive = new TemporaryDirectory();
        using (
            var metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services =>
                    services.Configure<MetricReaderOptions>(
                        "archive",
                        o => o.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = hasOwnInterval ? 50_000 : null
                    )
                )
                .ConfigureResource(static resource => resource.AddService("shop", serviceInstanceId: "one"))
                .AddMeter(meter.Name)
                .AddJsonlExporter(options => options.Directory = _directory.Path)
                .AddParquetExporter(options => options.Directory = _directory.Path)
                .AddParquetExporter("archive", options => options.Directory = archive.Path)
                .Build()
        )
        {
            counter.Add(7);
            metrics.ForceFlush();
        }

        var lines = Directory.GetFiles(Path.Combine(_directory.Path, "metrics"), "*.jsonl", SearchOption.AllDirectories);
        var (fromLines, fromParquet, fromArchive) = (
            Added(TemporaryDirectory.Rows<MetricPointRow>(lines)),
            Added(_directory.Rows<MetricPointRow>("metrics")),
            Added(archive.Rows<MetricPointRow>("metrics"))
        );
        using (Assert.EnterMultipleScope())
        {
            // at the flush and at the end
            foreach (var points in new[] { fromLines, fromParquet, fromArchive })
                Assert.That(points.Select(static p => (p.Value, p.Instance)), Is.EqualTo(new[] { (7L, "one"), (7L, "one") }));
            Assert.That(fromParquet, Is.EqualTo(fromLines), "to the nanosecond");
            Assert.That(fromArchive, hasOwnInterval ? Is.Not.EqualTo(fromLines) : Is.EqualTo(fromLines));
        }

        static List<(long? Value, string? Instance, long Time)> Added(IEnumerable<MetricPointRow> rows) =>
            [
                .. rows.Where(static row => row.MetricName == "added")
                    .Select(static row => (row.ValueInt, row.Resource.ServiceInstanceId, row.TimeUnixNano)),
            ];
    }

    [Test]
    public void Options_come_from_configuration_and_code_wins()
    {
        using var source = new ActivitySource("config.source");
        var configured = Path.Combine(_directory.Path, "configured");
        using (
            Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services =>
                    Configure(
                        services,
                        ("Directory", configured),
                        ("Compression", "Snappy"),
                        ("Compatible", "true"),
                        ("MaxUnwrittenRows", "1000"),
                        ("MaxUnwrittenBytes", "2000000"),
                        ("MaxFileAge", "00:00:30"),
                        ("Promoted:0", "http.route"),
                        ("second:Directory", "elsewhere")
                    )
                )
                .AddSource(source.Name)
                .AddParquetExporter()
                .AddParquetExporter(options => options.Directory = Path.Combine(_directory.Path, "code"))
                .Build()
        )
            source.StartActivity("a")?.AddTag("http.route", "/x").Dispose();

        foreach (var folder in (string[])["configured", "code"])
        {
            var path = Directory.GetFiles(Path.Combine(_directory.Path, folder, "spans"), "*", SearchOption.AllDirectories).Single();
            using var file = ParquetReader.Open(path);
            Assert.That(file.Schema.Find("http_route"), Is.Not.Null);
            Assert.That(file.RowGroups[0].Columns[0].Compression, Is.EqualTo(ParquetCompression.Snappy));
            Assert.That(file.RowGroups[0].Columns[0].Encodings, Does.Not.Contain(ParquetEncoding.DeltaBinaryPacked));
            Assert.That(TemporaryDirectory.Rows<SpanRow>([path]).Single().Attributes.GetString("http.route"), Is.EqualTo("/x"));
        }
    }

    [Test]
    public void Named_options_have_a_section_of_their_own()
    {
        using var services = Build("second", ("second:Directory", "elsewhere"));
        var monitor = services.GetRequiredService<IOptionsMonitor<ParquetExporterOptions>>();
        Assert.That(monitor.Get("second").Directory, Is.EqualTo("elsewhere"));
        Assert.That(monitor.CurrentValue.Directory, Is.EqualTo("telemetry"));
    }

    [TestCase("Directory", " ", "for example 'telemetry'")]
    [TestCase("MaxUnwrittenRows", "7", "100 to 10000000")]
    [TestCase("MaxUnwrittenBytes", "7", "at least 1000000")]
    [TestCase("MaxFileAge", "00:00:00", "one second to one day")]
    [TestCase("Compression", "Lz4", "Give Zstd, Gzip")]
    [TestCase("Promoted:0", "pipeline.name", "Two columns are named 'pipeline_name'")]
    public void A_wrong_option_says_which_one_its_value_and_what_to_do(string option, string value, string remedy)
    {
        using var services = Build(name: null, (option, value));
        var failure = Assert.Throws<OptionsValidationException>(() =>
            _ = services.GetRequiredService<IOptions<ParquetExporterOptions>>().Value
        );
        Assert.That(failure!.Message, Does.Contain(option.Split(':')[0]).And.Contain(remedy));
    }

    [TestCase("Direktory", "x", "Known keys here: Compatible, Compression, Directory")]
    [TestCase("MaxFileAge", "soon", "must be a time")]
    public void What_is_not_understood_is_an_error(string key, string value, string message)
    {
        using var services = Build(name: null, (key, value));
        var failure = Assert.Throws<OptionsValidationException>(() =>
            _ = services.GetRequiredService<IOptions<ParquetExporterOptions>>().Value
        );
        Assert.That(failure!.Message, Does.Contain("OtelPipeline:Parquet:" + key).And.Contain(message));
    }

    [Test]
    public void A_wrong_option_in_code_fails_when_the_provider_is_built()
    {
        var builder = Sdk.CreateTracerProviderBuilder().AddParquetExporter(options => options.MaxUnwrittenRows = 1);
        Assert.Throws<OptionsValidationException>(() => builder.Build());
    }

    [Test]
    public void Switched_off_it_writes_nothing()
    {
        using var source = new ActivitySource("off.source");
        using (
            Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services =>
                    services.AddSingleton<IConfiguration>(
                        new ConfigurationBuilder().AddInMemoryCollection([new("OtelPipeline:Enabled", "false")]).Build()
                    )
                )
                .AddSource(source.Name)
                .AddParquetExporter(options => options.Directory = _directory.Path)
                .Build()
        )
            source.StartActivity("a")?.Dispose();
        Assert.That(_directory.Files("spans"), Is.Empty);
    }

    [Test]
    public void What_is_redacted_is_redacted_in_events_too()
    {
        using var source = new ActivitySource("redacted.source");
        using (
            OpenTelemetrySdk.Create(otel =>
                otel.WithTracing(tracing => tracing.AddSource(source.Name)).UsePipelineInstrumentation().UseParquetExporter(_directory.Path)
            )
        )
        {
            using var activity = source.StartActivity("a");
            activity!.AddEvent(new ActivityEvent("e", tags: new() { { "password", "secret" }, { "harmless", "x" } }));
        }

        var row = _directory.Rows<SpanRow>("spans").Single();
        Assert.That(row.Events[0].Attributes.GetString("password"), Is.Not.EqualTo("secret"));
        Assert.That(row.Events[0].Attributes.GetString("harmless"), Is.EqualTo("x"));
    }

    [Test]
    public void Null_arguments_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentNullException>(() => ((TracerProviderBuilder)null!).AddParquetExporter());
            Assert.Throws<ArgumentNullException>(() => ((MeterProviderBuilder)null!).AddParquetExporter());
            Assert.Throws<ArgumentNullException>(() => ((LoggerProviderBuilder)null!).AddParquetExporter());
            Assert.Throws<ArgumentNullException>(() => ((IOpenTelemetryBuilder)null!).UseParquetExporter("x"));
            Assert.Throws<ArgumentNullException>(() =>
                Sdk.CreateTracerProviderBuilder().AddParquetExporter((Action<ParquetExporterOptions>)null!)
            );
            Assert.Throws<ArgumentException>(() => new ParquetExporterOptions().Promote(""));
        });
    }

    private static IServiceCollection Configure(IServiceCollection services, params (string Key, string? Value)[] settings) =>
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(item => KeyValuePair.Create("OtelPipeline:Parquet:" + item.Key, item.Value)))
                .Build()
        );

    private static ServiceProvider Build(string? name, params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        Configure(services, settings);
        ParquetRegistration.AddOptions(services, name, null);
        return services.BuildServiceProvider();
    }
}
