using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.AspNetCore.Health.Checks;
using OtelPipeline.AspNetCore.Prometheus;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Parquet;
using OtelPipeline.Exporter.Prometheus;
using OtelPipeline.OpenTelemetry;
using OtelPipeline.Slo;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>
/// examples/appsettings.full.json holds every option, each with its default, and nothing else; as it is, it suits every program.
/// </summary>
[TestFixture]
internal sealed class ExampleSettingsTests
{
    private static readonly string s_file = Path.Combine(RepositoryPaths.Root, "examples", "appsettings.full.json");

    // each section with fresh options and with how an application gets them bound
    private static readonly OptionsOfSection[] s_sections =
    [
        new("OtelPipeline", static () => new PipelineInstrumentationOptions(), Bound<PipelineInstrumentationOptions>),
        new("OtelPipeline:Jsonl", static () => new JsonlExporterOptions(), Bound<JsonlExporterOptions>),
        new("OtelPipeline:Parquet", static () => new ParquetExporterOptions(), Bound<ParquetExporterOptions>),
        new("OtelPipeline:Prometheus", static () => new PrometheusExporterOptions(), Bound<PrometheusExporterOptions>),
        new("OtelPipeline:Prometheus:Listener", static () => new PrometheusListenerOptions(), BoundListener),
        new(
            "OtelPipeline:Prometheus:TextFile",
            static () => new PrometheusFileOptions(),
            static configuration => BoundFile(configuration, (metrics, keep) => metrics.AddPrometheusTextFile("metrics.prom", keep))
        ),
        new(
            "OtelPipeline:Prometheus:JsonFile",
            static () => new PrometheusFileOptions(),
            static configuration => BoundFile(configuration, (metrics, keep) => metrics.AddMetricsJsonFile("metrics.json", keep))
        ),
        new("OtelPipeline:Slo", static () => new SloOptions(), Bound<SloOptions>),
        new("OtelPipeline:Health", static () => new PipelineHealthOptions(), Bound<PipelineHealthOptions>),
        Check<SystemHealthOptions>("system"),
        Check<DatabaseHealthOptions>("my-database"),
        Check<ServiceHealthOptions>("my-service"),
        Check<ExporterHealthOptions>("exporters"),
        Check<LastSuccessHealthOptions>("my-pipeline"),
    ];

    // programs that use a part of the family, with a folder for what they write
    public static IEnumerable<TestCaseData<Action<IOpenTelemetryBuilder, string>>> Programs =>
        [
            Program("UsePipelineInstrumentation alone", static (_, _) => { }),
            Program("Jsonl", static (builder, folder) => builder.UseJsonlExporter(folder)),
            Program("Parquet", static (builder, folder) => builder.UseParquetExporter(folder)),
            Program("Prometheus", static (builder, _) => builder.UsePrometheusExporter(port: 0)),
            Program(
                "Prometheus files",
                static (builder, folder) =>
                    builder.WithMetrics(metrics =>
                        metrics
                            .AddPrometheusTextFile(Path.Combine(folder, "metrics.prom"))
                            .AddMetricsJsonFile(Path.Combine(folder, "metrics.json"))
                    )
            ),
            Program("health without checks", static (builder, _) => builder.Services.AddHealthChecks().AddPipelineHealth()),
            Program(
                "health with a check",
                static (builder, _) => builder.Services.AddHealthChecks().AddPipelineLastSuccessCheck("nightly", "nightly")
            ),
        ];

    public static IEnumerable<TestCaseData<Option>> Options =>
        s_sections.SelectMany(Walk).Select(o => new TestCaseData<Option>(o).SetArgDisplayNames(o.Key));

    [Test]
    public void The_file_holds_every_option_and_nothing_else()
    {
        var inFile = File().AsEnumerable().Where(s => !s_sections.Any(o => o.Path == s.Key) && IsLeaf(s.Key)).Select(s => s.Key);
        Assert.That(inFile, Is.EquivalentTo(s_sections.SelectMany(Walk).Select(o => o.Key)));
    }

    [Test]
    public void Every_option_has_a_comment()
    {
        var lines = System.IO.File.ReadAllLines(s_file).Select(l => l.Trim()).ToArray();
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('"'))
                Assert.That(lines[i - 1], Does.StartWith("//"), $"line {i + 1}: {lines[i]}");
        }
    }

    [TestCaseSource(nameof(Options))]
    public void The_value_in_the_file_is_the_default(Option option)
    {
        var bound = option.Value(option.Section.Bind(File()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Parse(option, File()[option.Key]), Is.EqualTo(option.Default));
            Assert.That(bound, Is.EqualTo(option.Default));
        }
    }

    [TestCaseSource(nameof(Options))]
    public void The_key_is_read(Option option)
    {
        var (key, text, expected) = Other(option);
        Assert.That(option.Value(option.Section.Bind(File((key, text)))), Is.EqualTo(expected));
    }

    [TestCase("OtelPipeline:Enabeld")]
    [TestCase("OtelPipeline:BuiltIn:Htpp")]
    [TestCase("OtelPipeline:Redaction:Enable")]
    [TestCase("OtelPipeline:Jsonl:Folder")]
    [TestCase("OtelPipeline:Parquet:Folder")]
    [TestCase("OtelPipeline:Prometheus:TargetInfos")]
    [TestCase("OtelPipeline:Prometheus:Listener:Prot")]
    [TestCase("OtelPipeline:Prometheus:TextFile:Intervall")]
    [TestCase("OtelPipeline:Prometheus:JsonFile:Path")]
    [TestCase("OtelPipeline:Slo:Paht")]
    [TestCase("OtelPipeline:Health:Peroid")]
    [TestCase("OtelPipeline:Health:Checks:sytem")]
    [TestCase("OtelPipeline:Health:Checks:system:Cpu:Degradet")]
    [TestCase("OtelPipeline:Health:Checks:my-database:MaxAge")]
    [TestCase("OtelPipeline:Health:Checks:my-service:Query")]
    [TestCase("OtelPipeline:Health:Checks:exporters:Folders")]
    [TestCase("OtelPipeline:Health:Checks:my-pipeline:DegradedAfter")]
    public void An_unknown_key_is_an_error_that_names_it(string key)
    {
        var configuration = File((key, "true"));
        Assert.That(
            () => s_sections.Select(s => s.Bind(configuration)).ToArray(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains(key)
        );
    }

    [TestCaseSource(nameof(Programs))]
    public async Task Every_program_starts_with_the_file(Action<IOpenTelemetryBuilder, string> use)
    {
        var folder = Directory.CreateTempSubdirectory("otelpipeline-settings-");
        try
        {
            var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddJsonFile(s_file);
            use(builder.Services.AddOpenTelemetry().UsePipelineInstrumentation(), folder.FullName);
            using var host = builder.Build();
            await host.StartAsync();
            await host.StopAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The file with what it holds as a comment, and with other values.</summary>
    private static IConfigurationRoot File(params ReadOnlySpan<(string Key, string? Value)> other)
    {
        var text = System
            .IO.File.ReadAllText(s_file)
            .Replace("/*", "", StringComparison.Ordinal)
            .Replace("*/", "", StringComparison.Ordinal);
        return new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text)))
            .AddInMemoryCollection(other.ToArray().ToDictionary(o => o.Key, o => o.Value))
            .Build();
    }

    private static OptionsOfSection Check<T>(string name)
        where T : PipelineHealthCheckOptions, new() =>
        new($"OtelPipeline:Health:Checks:{name}", static () => new T(), configuration => Bound<T>(configuration, name));

    private static TestCaseData<Action<IOpenTelemetryBuilder, string>> Program(string name, Action<IOpenTelemetryBuilder, string> use) =>
        new TestCaseData<Action<IOpenTelemetryBuilder, string>>(use).SetArgDisplayNames(name);

    private static bool IsLeaf(string key) => !File().GetSection(key).GetChildren().Any();

    private static T Bound<T>(IConfiguration configuration)
        where T : class => Bound<T>(configuration, Microsoft.Extensions.Options.Options.DefaultName);

    private static T Bound<T>(IConfiguration configuration, string name)
        where T : class
    {
        using var provider = Application(
            configuration,
            static builder =>
            {
                builder
                    .WithTracing(tracing => tracing.AddJsonlExporter().AddParquetExporter())
                    .WithMetrics(metrics => metrics.AddPrometheusExporter())
                    .UseSlo();
                builder
                    .Services.AddHealthChecks()
                    .AddPipelineSystemCheck()
                    .AddPipelineDatabaseCheck("my-database", _ => throw new NotSupportedException("No check runs here."))
                    .AddPipelineServiceCheck("my-service", new Uri("http://localhost/"))
                    .AddPipelineExporterCheck()
                    .AddPipelineLastSuccessCheck("my-pipeline", "my-pipeline");
            }
        );
        return provider.GetRequiredService<IOptionsMonitor<T>>().Get(name);
    }

    private static PrometheusListenerOptions BoundListener(IConfiguration configuration)
    {
        PrometheusListenerOptions? bound = null;
        using var provider = Application(
            Off(configuration),
            builder => builder.UsePrometheusExporter(configure: options => bound = options)
        );
        provider.GetRequiredService<MeterProvider>();
        return bound!;
    }

    private static PrometheusFileOptions BoundFile(
        IConfiguration configuration,
        Action<MeterProviderBuilder, Action<PrometheusFileOptions>> add
    )
    {
        PrometheusFileOptions? bound = null;
        using var provider = Application(
            Off(configuration),
            builder => builder.WithMetrics(metrics => add(metrics, options => bound = options))
        );
        provider.GetRequiredService<MeterProvider>();
        return bound!;
    }

    // options are bound, but no port is opened and no file written
    private static IConfiguration Off(IConfiguration configuration) =>
        new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection([new("OtelPipeline:Enabled", "false")]).Build();

    private static ServiceProvider Application(IConfiguration configuration, Action<IOpenTelemetryBuilder> use)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging();
        use(services.AddOpenTelemetry().UsePipelineInstrumentation());
        return services.BuildServiceProvider();
    }

    private static IEnumerable<Option> Walk(OptionsOfSection section) => Walk(section, section.Path, section.Create().GetType(), o => o);

    private static IEnumerable<Option> Walk(OptionsOfSection section, string path, Type type, Func<object, object?> get)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Func<object, object?> value = options => property.GetValue(get(options));
            var key = $"{path}:{property.Name}";
            if (property.CanWrite || typeof(IEnumerable).IsAssignableFrom(property.PropertyType))
                yield return new Option(section, key, property.PropertyType, value);
            else
            {
                foreach (var inner in Walk(section, key, property.PropertyType, value))
                    yield return inner;
            }
        }
    }

    private static object? Parse(Option option, string? text)
    {
        // a list adds to what is built in
        if (option.IsList)
            return string.IsNullOrEmpty(text) ? option.Default : throw new FormatException($"{option.Key}: a list is expected.");
        return text is null ? null : TypeDescriptor.GetConverter(option.Type).ConvertFromInvariantString(text);
    }

    // another value than the default that is valid too
    private static (string Key, string Text, object Value) Other(Option option)
    {
        if (option.IsList)
            return (option.Key + ":0", "shoe_size", ((IEnumerable<string>)option.Default!).Append("shoe_size").ToArray());
        object other = option.Default switch
        {
            bool value => !value,
            int value => value + 1,
            long value => value + 1,
            double value => value + 0.01,
            TimeSpan value => value + TimeSpan.FromSeconds(1),
            Enum value => System.Enum.GetValues(option.Type).Cast<object>().First(v => !v.Equals(value)),
            null when option.Type == typeof(long?) => 100_000_000L,
            null when option.Type == typeof(TimeSpan?) => TimeSpan.FromMinutes(7),
            null when Nullable.GetUnderlyingType(option.Type) is { IsEnum: true } type => System.Enum.GetValues(type).GetValue(0)!,
            string value when value.StartsWith('/') => value + "/other",
            string value when IPAddress.TryParse(value, out _) => "::1",
            _ when option.Type == typeof(string) => "another-text-of-some-length",
            var value => throw new NotSupportedException($"{option.Key}: teach this test another value than {value}."),
        };
        return (option.Key, Convert.ToString(other, CultureInfo.InvariantCulture)!, other);
    }

    internal sealed record OptionsOfSection(string Path, Func<object> Create, Func<IConfiguration, object> Bind);

    internal sealed record Option(OptionsOfSection Section, string Key, Type Type, Func<object, object?> Get)
    {
        public bool IsList => Type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(Type);

        public object? Default => Value(Section.Create());

        public object? Value(object options) =>
            Get(options) is IEnumerable<TelemetryColumn> columns ? columns.Select(column => column.Name).ToArray() : Get(options);
    }
}
