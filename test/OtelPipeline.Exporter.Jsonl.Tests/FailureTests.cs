using System.Diagnostics;
using OpenTelemetry;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>No exception leaves an exporter, and offered = written + dropped, exactly.</summary>
public sealed class FailureTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private static JsonlExporter<Activity> Exporter(string directory, Func<string, FileStream>? open = null) =>
        Recorded.Exporter(directory, open: open);

    [Test]
    public void A_folder_that_cannot_be_made_costs_the_records_and_nothing_else_and_they_are_written_when_it_can()
    {
        // a file where the folder should be: fails for every user, root included
        var path = Path.Combine(_directory.Path, "spans");
        File.WriteAllText(path, "in the way");
        using var exporter = Exporter(path);
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);

        Assert.That(exporter.Export(Recorded.Spans(600)), Is.EqualTo(ExportResult.Failure));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((0, 600)));
        Assert.That(counts.Errors, Is.EqualTo(new[] { "System.IO.IOException" }));

        File.Delete(path);
        Assert.That(exporter.Export(Recorded.Spans(5)), Is.EqualTo(ExportResult.Success));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((5, 600)));
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(5));
    }

    [Test]
    [Platform("Linux")]
    public void A_read_only_folder_costs_the_records_and_nothing_else()
    {
        using var exporter = Exporter("/proc/self/spans");
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);

        Assert.That(exporter.Export(Recorded.Spans(3)), Is.EqualTo(ExportResult.Failure));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((0, 3)));
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_costs_what_did_not_fit_and_leaves_whole_lines()
    {
        var full = true;
        using var exporter = Exporter(
            Path.Combine(_directory.Path, "spans"),
            path =>
                full
                    ? new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0)
                    : new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, 0)
        );
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);

        Assert.That(exporter.Export(Recorded.Spans(700)), Is.EqualTo(ExportResult.Failure));
        full = false;
        Assert.That(exporter.Export(Recorded.Spans(700)), Is.EqualTo(ExportResult.Success));

        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((700, 700)));
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(700));
    }

    [Test]
    public void A_folder_that_is_deleted_is_made_again()
    {
        using var exporter = Exporter(Path.Combine(_directory.Path, "spans"));
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Spans(2));
        Directory.Delete(Path.Combine(_directory.Path, "spans"), recursive: true);

        Assert.That(exporter.Export(Recorded.Spans(3)), Is.EqualTo(ExportResult.Success));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((5, 0)));
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(3));
        Assert.That(_directory.Files("spans").Single(), Does.EndWith("-000001.jsonl"), "a file name is never used again");
    }

    [Test]
    public void Two_exporters_of_one_instance_and_millisecond_never_share_a_file()
    {
        using var one = Exporter(Path.Combine(_directory.Path, "spans"));
        using var two = Exporter(Path.Combine(_directory.Path, "spans"));
        one.Export(Recorded.Spans(2));
        two.Export(Recorded.Spans(2));
        one.Export(Recorded.Spans(2));

        Assert.That(_directory.Files("spans"), Has.Length.EqualTo(2));
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(6));
    }

    [Test]
    public void An_exporter_that_was_disposed_counts_what_it_is_still_given()
    {
        var exporter = Exporter(Path.Combine(_directory.Path, "spans"));
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Dispose();

        Assert.That(exporter.Export(Recorded.Spans(4)), Is.EqualTo(ExportResult.Failure));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((0, 4)));
    }

    [Test]
    public void A_value_whose_text_throws_is_left_out_and_counted_and_its_record_stays()
    {
        using var exporter = Exporter(Path.Combine(_directory.Path, "spans"));
        exporter.Export(
            Recorded.Span("a", new("bad", new Unspeakable()), new("good", "x"), new("worse", new object[] { 1, new Unspeakable() }))
        );

        var record = _directory.Records("spans").Single();
        Assert.That(record.GetProperty("droppedAttributesCount").GetInt32(), Is.EqualTo(2));
        Assert.That(record.Attribute("good").Text("stringValue"), Is.EqualTo("x"));
    }

    [Test]
    public void A_record_larger_than_a_line_is_shortened_and_says_so()
    {
        using var exporter = Exporter(Path.Combine(_directory.Path, "spans"));
        var many = Enumerable.Range(0, 20_000).Select(index => new KeyValuePair<string, object?>("key." + index, new string('v', 60)));
        exporter.Export(
            Recorded.Span("before"),
            Recorded.Span("large", new("text", new string('\u0001', 10_000_000)), new("small", 1)),
            Recorded.Span("many", [.. many]),
            Recorded.Span("after")
        );

        var records = _directory.Records("spans");
        Assert.That(records.Select(record => record.Text("name")), Is.EqualTo(new[] { "before", "large", "many", "after" }));
        Assert.That(records[1].Attribute("text").Text("stringValue"), Has.Length.EqualTo(JsonBuffer.ShrunkStringLength));
        Assert.That(records[1].Attribute("small").Text("intValue"), Is.EqualTo("1"));
        Assert.That(
            records[2].GetProperty("droppedAttributesCount").GetInt32() + records[2].GetProperty("attributes").GetArrayLength(),
            Is.EqualTo(20_000)
        );
        foreach (var line in File.ReadLines(_directory.Files("spans").Single()))
            Assert.That(System.Text.Encoding.UTF8.GetByteCount(line), Is.LessThanOrEqualTo(900_000));
    }

    [Test]
    public void Lines_end_at_512_records_and_at_900_kilobytes()
    {
        using var exporter = Exporter(Path.Combine(_directory.Path, "spans"));
        exporter.Export(Recorded.Spans(1100));
        Assert.That(_directory.Lines("spans").Select(line => OtlpShape.Records(line).Count()), Is.EqualTo(new[] { 512, 512, 76 }));

        exporter.Export([
            .. Enumerable
                .Range(0, 30)
                .Select(index => Recorded.Span("wide", new KeyValuePair<string, object?>("v", new string('x', 100_000)))),
        ]);
        var sizes = _directory.Lines("spans").Skip(3).Select(line => line.GetRawText().Length).ToArray();
        Assert.That(sizes, Has.Length.EqualTo(4));
        Assert.That(sizes, Is.All.LessThan(900_000));
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(1130));
    }

    [Test]
    public void A_value_that_contains_itself_ends()
    {
        using var exporter = Exporter(Path.Combine(_directory.Path, "spans"));
        var list = new List<object?>();
        list.AddRange([list, list, 1]);
        exporter.Export(Recorded.Span("cycle", new KeyValuePair<string, object?>("list", list)));

        Assert.That(_directory.Records("spans").Single().HasAttribute("list"), Is.True);
    }

    private sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
