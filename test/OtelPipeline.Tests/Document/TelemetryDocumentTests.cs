using System.Reflection;
using Microsoft.Extensions.Logging;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests.Document;

/// <summary>docs/telemetry.md is what is emitted, and what is emitted are the constants.</summary>
internal sealed class TelemetryDocumentTests
{
    private static readonly string s_path = Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline", "docs", "telemetry.md");

    private TelemetryDocument _document = null!;

    [OneTimeSetUp]
    public async Task Emit_everything()
    {
        using var recorder = new Recorder(withExporters: true);
        await CapabilityTests.EmitAsync(recorder);
        await MoreSignals.EmitAsync(recorder);
        _document = new TelemetryDocument(recorder);
    }

    [Test]
    public void The_document_is_what_is_emitted()
    {
        var text = _document.ToString();
        if (Environment.GetEnvironmentVariable("OTELPIPELINE_ACCEPT_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(s_path)!);
            File.WriteAllText(s_path, text);
        }

        Assert.That(
            text.Split('\n'),
            Is.EqualTo(File.ReadAllText(s_path).Split('\n')),
            $"{s_path} is not what is emitted. If the change is wanted, run this test again with OTELPIPELINE_ACCEPT_API=1."
        );
    }

    [Test]
    public void Every_constant_names_something_that_is_emitted()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Constants(typeof(PipelineMetrics)).Except(_document.Metrics), Is.Empty, "metrics");
            Assert.That(
                Constants(typeof(PipelineAttributes)).Except(_document.Attributes).Except([PipelineAttributes.ConfigPrefix]),
                Is.Empty,
                "attributes"
            );
            Assert.That(Events(typeof(PipelineEvents)).Concat(Events(typeof(HealthSignals))).Except(_document.Events), Is.Empty, "events");
            Assert.That(
                Constants(typeof(HealthSignals)).Except(_document.Metrics).Except(_document.Attributes),
                Is.Empty,
                "metrics and attributes of health"
            );
        }
    }

    [Test]
    public void Everything_that_is_emitted_is_described() => Assert.That(_document.Undescribed, Is.Empty);

    [Test]
    public void No_metric_has_the_id_of_a_run_an_item_or_a_partition_or_a_URL()
    {
        var metrics = _document.ToString().Split("\n## ").Single(static s => s.StartsWith("Metrics", StringComparison.Ordinal));
        foreach (
            var key in new[]
            {
                PipelineAttributes.RunId,
                PipelineAttributes.ItemId,
                PipelineAttributes.PartitionKey,
                PipelineAttributes.CheckpointName,
                PipelineAttributes.UrlFull,
            }
        )
            Assert.That(metrics, Does.Not.Contain($"`{key}`"));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static f => f.IsLiteral)
            .Select(static f => (string)f.GetRawConstantValue()!);

    private static IEnumerable<string> Events(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static f => f.FieldType == typeof(EventId))
            .Select(static f => ((EventId)f.GetValue(null)!).Name!);
}
