using System.Globalization;
using OtelPipeline.Data.Compaction;
using OtelPipeline.Data.Files;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.Tests.Parquet;

namespace OtelPipeline.Data.Tests.Compaction;

internal sealed class CompactionTests
{
    private const long Hour = 3_600_000_000_000;
    private const long Start = 1_795_003_200_000_000_000;

    private TemporaryFolder _folder = null!;
    private List<SpanRow> _rows = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        var random = new Random(1);
        _rows = new RandomRows(5).Spans(300);
        for (var i = 0; i < _rows.Count; i++)
        {
            // three hours, and a name of its own for each
            _rows[i].StartTimeUnixNano = Start + (i / 100 * Hour) + random.NextInt64(Hour);
            _rows[i].Name = $"span {i}";
        }
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Lines_become_one_table_for_each_hour()
    {
        WriteLines("a", 0, _rows[..150]);
        WriteLines("a", 1, _rows[150..]);
        var report = TelemetryCompactor.Compact(_folder.Path);
        AssertEachOnce();
        Assert.That((report.FilesBefore, report.FilesAfter, report.Rows, report.FilesKept), Is.EqualTo((2, 3, 300, 0)));
        Assert.That(Files("*.jsonl"), Is.Empty);
        Assert.That(
            Files("*.parquet").Select(path => Path.GetFileName(Path.GetDirectoryName(path))),
            Is.EqualTo(new[] { "hour=12", "hour=13", "hour=14" })
        );
        Assert.That(TelemetryCompactor.Compact(_folder.Path).FilesAfter, Is.Zero);
    }

    [Test]
    public void Small_tables_of_an_hour_become_one_and_large_ones_stay()
    {
        for (var i = 0; i < 10; i++)
            WriteTable("a", i, _rows.GetRange(i * 10, 10), exports: (i * 5, (i * 5) + 4));
        WriteTable("a", 10, _rows[100..200], exports: (50, 60));
        WriteTable("a", 11, _rows[200..], exports: (60, 61));
        var report = TelemetryCompactor.Compact(_folder.Path, new() { SmallRows = 50 });
        AssertEachOnce();
        Assert.That((report.FilesBefore, report.FilesAfter), Is.EqualTo((10, 1)));
        using var file = OtelPipeline.Parquet.ParquetReader.Open(Files("*compacted*").Single());
        Assert.That(file.KeyValueMetadata["otelpipeline.exports"], Is.EqualTo("0-49"));
        Assert.That(file.KeyValueMetadata["otelpipeline.instance"], Is.EqualTo("a"));
    }

    [Test]
    public void Both_forms_of_a_process_become_one()
    {
        WriteLines("a", 0, _rows);
        WriteTable("a", 0, _rows[..100]);
        WriteTable("a", 1, _rows[100..200]);
        AssertEachOnce();
        var report = TelemetryCompactor.Compact(_folder.Path);
        AssertEachOnce();
        Assert.That((report.FilesBefore, report.FilesAfter, Files("*").Count), Is.EqualTo((3, 3, 3)));
        AssertEachOnce(TelemetryForm.Parquet);
    }

    [Test]
    public void Of_a_process_whose_lines_are_incomplete_the_tables_are_merged()
    {
        WriteLines("a", 3, _rows[250..]);
        WriteTable("a", 0, _rows[..40]);
        WriteTable("a", 1, _rows[40..100]);
        WriteTable("a", 2, _rows[100..]);
        AssertEachOnce();
        TelemetryCompactor.Compact(_folder.Path);
        AssertEachOnce();
        // what nobody counts is not touched either
        Assert.That(Files("*.jsonl"), Has.Count.EqualTo(1));
    }

    [Test]
    public void Closed_lines_of_a_process_that_still_writes_are_merged_and_the_open_file_stays()
    {
        WriteLines("a", 0, _rows[..100]);
        WriteLines("a", 1, _rows[100..200]);
        var open = WriteLines("a", 2, _rows[200..]);
        using (new FileStream(open, FileMode.Open, FileAccess.Write, FileShare.Read))
        {
            var report = TelemetryCompactor.Compact(_folder.Path);
            Assert.That((report.FilesBefore, report.FilesAfter), Is.EqualTo((2, 2)));
            AssertEachOnce();
            Assert.That(Files("*.jsonl"), Is.EqualTo(new[] { open }));
            // the other form comes later
            WriteTable("a", 0, _rows[..250]);
            AssertEachOnce();
            // a gap that was compacted is none
            var read = new TelemetryReadReport();
            TelemetryReader.Read([_folder.Path], _ => { }, new() { Report = read });
            Assert.That(read.RotationGaps, Is.Empty);
        }

        TelemetryCompactor.Compact(_folder.Path);
        AssertEachOnce();
        Assert.That(Files("*.jsonl"), Is.Empty);
        Assert.That(Files("*.parquet").Select(Path.GetFileName), Has.All.Contains("-compacted-"));
    }

    [Test]
    public void Lines_that_go_missing_later_leave_the_count_to_the_tables()
    {
        WriteLines("a", 0, _rows[..100]);
        var lost = WriteLines("a", 1, _rows[100..200]);
        var open = WriteLines("a", 2, _rows[200..]);
        using (new FileStream(open, FileMode.Open, FileAccess.Write, FileShare.Read))
        {
            // retention takes a file of the series that was not compacted yet
            File.Move(lost, lost + ".away.tmp");
            TelemetryCompactor.Compact(_folder.Path);
            WriteTable("a", 0, _rows[..250]);
            WriteTable("a", 1, _rows[250..]);
            AssertEachOnce();
        }
    }

    [Test]
    public void At_every_step_of_a_commit_each_record_is_counted_once()
    {
        WriteLines("a", 0, _rows[..150]);
        WriteLines("a", 1, _rows[150..]);
        WriteTable("a", 0, _rows);
        var folder = _folder.Of("spans");
        var sources = Files("*.jsonl")
            .Select(path => CompactionSource.OfLines(path, TelemetryFileName.TryParse(path, out var name) ? name : default, null))
            .ToList();
        var sequence = 0;
        using (
            var group = new CompactionGroup(
                folder,
                sources,
                () => TelemetryFileName.Compacted(new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc), sequence++)
            )
        )
        {
            Assert.That(group.Write(_ => { }, default), Is.Null);
            AssertEachOnce();
            group.Replaces(Files("*-a-*.parquet").Single());
            Assert.That(group.Complete(default), Is.True);
            AssertEachOnce();
            // what a kill in the middle leaves: some files have their names
            foreach (var part in Files("*.compacting.tmp"))
            {
                File.Move(part, part.Replace(".compacting.tmp", "", StringComparison.Ordinal));
                AssertEachOnce();
            }

            foreach (var original in Files("*-a-*"))
            {
                File.Delete(original);
                AssertEachOnce();
            }
        }
    }

    [Test]
    public void The_next_compaction_finishes_what_a_killed_one_left()
    {
        WriteLines("a", 0, _rows);
        var original = File.ReadAllBytes(Files("*.jsonl").Single());
        var path = Files("*.jsonl").Single();
        TelemetryCompactor.Compact(_folder.Path);
        var parts = Files("*.parquet");
        // as if it had been killed after the first name
        File.WriteAllBytes(path, original);
        File.Move(parts[1], parts[1] + ".compacting.tmp");
        File.WriteAllText(_folder.Of("spans/date=2026-11-18/hour=12/20261120T000000000Z-compacted-000009.parquet.compacting.tmp"), "half");
        AssertEachOnce();
        TelemetryCompactor.Compact(_folder.Path);
        AssertEachOnce();
        Assert.That(Files("*"), Is.EqualTo(parts));
    }

    [Test]
    public void A_file_that_cannot_be_read_stays_and_is_named()
    {
        WriteLines("a", 0, _rows[..100]);
        WriteLines("b", 0, _rows[100..]);
        var bad = _folder.Write("spans/20261118T000000000Z-c-000000.jsonl", "{\"resourceSpans\":[{]\n{\"resourceSpans\":[]}\n");
        var report = TelemetryCompactor.Compact(_folder.Path);
        Assert.That(report.Problems.Single(), Does.StartWith(bad + ":1: "));
        Assert.That(File.Exists(bad));
        File.Delete(bad);
        AssertEachOnce();
    }

    [Test]
    public void Originals_stay_while_a_reader_may_have_them_on_its_list_and_are_not_counted_twice()
    {
        WriteLines("a", 0, _rows[..100]);
        TelemetryCompactor.Compact(_folder.Path);
        WriteLines("b", 0, _rows[100..]);
        WriteLines("c", 0, []);
        var names = new List<string>();
        using var reading = TelemetryReader.ReadSpansAsync(_folder.Path).ToBlockingEnumerable().GetEnumerator();
        Assert.That(reading.MoveNext());
        names.Add(reading.Current.Name);
        var report = TelemetryCompactor.Compact(_folder.Path, new() { Patience = TimeSpan.Zero });
        Assert.That((report.FilesKept, report.FilesBefore), Is.EqualTo((2, 0)).Or.EqualTo((5, 0)), "files kept, files deleted");
        AssertEachOnce();
        while (reading.MoveNext())
            names.Add(reading.Current.Name);
        Assert.That(names, Has.Count.EqualTo(300));
        TelemetryCompactor.Compact(_folder.Path);
        AssertEachOnce();
        Assert.That(Files("*.jsonl"), Is.Empty);
    }

    [Test]
    public void Two_compactions_at_once_are_refused()
    {
        WriteLines("a", 0, _rows);
        TelemetryCompactor.Compact(_folder.Path);
        WriteLines("b", 0, []);
        using (new FileStream(_folder.Of("spans/.otelpipeline-compaction"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.That(
                () => TelemetryCompactor.Compact(_folder.Path),
                Throws.InstanceOf<IOException>().With.Message.Contains("another compaction")
            );
        Assert.That(() => TelemetryCompactor.Compact(_folder.Of("nothing")), Throws.InstanceOf<DirectoryNotFoundException>());
    }

    [Test]
    public void Promoted_columns_stay()
    {
        var column = new TelemetryColumn("my_int", TelemetryColumnType.Int64, Required: false) { AttributeKeys = ["int"] };
        for (var i = 0; i < 2; i++)
            WriteTable("a", i, _rows.GetRange(i * 50, 50), promoted: [.. TelemetrySchema.Promoted, column]);
        TelemetryCompactor.Compact(_folder.Path);
        using var file = OtelPipeline.Parquet.ParquetReader.Open(Files("*.parquet").Single());
        Assert.That(file.Schema.Find("my_int"), Is.Not.Null);
        _rows.RemoveRange(100, 200);
        AssertEachOnce();
    }

    private string WriteLines(string instance, int sequence, List<SpanRow> rows)
    {
        var path = _folder.Write(
            string.Create(CultureInfo.InvariantCulture, $"spans/20261118T120000000Z-{instance}-{sequence:D6}.jsonl"),
            ""
        );
        using var writer = TelemetryJsonWriter.ForOtlp(File.Create(path));
        foreach (var row in rows)
            writer.Write(row);
        writer.Flush();
        return path;
    }

    private void WriteTable(
        string instance,
        int sequence,
        List<SpanRow> rows,
        (long, long)? exports = null,
        IReadOnlyList<TelemetryColumn>? promoted = null
    )
    {
        var hour = TelemetryPartition.Of(TelemetryPartition.HourOf(rows[0]));
        var path = _folder.Write(
            string.Create(CultureInfo.InvariantCulture, $"spans/{hour}/20261118T120003000Z-{instance}-{sequence:D6}.parquet"),
            ""
        );
        var options = new TelemetryParquetOptions { Instance = instance, Exports = exports };
        if (promoted is not null)
            options.Promoted = promoted;
        using var writer = TelemetryParquetWriter.ForSpans(File.Create(path), options);
        foreach (var row in rows)
            writer.Write(row);
        writer.Close();
    }

    private void AssertEachOnce(TelemetryForm form = TelemetryForm.Any)
    {
        var texts = new List<string>();
        TelemetryReader.ReadSpans([_folder.Path], span => texts.Add(RowText.Of(span)), new() { Strict = true, Form = form });
        Assert.That(texts.Order(StringComparer.Ordinal), Is.EqualTo(_rows.Select(RowText.Of).Order(StringComparer.Ordinal)));
    }

    private List<string> Files(string pattern) =>
        [
            .. Directory
                .GetFiles(_folder.Path, pattern, SearchOption.AllDirectories)
                .Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal),
        ];
}
