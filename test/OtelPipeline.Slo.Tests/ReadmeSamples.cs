using OpenTelemetry;

namespace OtelPipeline.Slo.Tests;

/// <summary>The samples of the README, as they stand there.</summary>
[NonParallelizable]
public sealed class ReadmeSamples
{
    private string _before = "";
    private string _directory = "";

    [SetUp]
    public void Enter()
    {
        _before = Environment.CurrentDirectory;
        _directory = Directory.CreateTempSubdirectory("slo-readme").FullName;
        Environment.CurrentDirectory = _directory;
        File.WriteAllText("slo.yaml", Definitions.Ratio("1h"));
    }

    [TearDown]
    public void Leave()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public void In_the_process()
    {
        // csharpier-ignore
        using var otel = OpenTelemetrySdk.Create(otel =>
            otel.UsePipelineInstrumentation()
                .UseSlo("slo.yaml")
                .UseJsonlExporter("telemetry")
        );
        Assert.That(otel.TracerProvider, Is.Not.Null);
    }

    [Test]
    public void From_files()
    {
        var (path, folder) = ("slo.yaml", _directory);
        // csharpier-ignore-start
        var slos = SloDocument.Load(path);                       // throws SloFormatException with every error: file, line, path
        var evaluator = new SloEvaluator(slos);
        evaluator.Read([folder]);                                // JSON lines, Parquet, whatever TelemetryReader reads
        foreach (var verdict in evaluator.Evaluate()) Console.WriteLine($"{verdict.Objective}: {verdict.Result} {verdict.Sli:P2}");
        // csharpier-ignore-end
        Assert.That(evaluator.Evaluate(), Has.Count.EqualTo(1));
    }
}
