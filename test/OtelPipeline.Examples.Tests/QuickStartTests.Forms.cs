using System.Text.Json;
using OtelPipeline.Data;
using OtelPipeline.Data.Tests.Parquet;

namespace OtelPipeline.Examples.Tests;

public sealed partial class QuickStartTests
{
    [Test]
    public async Task Both_forms_hold_the_same_records()
    {
        AddAlphaAndBeta();
        var (exitCode, output) = await RunAsync();
        Assert.That(exitCode, Is.Zero, output);

        Assert.That(Texts(Rows("spans", "parquet")), Is.EqualTo(Texts(Rows("spans", "jsonl"))).And.Length.EqualTo(7));
        Assert.That(Texts(Rows("logs", "parquet")), Is.EqualTo(Texts(Rows("logs", "jsonl"))).And.Length.GreaterThan(10));
        // each form collects metrics for itself, so times and what .NET measures of itself differ
        Assert.That(OwnPoints("parquet"), Is.EqualTo(OwnPoints("jsonl")).And.Length.GreaterThan(20));
        // and a reader of the folder counts them once
        var all = TelemetryReader.ReadAsync(_workspace.Output).ToBlockingEnumerable().ToList();
        Assert.That(all.OfType<SpanRow>().Count(), Is.EqualTo(7));
        Assert.That(all.OfType<EventRow>().Count(), Is.EqualTo(Rows("logs", "jsonl").Count));
        Assert.That(all.OfType<MetricPointRow>().Count(), Is.EqualTo(Rows("metrics", "jsonl").Count));
        Assert.That(output, Does.Contain("duckdb -c").And.Contains("jq -r"));
    }

    [TestCase("jsonl", "*.parquet")]
    [TestCase("parquet", "*.jsonl")]
    public async Task One_form_can_be_chosen(string format, string other)
    {
        AddAlphaAndBeta();
        var (exitCode, output) = await RunAsync("--format", format);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Rows("spans", format), Has.Count.EqualTo(7));
        Assert.That(Directory.GetFiles(_workspace.Output, other, SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Its_metrics_are_a_text_file_for_node_exporter_and_a_JSON_file_too()
    {
        AddAlphaAndBeta();
        var (exitCode, output) = await RunAsync();
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("metrics.prom").And.Contain("metrics.json"));
        var text = await File.ReadAllTextAsync(Path.Combine(_workspace.Output, "metrics.prom"));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_workspace.Output, "metrics.json")));
        var counts = json
            .RootElement.EnumerateArray()
            .Where(metric => metric.GetProperty("type").GetString() is "counter" or "histogram" or "exponential_histogram")
            .ToLookup(
                metric => metric.GetProperty("name").GetString(),
                metric => metric.GetProperty("points").EnumerateArray().Sum(CountOf)
            );

        // what the JSON lines hold of the same instruments, whose points are cumulative
        var own = Rows("metrics", "jsonl")
            .Cast<MetricPointRow>()
            .Where(point =>
                point.Scope.Name == "OtelPipeline" && (point.Count is not null || (point.IsMonotonic && point.ValueInt is not null))
            )
            .GroupBy(point => point.MetricName, StringComparer.Ordinal)
            .ToList();
        Assert.That(own, Has.Count.GreaterThan(3));
        foreach (var metric in own)
        {
            var expected = metric
                .GroupBy(point => RowText.Attributes(point.Attributes), StringComparer.Ordinal)
                .Sum(series => series.Max(point => point.Count ?? point.ValueInt));
            Assert.That(counts[metric.Key].Sum(), Is.EqualTo(expected), metric.Key);
            Assert.That(text, Does.Contain("# TYPE " + metric.Key.Replace('.', '_')));
        }

        static long CountOf(JsonElement point) =>
            (point.TryGetProperty("count", out var count) ? count : point.GetProperty("value")).TryGetInt64(out var number) ? number : 0;
    }

    private List<TelemetryRow> Rows(string signal, string extension) =>
        [
            .. TelemetryReader
                .ReadAsync(
                    Directory.GetFiles(Path.Combine(_workspace.Output, signal), "*." + extension, SearchOption.AllDirectories),
                    new() { Strict = true }
                )
                .ToBlockingEnumerable(),
        ];

    private static string[] Texts(IEnumerable<TelemetryRow> rows) => [.. rows.Select(RowText.Of).Order(StringComparer.Ordinal)];

    private string[] OwnPoints(string extension) =>
        [
            .. Rows("metrics", extension)
                .Cast<MetricPointRow>()
                .Where(point => point.Scope.Name == "OtelPipeline")
                .Select(point =>
                    $"{point.MetricName} {point.MetricType} {point.Unit} {point.Temporality} {point.ValueInt} {point.Count} {RowText.Attributes(point.Attributes)} {RowText.Attributes(point.Resource.Attributes)}"
                )
                .Order(StringComparer.Ordinal),
        ];
}
