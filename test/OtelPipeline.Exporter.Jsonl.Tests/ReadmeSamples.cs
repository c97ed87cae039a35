using System.Text.RegularExpressions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>The samples of the README, compiled and run; and the tests that its table of faults names.</summary>
[NonParallelizable]
public sealed class ReadmeSamples
{
    private static readonly string Readme = File.ReadAllText(
        Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Exporter.Jsonl", "README.md")
    );

    private TemporaryDirectory _directory;
    private string _before;

    [SetUp]
    public void SetUp()
    {
        _directory = new TemporaryDirectory();
        _before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _directory.Path;
    }

    [TearDown]
    public void TearDown()
    {
        Environment.CurrentDirectory = _before;
        _directory.Dispose();
    }

    [Test]
    public void The_tests_that_the_table_of_faults_names_exist()
    {
        var tests = string.Concat(
            Directory
                .GetFiles(Path.Combine(RepositoryPaths.Root, "test"), "*.cs", SearchOption.AllDirectories)
                .Where(file => file.Contains("Jsonl", StringComparison.Ordinal) || file.Contains("FaultTests", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        var table = Readme[
            Readme.IndexOf("## What happens when", StringComparison.Ordinal)..Readme.IndexOf("## Guarantees", StringComparison.Ordinal)
        ];
        var names = Regex
            .Matches(table, "`([A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+){2,})`")
            .Select(match => match.Groups[1].Value)
            .Where(name => !name.StartsWith("OTEL", StringComparison.Ordinal))
            .ToArray();
        Assert.That(names, Has.Length.GreaterThan(10));
        foreach (var name in names)
            Assert.That(tests, Does.Contain("public void " + name + "("));
    }

    [Test]
    public void The_first_sample_runs()
    {
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.ConfigureResource(resource => resource.AddService("nightly-etl"))
                .WithTracing(tracing => tracing.AddSource("nightly-etl"))
                .UseJsonlExporter("telemetry")
        );
        Assert.That(sdk.TracerProvider.ForceFlush(), Is.True);
    }

    [Test]
    public void The_sample_with_files_and_console_runs()
    {
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.UseJsonlExporter("telemetry")
                .WithLogging(logging =>
                    logging.AddJsonlExporter(
                        "console",
                        options =>
                        {
                            options.Directory = JsonlExporterOptions.Stdout;
                            options.Format = JsonlFormat.Flat;
                        }
                    )
                )
        );
        Assert.That(sdk.LoggerProvider.ForceFlush(), Is.True);
    }
}
