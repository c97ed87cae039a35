using OpenTelemetry;
using OtelPipeline.Data;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>When files are closed, what they are called, and what is in them.</summary>
public sealed class FileTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 59, 59, TimeSpan.Zero);

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
    public void Rows_go_to_the_hour_in_which_they_began()
    {
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
            exporter.Export([
                Recorded.Span("late", Start.AddMinutes(1)),
                .. Recorded.Spans(3, Start),
                Recorded.Span("old", Start.AddDays(-1)),
            ]);

        var files = _directory.Files("spans");
        Assert.That(
            files.Select(Path.GetDirectoryName),
            Is.EqualTo(new[] { "date=2026-11-19/hour=10", "date=2026-11-20/hour=10", "date=2026-11-20/hour=11" })
        );
        Assert.That(files.Select(Path.GetFileName), Is.All.Matches("^20261120T105959000Z-[0-9a-f-]{36}-00000[0-2]\\.parquet$"));
        Assert.That(
            _directory.Rows<SpanRow>("spans").Select(row => row.Name),
            Is.EqualTo(new[] { "old", "span 0", "span 1", "span 2", "late" })
        );
    }

    [Test]
    public void A_file_is_closed_by_its_number_of_rows()
    {
        using var exporter = Recorded.Exporter(_directory.Path, _time, new() { MaxUnwrittenRows = 200 });
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Spans(99, Start));
        exporter.Export(Recorded.Spans(1, Start));
        counts.WaitFor(100);
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(100));
    }

    [Test]
    public void A_file_is_closed_by_its_size()
    {
        using var exporter = Recorded.Exporter(_directory.Path, _time, new() { MaxUnwrittenBytes = 1_000_000 });
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Span("a", Start, new KeyValuePair<string, object?>("text", new string('x', 240_000))));
        exporter.Export(Recorded.Span("b", Start, new KeyValuePair<string, object?>("text", new string('y', 20_000))));
        counts.WaitFor(2);
        exporter.Export(Recorded.Span("too large", Start, new KeyValuePair<string, object?>("text", new string('x', 600_000))));
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((2, 1)));
        Assert.That(_directory.Rows<SpanRow>("spans").Select(row => row.Name), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void A_file_is_closed_by_the_age_of_its_first_row_though_nothing_more_comes()
    {
        using var exporter = Recorded.Exporter(_directory.Path, _time);
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        for (var file = 1; file <= 2; file++)
        {
            exporter.Export(Recorded.Spans(2, Start));
            _time.Advance(TimeSpan.FromSeconds(59));
            Assert.That(counts.Written, Is.EqualTo((file - 1) * 2));
            _time.Advance(TimeSpan.FromSeconds(1));
            counts.WaitFor(file * 2);
        }

        Assert.That(_directory.Files("spans"), Has.Length.EqualTo(2));
    }

    [Test]
    public void The_age_of_a_file_that_was_full_does_not_count_for_the_next()
    {
        using var exporter = Recorded.Exporter(_directory.Path, _time, new() { MaxUnwrittenRows = 200 });
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Spans(100, Start));
        counts.WaitFor(100);
        _time.Advance(TimeSpan.FromMinutes(2));
        exporter.Export(Recorded.Spans(1, Start));
        _time.Advance(TimeSpan.FromSeconds(59));
        exporter.Export(Recorded.Spans(1, Start));
        exporter.Dispose();
        Assert.That(_directory.Files("spans"), Has.Length.EqualTo(2));
    }

    [Test]
    public void An_exporting_thread_without_execution_context_is_no_hindrance()
    {
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
        using (ExecutionContext.SuppressFlow())
            Assert.That(exporter.Export(Recorded.Spans(1, Start)), Is.EqualTo(ExportResult.Success));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(1));
    }

    [Test]
    public void Shutdown_writes_what_is_left_and_what_comes_later_is_counted()
    {
        var exporter = Recorded.Exporter(_directory.Path, _time);
        using var counts = new ExporterCounts(exporter.Metrics.ComponentName);
        exporter.Export(Recorded.Spans(7, Start));
        Assert.That(exporter.Shutdown());
        Assert.That(exporter.Export(Recorded.Spans(3, Start)), Is.EqualTo(ExportResult.Failure));
        exporter.Dispose();
        Assert.That((counts.Written, counts.Dropped), Is.EqualTo((7, 3)));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(7));
    }

    [Test]
    public void A_file_says_what_it_is_and_whom_it_is_from()
    {
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
        {
            exporter.Export(Recorded.Spans(2, Start));
            exporter.Export(Recorded.Spans(2, Start));
        }

        var name = _directory.Files("spans").Single();
        using var file = ParquetReader.Open(Path.Combine(_directory.Path, "spans", name));
        Assert.Multiple(() =>
        {
            Assert.That(file.KeyValueMetadata["otelpipeline.schema"], Is.EqualTo("spans/1"));
            Assert.That(name, Does.Contain(file.KeyValueMetadata["otelpipeline.instance"]));
            Assert.That(file.KeyValueMetadata["otelpipeline.exports"], Is.EqualTo("1-2"));
            Assert.That(file.RowGroups[0].SortingColumns.Select(column => column.Path), Is.EqualTo(new[] { "timestamp" }));
            Assert.That(file.Schema.Find("date"), Is.Null, "hive keys are no columns");
        });
    }

    [Test]
    public void Files_and_folders_are_not_for_everybody()
    {
        if (OperatingSystem.IsWindows())
            return;
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
            exporter.Export(Recorded.Spans(1, Start));

        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        var file = Path.Combine(_directory.Path, "spans", _directory.Files("spans").Single());
        Assert.That(File.GetUnixFileMode(file) & others, Is.EqualTo(UnixFileMode.None));
        Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(file)!) & others, Is.EqualTo(UnixFileMode.None));
    }

    [Test]
    public void Two_exporters_of_one_instance_and_millisecond_never_share_a_file()
    {
        using (var one = Recorded.Exporter(_directory.Path, _time))
        using (var two = Recorded.Exporter(_directory.Path, _time))
        {
            one.Export(Recorded.Spans(2, Start));
            two.Export(Recorded.Spans(3, Start));
        }

        Assert.That(_directory.Files("spans"), Has.Length.EqualTo(2));
        Assert.That(_directory.Rows<SpanRow>("spans"), Has.Count.EqualTo(5));
    }

    [Test]
    public void Unfinished_files_are_deleted_when_nobody_has_them_open()
    {
        var hour = Directory.CreateDirectory(Path.Combine(_directory.Path, "spans", "date=2026-01-01", "hour=00")).FullName;
        string[] names = ["20260101T000000000Z-dead-000000", "20260101T000000000Z-living-000000", "notes"];
        foreach (var name in names)
            File.WriteAllText(Path.Combine(hour, name + ".parquet.tmp"), "PAR1");
        using (new FileStream(Path.Combine(hour, names[1] + ".parquet.tmp"), FileMode.Open, FileAccess.Write, FileShare.Delete))
        using (var exporter = Recorded.Exporter(_directory.Path, _time))
            exporter.Export(Recorded.Spans(1, Start));

        Assert.That(
            _directory.Files("spans", "*.tmp").Select(Path.GetFileNameWithoutExtension),
            Is.EqualTo(new[] { names[1] + ".parquet", "notes.parquet" })
        );
    }
}
