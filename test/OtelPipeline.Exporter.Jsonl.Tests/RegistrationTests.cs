using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OtelPipeline.Exporter.Jsonl.Tests;

public sealed class RegistrationTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private static IServiceCollection Configuration(IServiceCollection services, params (string Key, string? Value)[] settings) =>
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(item => KeyValuePair.Create(item.Key, item.Value))).Build()
        );

    [Test]
    public void UseJsonlExporter_writes_all_signals_and_loses_nothing_when_the_SDK_is_disposed()
    {
        using var source = new ActivitySource("use.source");
        using var meter = new Meter("use.meter");
        using (
            var sdk = OpenTelemetrySdk.Create(otel =>
                otel.WithTracing(tracing => tracing.AddSource(source.Name))
                    .WithMetrics(metrics => metrics.AddMeter(meter.Name))
                    .UseJsonlExporter(_directory.Path)
            )
        )
        {
            source.StartActivity("a")?.Dispose();
            meter.CreateCounter<int>("c").Add(1);
            sdk.GetLoggerFactory().CreateLogger("l").LogInformation("m");
        }

        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(1));
        // the exporter's own metrics come with it
        Assert.That(_directory.Records("metrics").Count(metric => metric.Text("name") == "c"), Is.EqualTo(1));
        Assert.That(_directory.Records("logs"), Has.Count.EqualTo(1));
    }

    [Test]
    public void ForceFlush_leaves_every_record_in_a_file()
    {
        using var source = new ActivitySource("flush.source");
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .AddJsonlExporter(options => options.Directory = _directory.Path)
            .Build();
        source.StartActivity("a")?.Dispose();

        Assert.That(provider.ForceFlush(), Is.True);
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(1));
    }

    [Test]
    public void Files_and_folders_are_not_for_everybody()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var source = new ActivitySource("mode.source");
        using (Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddJsonlExporter(o => o.Directory = _directory.Path).Build())
            source.StartActivity("a")?.Dispose();

        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        Assert.That(File.GetUnixFileMode(_directory.Files("spans").Single()) & others, Is.EqualTo(UnixFileMode.None));
        Assert.That(File.GetUnixFileMode(Path.Combine(_directory.Path, "spans")) & others, Is.EqualTo(UnixFileMode.None));
    }

    [Test]
    public void Options_come_from_configuration_and_code_wins()
    {
        using var source = new ActivitySource("config.source");
        using (
            Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services =>
                    Configuration(services, ("OtelPipeline:Jsonl:Directory", Path.Combine(_directory.Path, "configured")))
                )
                .AddSource(source.Name)
                .AddJsonlExporter()
                .AddJsonlExporter(options => options.Directory = Path.Combine(_directory.Path, "code"))
                .Build()
        )
            source.StartActivity("a")?.Dispose();

        Assert.That(Directory.GetFiles(Path.Combine(_directory.Path, "configured", "spans")), Has.Length.EqualTo(1));
        Assert.That(Directory.GetFiles(Path.Combine(_directory.Path, "code", "spans")), Has.Length.EqualTo(1));
    }

    [Test]
    public void Named_options_have_a_section_of_their_own()
    {
        using var services = Build("second", ("OtelPipeline:Jsonl:second:Directory", "elsewhere"));
        var monitor = services.GetRequiredService<IOptionsMonitor<JsonlExporterOptions>>();
        Assert.That(monitor.Get("second").Directory, Is.EqualTo("elsewhere"));
        Assert.That(monitor.CurrentValue.Directory, Is.EqualTo("telemetry"));
    }

    private static ServiceProvider Build(string? name, params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        Configuration(services, settings);
        JsonlRegistration.AddOptions(services, name, null);
        return services.BuildServiceProvider();
    }

    [Test]
    public void A_wrong_option_says_which_one_its_value_and_what_to_do()
    {
        var builder = Sdk.CreateTracerProviderBuilder().AddJsonlExporter(options => options.Directory = " ");
        var failure = Assert.Throws<OptionsValidationException>(() => builder.Build());
        Assert.That(failure!.Message, Does.Contain("Directory").And.Contain("' '").And.Contain("for example 'telemetry'"));
    }

    [TestCase(null, 5000, 1000)]
    [TestCase("5000", 5000, 5000)]
    [TestCase(null, 200, 200)]
    public void Records_wait_a_second_for_their_batch_unless_told_otherwise(string? variable, int configured, int expected)
    {
        using var services = Configuration(new ServiceCollection(), ("OTEL_BSP_SCHEDULE_DELAY", variable)).BuildServiceProvider();
        Assert.That(JsonlRegistration.ScheduledDelay(services, "OTEL_BSP_SCHEDULE_DELAY", configured), Is.EqualTo(expected));
    }

    [Test]
    public void An_unknown_key_is_an_error()
    {
        var builder = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => Configuration(services, ("OtelPipeline:Jsonl:Direktory", "x")))
            .AddJsonlExporter();
        var failure = Assert.Throws<OptionsValidationException>(() => builder.Build());
        Assert.That(failure!.Message, Does.Contain("OtelPipeline:Jsonl:Direktory").And.Contain("correct its name"));
    }

    [Test]
    public void Null_arguments_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentNullException>(() => ((TracerProviderBuilder)null!).AddJsonlExporter());
            Assert.Throws<ArgumentNullException>(() => ((MeterProviderBuilder)null!).AddJsonlExporter());
            Assert.Throws<ArgumentNullException>(() => ((LoggerProviderBuilder)null!).AddJsonlExporter());
            Assert.Throws<ArgumentNullException>(() => ((IOpenTelemetryBuilder)null!).UseJsonlExporter("x"));
            Assert.Throws<ArgumentNullException>(() =>
                Sdk.CreateTracerProviderBuilder().AddJsonlExporter((Action<JsonlExporterOptions>)null!)
            );
        });
    }
}
