using System.Diagnostics;
using OpenTelemetry;
using OtelPipeline.Data;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>No exception leaves an exporter, and offered = written + dropped, exactly.</summary>
public sealed class FailureTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private TemporaryDirectory _directory;
    private FakeTimeProvider _time;

    [SetUp]
    public void SetUp()
    {
        _directory = new TemporaryDirectory();
        _time = new FakeTimeProvider(Start);
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void A_folder_that_cannot_be_made_costs_the_records_and_nothing_else_and_they_are_written_when_it_can()
    {
        // a file where the folder should be: fails for every user, root included
        var path = Path.Combine(_directory.Path, "spans");
        File.WriteAllText(path, "in the way");
        using var exporter = Recorded.Exporter(_directory.Path, _time);
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);

        exporter.Export(Recorded.Spans(600, Start));
        _time.Advance(TimeSpan.FromMinutes(1));
        counts.WaitFor(600);
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((0, 600)));
        Assert.That(counts.Errors.Single(), Does.StartWith("System.IO."));

        File.Delete(path);
        Assert.That(exporter.Export(Recorded.Spans(5, Start)), Is.EqualTo(ExportResult.Success));
        exporter.Dispose();
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((5, 600)));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(5));
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_costs_the_file_and_leaves_nothing_behind()
    {
        var full = true;
        using var exporter = Recorded.Exporter(
            _directory.Path,
            _time,
            options: null,
            path =>
            {
                var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
                if (!full)
                    return file;
                file.Dispose();
                return new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            }
        );
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);

        // two hours: two files, both fail
        exporter.Export([.. Recorded.Spans(70, Start), .. Recorded.Spans(30, Start.AddHours(1))]);
        _time.Advance(TimeSpan.FromMinutes(1));
        counts.WaitFor(100);
        Assert.That(_directory.Files("spans", "*"), Is.Empty);
        full = false;
        exporter.Export(Recorded.Spans(700, Start));
        exporter.Dispose();

        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((700, 100)));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(700));
    }

    [Test]
    public void A_folder_that_is_deleted_is_made_again()
    {
        using var exporter = Recorded.Exporter(_directory.Path, _time);
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Spans(2, Start));
        _time.Advance(TimeSpan.FromMinutes(1));
        counts.WaitFor(2);
        Directory.Delete(Path.Combine(_directory.Path, "spans"), recursive: true);

        exporter.Export(Recorded.Spans(3, Start));
        exporter.Dispose();
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((5, 0)));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(3));
    }

    [Test]
    public void While_a_file_is_written_exports_go_on_and_what_does_not_fit_is_dropped_and_counted()
    {
        using var entered = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        using var exporter = Recorded.Exporter(
            _directory.Path,
            _time,
            new() { MaxUnwrittenRows = 200 },
            path =>
            {
                entered.Set();
                released.Wait();
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            }
        );
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        Assert.That(exporter.Export(Recorded.Spans(100, Start)), Is.EqualTo(ExportResult.Success));
        entered.Wait();
        Assert.That(exporter.Export(Recorded.Spans(90, Start)), Is.EqualTo(ExportResult.Success), "the disk does not answer");
        Assert.That(exporter.Export(Recorded.Spans(30, Start)), Is.EqualTo(ExportResult.Failure));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((0, 20)));
        Assert.That(counts.Errors, Is.EqualTo(new[] { "queue_full" }));
        released.Set();
        counts.WaitFor(220);
        Assert.That(exporter.Export(Recorded.Spans(10, Start)), Is.EqualTo(ExportResult.Success));
        exporter.Dispose();
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((210, 20)));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(210));
    }

    [Test]
    public void A_shutdown_that_takes_too_long_says_so_and_ends()
    {
        using var released = new ManualResetEventSlim();
        var exporter = Recorded.Exporter(
            _directory.Path,
            _time,
            options: null,
            path =>
            {
                released.Wait();
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            }
        );
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Spans(3, Start));
        Assert.That(exporter.Shutdown(10), Is.False);
        released.Set();
        exporter.Dispose();
        Assert.That(counts.Written, Is.EqualTo(3));
    }

    [Test]
    public void A_value_whose_text_throws_is_left_out_and_counted_and_its_record_stays()
    {
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
        {
            var list = new List<object?>();
            list.AddRange([list, list, list, list, list, list, list, list, list, list, 1]);
            exporter.Export(
                Recorded.Span(
                    "a",
                    Start,
                    new("bad", new Unspeakable()),
                    new("good", "x"),
                    new("worse", new object[] { 1, new Unspeakable() }),
                    new("itself", list)
                )
            );
        }

        var row = _directory.Rows<SpanRow>("spans").Single();
        Assert.That(row.DroppedAttributesCount, Is.EqualTo(2));
        Assert.That(row.Attributes.GetString("good"), Is.EqualTo("x"));
        Assert.That(row.Attributes["itself"].Kind, Is.EqualTo(AttributeKind.Array));
    }

    [Test]
    public void Nothing_of_a_record_is_kept()
    {
        var numbers = new[] { 1, 2 };
        var bytes = new byte[] { 1, 2 };
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
        {
            exporter.Export(Recorded.Span("a", Start, new("numbers", numbers), new("bytes", bytes)));
            numbers[0] = 9;
            bytes[0] = 9;
        }

        var row = _directory.Rows<SpanRow>("spans").Single();
        Assert.That(row.Attributes["numbers"].ToString(), Is.EqualTo("[1,2]"));
        Assert.That(row.Attributes["bytes"].AsBytes().ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    private sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
