using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.OpenTelemetry;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>examples/appsettings.full.json holds every option, each with its default, and nothing else.</summary>
[TestFixture]
internal sealed class ExampleSettingsTests
{
    private static readonly string s_file = Path.Combine(RepositoryPaths.Root, "examples", "appsettings.full.json");

    // each section with fresh options and with how an application gets them bound
    private static readonly OptionsOfSection[] s_sections =
    [
        new("OtelPipeline", static () => new PipelineInstrumentationOptions(), Bound<PipelineInstrumentationOptions>),
        new("OtelPipeline:Jsonl", static () => new JsonlExporterOptions(), Bound<JsonlExporterOptions>),
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
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(s_file)
            .AddInMemoryCollection(new Dictionary<string, string?> { [key] = text })
            .Build();
        Assert.That(option.Value(option.Section.Bind(configuration)), Is.EqualTo(expected));
    }

    [TestCase("OtelPipeline:Enabeld")]
    [TestCase("OtelPipeline:BuiltIn:Htpp")]
    [TestCase("OtelPipeline:Redaction:Enable")]
    [TestCase("OtelPipeline:Jsonl:Folder")]
    public void An_unknown_key_is_an_error_that_names_it(string key)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(s_file)
            .AddInMemoryCollection(new Dictionary<string, string?> { [key] = "true" })
            .Build();
        Assert.That(
            () => s_sections.Select(s => s.Bind(configuration)).ToArray(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains(key)
        );
    }

    private static IConfigurationRoot File() => new ConfigurationBuilder().AddJsonFile(s_file).Build();

    private static bool IsLeaf(string key) => !File().GetSection(key).GetChildren().Any();

    private static T Bound<T>(IConfiguration configuration)
        where T : class
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging();
        services.AddOpenTelemetry().UsePipelineInstrumentation().WithTracing(tracing => tracing.AddJsonlExporter());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<T>>().CurrentValue;
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
        if (option.IsList)
            return string.IsNullOrEmpty(text) ? Array.Empty<string>() : throw new FormatException($"{option.Key}: a list is expected.");
        return text is null ? null : TypeDescriptor.GetConverter(option.Type).ConvertFromInvariantString(text);
    }

    // another value than the default that is valid too
    private static (string Key, string Text, object Value) Other(Option option)
    {
        if (option.IsList)
            return (option.Key + ":0", "shoe_size", new[] { "shoe_size" });
        object other = option.Default switch
        {
            bool value => !value,
            int value => value + 1,
            long value => value + 1,
            double value => value / 2,
            TimeSpan value => value + TimeSpan.FromSeconds(1),
            Enum value => System.Enum.GetValues(option.Type).Cast<object>().First(v => !v.Equals(value)),
            null when option.Type == typeof(long?) => 100_000_000L,
            null when option.Type == typeof(TimeSpan?) => TimeSpan.FromDays(7),
            _ when option.Type == typeof(string) => "another-text-of-some-length",
            var value => throw new NotSupportedException($"{option.Key}: teach this test another value than {value}."),
        };
        return (option.Key, Convert.ToString(other, CultureInfo.InvariantCulture)!, other);
    }

    internal sealed record OptionsOfSection(string Path, Func<object> Create, Func<IConfiguration, object> Bind);

    internal sealed record Option(OptionsOfSection Section, string Key, Type Type, Func<object, object?> Value)
    {
        public bool IsList => Type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(Type);

        public object? Default => Value(Section.Create());
    }
}
