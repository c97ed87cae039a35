using System.IO.Compression;
using System.Text;
using OpenTelemetry;
using OtelPipeline.Exporter.Jsonl.Sinks;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>Rotation, retention and compression.</summary>
public sealed class FileTests
{
    private const int Quarter = 250_000;

    private TemporaryDirectory _directory;
    private string _spans;

    [SetUp]
    public void SetUp()
    {
        _directory = new TemporaryDirectory();
        _spans = Path.Combine(_directory.Path, "spans");
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private static byte[] Line(int length, char fill = 'x') => Encoding.ASCII.GetBytes(new string(fill, length - 1) + "\n");

    private FileSink Sink(JsonlExporterOptions? options = null, TimeProvider? time = null, string instance = "pod-1")
    {
        var sink = new FileSink(
            _spans,
            options ?? new JsonlExporterOptions { MaxFileSize = 1_000_000 },
            time ?? new FakeTimeProvider(),
            new ExporterMetrics(JsonlSignal.Spans)
        );
        sink.SetInstance(instance);
        return sink;
    }

    private string[] Names() => [.. _directory.Files("spans").Select(Path.GetFileName).OfType<string>()];

    [Test]
    public void A_file_is_named_after_start_instance_and_sequence_and_never_grows_past_its_size()
    {
        using var sink = Sink(instance: "pod/1");
        for (var i = 0; i < 9; i++)
            sink.Write(Line(Quarter));

        Assert.That(
            Names(),
            Is.EqualTo(
                new[]
                {
                    "20260102T030405000Z-pod_1-000000.jsonl",
                    "20260102T030405000Z-pod_1-000001.jsonl",
                    "20260102T030405000Z-pod_1-000002.jsonl",
                }
            )
        );
        Assert.That(_directory.Files("spans").Select(file => new FileInfo(file).Length), Is.All.LessThanOrEqualTo(1_000_000));
    }

    [Test]
    public void A_file_ends_at_its_age_whatever_the_wall_clock_says()
    {
        var time = new FakeTimeProvider();
        using var sink = Sink(new JsonlExporterOptions { MaxFileAge = TimeSpan.FromHours(1) }, time);
        sink.Write(Line(10));
        time.SetUtcNow(time.GetUtcNow().AddDays(-2));
        time.Advance(TimeSpan.FromMinutes(59));
        sink.Write(Line(10));
        Assert.That(Names(), Has.Length.EqualTo(1));
        time.Advance(TimeSpan.FromMinutes(1));
        sink.Write(Line(10));
        Assert.That(Names(), Has.Length.EqualTo(2));
    }

    [Test]
    public void Retention_by_count_keeps_the_newest_and_counts_what_it_deletes()
    {
        var deleted = 0L;
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "pipeline.exporter.files.deleted")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref deleted, value));
        listener.Start();
        using var sink = Sink(new JsonlExporterOptions { MaxFileSize = 1_000_000, RetainFiles = 3 });
        for (var i = 0; i < 8; i++)
            sink.Write(Line(900_000));

        Assert.That(Names().Select(name => name[^12..^6]), Is.EqualTo(new[] { "000005", "000006", "000007" }));
        Assert.That(deleted, Is.EqualTo(5));
    }

    [Test]
    public void Retention_by_size_keeps_the_total_below_its_limit()
    {
        using var sink = Sink(
            new JsonlExporterOptions
            {
                MaxFileSize = 1_000_000,
                RetainTotalSize = 2_500_000,
                RetainFiles = 100,
            }
        );
        for (var i = 0; i < 8; i++)
        {
            sink.Write(Line(900_000));
            Assert.That(_directory.Files("spans").Sum(file => new FileInfo(file).Length), Is.LessThanOrEqualTo(2_500_000));
        }
    }

    [Test]
    public void Retention_by_age_deletes_what_was_last_written_too_long_ago()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var sink = Sink(new JsonlExporterOptions { MaxFileSize = 1_000_000, RetainAge = TimeSpan.FromDays(2) }, time);
        sink.Write(Line(900_000));
        time.Advance(TimeSpan.FromDays(1));
        sink.Write(Line(900_000));
        Assert.That(Names(), Has.Length.EqualTo(2));
        time.Advance(TimeSpan.FromDays(3));
        sink.Write(Line(900_000));
        Assert.That(Names().Single(), Does.EndWith("000002.jsonl"));
    }

    [Test]
    public void Retention_never_touches_the_files_of_others()
    {
        Directory.CreateDirectory(_spans);
        string[] foreign =
        [
            "20200101T000000000Z-pod-2-000000.jsonl",
            "20200101T000000000Z-my-pod-1-000000.jsonl",
            "notes-pod-1-000000.jsonl",
            "20200101T000000000Z-pod-1-0.jsonl",
            "20200101T000000000Z-pod-1-000000.jsonl.bak.txt",
            "README",
        ];
        foreach (var name in foreign)
            File.WriteAllText(Path.Combine(_spans, name), "not ours");
        using var sink = Sink(new JsonlExporterOptions { MaxFileSize = 1_000_000, RetainFiles = 1 });
        for (var i = 0; i < 4; i++)
            sink.Write(Line(900_000));

        Assert.That(Names(), Is.EquivalentTo(foreign.Append("20260102T030405000Z-pod-1-000003.jsonl")));
    }

    [Test]
    public void A_restart_with_the_same_instance_begins_a_new_series_and_retention_goes_on_with_the_old_files()
    {
        var time = new FakeTimeProvider();
        var options = new JsonlExporterOptions { MaxFileSize = 1_000_000, RetainFiles = 2 };
        using (var first = Sink(options, time))
        {
            first.Write(Line(900_000));
            first.Write(Line(900_000));
        }

        time.Advance(TimeSpan.FromSeconds(1));
        using var second = Sink(options, time);
        second.Write(Line(900_000));
        Assert.That(Names(), Is.EqualTo(new[] { "20260102T030405000Z-pod-1-000001.jsonl", "20260102T030406000Z-pod-1-000000.jsonl" }));
    }

    [Test]
    public void A_clock_that_was_set_back_does_not_make_the_newest_files_the_oldest()
    {
        var time = new FakeTimeProvider();
        var options = new JsonlExporterOptions { MaxFileSize = 1_000_000, RetainFiles = 2 };
        using (var first = Sink(options, time))
            first.Write(Line(900_000));
        time.SetUtcNow(time.GetUtcNow().AddDays(-30));
        using var second = Sink(options, time);
        second.Write(Line(900_000));
        second.Write(Line(900_000));

        Assert.That(Names(), Is.EqualTo(new[] { "20251203T030405000Z-pod-1-000000.jsonl", "20251203T030405000Z-pod-1-000001.jsonl" }));
    }

    [Test]
    public void A_file_that_another_exporter_of_the_instance_has_open_stays()
    {
        var time = new FakeTimeProvider();
        var options = new JsonlExporterOptions { MaxFileSize = 1_000_000, RetainFiles = 1 };
        using var open = Sink(options, time);
        open.Write(Line(100));
        time.Advance(TimeSpan.FromSeconds(1));
        using var busy = Sink(options, time);
        for (var i = 0; i < 4; i++)
            busy.Write(Line(900_000));
        open.Write(Line(100));

        Assert.That(Names(), Has.Length.EqualTo(2));
        Assert.That(new FileInfo(_directory.Files("spans")[0]).Length, Is.EqualTo(200));
    }

    [TestCase(JsonlCompression.Gzip, ".jsonl.gz")]
    [TestCase(JsonlCompression.Zstd, ".jsonl.zst")]
    public void Closed_files_are_compressed_and_hold_the_same_bytes(JsonlCompression compression, string extension)
    {
        if (compression == JsonlCompression.Zstd && !Zstd.IsAvailable)
            extension = ".jsonl.gz";
        using var sink = Sink(new JsonlExporterOptions { MaxFileSize = 3_000_000, Compression = compression });
        for (var i = 0; i < 3; i++)
            sink.Write(Line(900_000, (char)('a' + i)));
        sink.Write(Line(900_000, 'z'));

        var compressed = Path.Combine(_spans, "20260102T030405000Z-pod-1-000000" + extension);
        var original = Path.Combine(_spans, "20260102T030405000Z-pod-1-000000.jsonl");
        Assert.That(() => File.Exists(compressed) && !File.Exists(original), Is.True.After(20_000, 10));
        Assert.That(Names(), Has.Length.EqualTo(2), "the open file is not touched");
        using var stream = File.OpenRead(compressed);
        if (extension == ".jsonl.gz")
        {
            using var reader = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
            Assert.That(reader.ReadToEnd().Split('\n').Select(line => line.Length), Is.EqualTo(new[] { 899_999, 899_999, 899_999, 0 }));
        }
        else
        {
            // .NET has no zstd: the frames must be there, and be small; OtelPipeline.Interop.Tests has the reader and DuckDB decode them
            Assert.That(
                stream.ReadByte() | stream.ReadByte() << 8 | stream.ReadByte() << 16 | stream.ReadByte() << 24,
                Is.EqualTo(unchecked((int)0xFD2FB528))
            );
            Assert.That(stream.Length, Is.LessThan(10_000));
        }
    }

    [Test]
    public void What_a_killed_compressor_left_behind_is_cleared_away()
    {
        var time = new FakeTimeProvider();
        using (var first = Sink(new JsonlExporterOptions { MaxFileSize = 1_000_000 }, time))
            first.Write(Line(900_000));
        File.WriteAllText(Path.Combine(_spans, "20260102T030405000Z-pod-1-000000.jsonl.gz.tmp"), "half");
        time.Advance(TimeSpan.FromSeconds(1));
        using var second = Sink(new JsonlExporterOptions { MaxFileSize = 1_000_000, Compression = JsonlCompression.Gzip }, time);
        second.Write(Line(10));

        Assert.That(Names(), Is.EqualTo(new[] { "20260102T030405000Z-pod-1-000000.jsonl", "20260102T030406000Z-pod-1-000000.jsonl" }));
    }

    [Test]
    public void What_earlier_processes_left_is_compressed_once_nobody_can_write_to_it()
    {
        var time = new FakeTimeProvider();
        var plain = new JsonlExporterOptions { MaxFileSize = 1_000_000 };
        string Left(string suffix = "") =>
            Path.Combine(_spans, time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'") + "-pod-1-000000.jsonl" + suffix);

        // of a killed process, long ago; of another that also had compressed it and not deleted it; of one that was killed a moment ago
        var old = Left();
        using (var killed = Sink(plain, time))
            killed.Write(Line(900_000, 'a'));
        File.SetLastWriteTimeUtc(old, time.GetUtcNow().UtcDateTime);
        time.Advance(TimeSpan.FromSeconds(1));
        var both = Left();
        using (var killed = Sink(plain, time))
            killed.Write(Line(900_000, 'b'));
        File.WriteAllText(both + ".zst", "complete");
        File.SetLastWriteTimeUtc(both, time.GetUtcNow().UtcDateTime);
        time.Advance(TimeSpan.FromSeconds(1));
        var others = Path.Combine(_spans, "20260102T030406000Z-pod-2-000000.jsonl");
        File.WriteAllText(others, "another instance");
        File.SetLastWriteTimeUtc(others, time.GetUtcNow().UtcDateTime);

        // of a process that lives, and has written nothing for long
        var open = Left();
        using var living = Sink(plain, time);
        living.Write(Line(100, 'c'));
        File.SetLastWriteTimeUtc(open, time.GetUtcNow().UtcDateTime);
        time.Advance(TimeSpan.FromHours(2));
        var recent = Left();
        using (var killed = Sink(plain, time))
            killed.Write(Line(900_000, 'd'));
        File.SetLastWriteTimeUtc(recent, time.GetUtcNow().UtcDateTime);
        time.Advance(TimeSpan.FromSeconds(1));

        using var later = Sink(new JsonlExporterOptions { MaxFileSize = 1_000_000, Compression = JsonlCompression.Gzip }, time);
        later.Write(Line(900_000));
        later.Write(Line(900_000)); // the compressor goes through the files in no order: its own comes when it looks again
        Assert.That(
            () => !File.Exists(old) && !File.Exists(both) && Directory.GetFiles(_spans, "*.tmp").Length == 0,
            Is.True.After(20_000, 10)
        );

        Assert.That(File.Exists(old + ".gz"), Is.True);
        Assert.That(File.ReadAllText(both + ".zst"), Is.EqualTo("complete"));
        Assert.That(File.Exists(both + ".gz"), Is.False, "it would be read twice");
        Assert.That(File.Exists(others), Is.True);
        Assert.That(File.Exists(open) && !File.Exists(open + ".gz"), Is.True, "a process has it open");
        Assert.That(File.Exists(recent) && !File.Exists(recent + ".gz"), Is.True, "its process might live, on a file system without locks");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(old + ".gz"), CompressionMode.Decompress));
        Assert.That(reader.ReadToEnd(), Is.EqualTo(Encoding.ASCII.GetString(Line(900_000, 'a'))));
        living.Write(Line(100, 'c'));
        Assert.That(
            _directory.Files("spans").Sum(file => file == open ? new FileInfo(file).Length : 0),
            Is.EqualTo(100),
            "too old to go on with"
        );
    }

    [Test]
    public void Fsync_ends_every_export()
    {
        using var exporter = Recorded.Exporter(_spans, new JsonlExporterOptions { Durability = JsonlDurability.Fsync });
        Assert.That(exporter.Export(Recorded.Spans(3)), Is.EqualTo(ExportResult.Success));
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(3));
    }
}
