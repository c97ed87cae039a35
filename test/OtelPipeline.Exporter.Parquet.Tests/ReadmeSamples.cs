using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>The samples of the README, run in a folder of their own.</summary>
[NonParallelizable]
public sealed class ReadmeSamples
{
    private TemporaryDirectory _directory;
    private string _before;

    [SetUp]
    public void SetUp()
    {
        _directory = new TemporaryDirectory();
        _before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(_directory.Path);
    }

    [TearDown]
    public void TearDown()
    {
        Directory.SetCurrentDirectory(_before);
        _directory.Dispose();
    }

    [Test]
    public async Task All_signals()
    {
        await Observe();
        var files = Directory.GetFiles("telemetry", "*.parquet", SearchOption.AllDirectories);
        Assert.That(TemporaryDirectory.Rows<TelemetryRow>(files).OfType<SpanRow>().Count(), Is.EqualTo(2));

        static async Task Observe()
        {
            using var sdk = OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseParquetExporter("telemetry"));
            await new Pipeline("readme").RunAsync(run => run.NodeAsync("load", NodeType.Source, node => node.Records(read: 1)));
        }
    }

    [Test]
    public async Task One_signal()
    {
        await Observe();
        Assert.That(Directory.GetFiles("archive", "*.parquet", SearchOption.AllDirectories), Has.Length.EqualTo(1));

        static async Task Observe()
        {
            using var provider = Sdk.CreateTracerProviderBuilder()
                .AddSource("OtelPipeline")
                .AddParquetExporter(options =>
                {
                    options.Directory = "archive";
                    options.MaxFileAge = TimeSpan.FromMinutes(10);
                    options.Promote("http.route");
                })
                .Build();
            await new Pipeline("readme").RunAsync(run => run.NodeAsync("load", NodeType.Source, node => node.Records(read: 1)));
        }
    }
}
