using System.Globalization;
using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests;

/// <summary>Files of other programs, where the folder of samples exists beside the repository.</summary>
internal sealed class SampleFileTests
{
    private static IEnumerable<TestCaseData> Files()
    {
        if (RepositoryPaths.Samples is null)
            return [];
        var list = File.ReadAllLines(Path.Combine(RepositoryPaths.Samples, "LIST.md"));
        return from line in list
            where line.StartsWith("| ", StringComparison.Ordinal) && line.Contains(".json", StringComparison.Ordinal)
            let cells = line.Split('|', StringSplitOptions.TrimEntries)
            let numbers = cells[2..6].Select(cell => long.Parse(cell, CultureInfo.InvariantCulture)).ToArray()
            let lines = cells[6].Replace("line", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            select new TestCaseData(cells[1], numbers, lines.Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray());
    }

    [TestCaseSource(nameof(Files))]
    public async Task A_sample_gives_the_records_its_list_names(string name, long[] counts, long[] badLines)
    {
        var path = Path.Combine(RepositoryPaths.Samples!, "otlp", name);
        var report = new TelemetryReadReport();
        var rows = 0;
        await foreach (var row in TelemetryReader.ReadAsync(path, new() { Report = report }))
        {
            rows++;
            Assert.That(row.Resource, Is.Not.Null);
        }

        Assert.Multiple(() =>
        {
            Assert.That(report.Spans, Is.EqualTo(counts[0]), "spans");
            Assert.That(report.Events, Is.EqualTo(counts[1]), "log records");
            Assert.That(report.Files.Sum(file => file.Metrics), Is.EqualTo(counts[2]), "metrics");
            Assert.That(report.MetricPoints, Is.EqualTo(counts[3]), "points");
            Assert.That(rows, Is.EqualTo(counts[0] + counts[1] + counts[3]));
            if (name.EndsWith("malformed.json", StringComparison.Ordinal))
                Assert.That(badLines, Does.Contain(report.Errors.Single().Line));
            else
                Assert.That(report.Errors.Select(error => error.Line), Is.EqualTo(badLines));
        });
        TestContext.Out.WriteLine(string.Join(", ", report.Leniencies.Select(pair => $"{pair.Key} {pair.Value}")));
        foreach (var error in report.Errors)
            TestContext.Out.WriteLine(error);
    }

    [Test]
    public void The_callback_gives_the_same_rows_as_the_async_sequence()
    {
        if (RepositoryPaths.Samples is null)
            return;
        var path = Path.Combine(RepositoryPaths.Samples, "otlp");
        var names = new List<string>();
        TelemetryReader.Read([path], row => names.Add(Describe(row)));
        Assert.That(TelemetryReader.ReadAsync(path).ToBlockingEnumerable().Select(Describe), Is.EqualTo(names));
    }

    private static string Describe(TelemetryRow row) =>
        row switch
        {
            SpanRow span => $"{span.TraceId} {span.SpanId} {span.Name} {span.DurationNano} {new AttributeValue(span.Attributes)}",
            EventRow @event => $"{@event.TimeUnixNano} {@event.Body} {new AttributeValue(@event.Attributes)}",
            MetricPointRow point => $"{point.MetricName} {point.ValueInt} {point.ValueDouble} {string.Join(' ', point.BucketCounts)}",
            _ => "",
        };
}
