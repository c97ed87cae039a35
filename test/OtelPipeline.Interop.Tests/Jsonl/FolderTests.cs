using System.IO.Compression;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Jsonl;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>The reader over a folder in which the exporter has rotated, compressed and deleted.</summary>
internal sealed class FolderTests
{
    [TestCase(JsonlFormat.Otlp, JsonlCompression.None, "JSON")]
    [TestCase(JsonlFormat.Otlp, JsonlCompression.Gzip, "gzip, JSON")]
    [TestCase(JsonlFormat.Otlp, JsonlCompression.Zstd, "zstd, JSON")]
    [TestCase(JsonlFormat.Flat, JsonlCompression.None, "JSON")]
    [TestCase(JsonlFormat.Flat, JsonlCompression.Gzip, "gzip, JSON")]
    [TestCase(JsonlFormat.Flat, JsonlCompression.Zstd, "zstd, JSON")]
    public void Every_record_is_read_once(JsonlFormat format, JsonlCompression compression, string closed)
    {
        using var folder = RotatedFolder.Write(format, compression);
        var report = new TelemetryReadReport();
        var spans = TelemetryReader.ReadSpansAsync(folder.Root, new() { Report = report, Strict = true }).ToBlockingEnumerable().ToList();
        Assert.Multiple(() =>
        {
            var files = report.Files.Where(file => file.Spans > 0).Select(file => file.Format).ToArray();
            Assert.That(files, Has.Length.GreaterThan(2));
            Assert.That(files[..^1], Is.All.EqualTo(closed), "the closed files");
            Assert.That(files[^1], Is.EqualTo("JSON"), "the open file");
            Assert.That(report.RotationGaps, Is.Empty);
            Assert.That(
                spans.Select(span => span.Name),
                Is.EqualTo(Enumerable.Range(0, RotatedFolder.Records).Select(i => $"span {i:D4}"))
            );
            Assert.That(spans.Select(span => span.Attributes["n"].AsInt64()), Is.EqualTo(Enumerable.Range(0, RotatedFolder.Records)));
            Assert.That(spans.Select(span => span.Attributes["payload"].AsString().Length), Is.All.EqualTo(2000));
            Assert.That(folder.Rows<EventRow>(), Has.Count.EqualTo(RotatedFolder.Records));
        });
    }

    [Test]
    public async Task A_file_that_lies_there_compressed_as_well_counts_once()
    {
        using var folder = RotatedFolder.Write(JsonlFormat.Otlp, JsonlCompression.Gzip);
        foreach (var file in folder.Files("spans").Where(file => file.EndsWith(".gz", StringComparison.Ordinal)))
        {
            // what a compressor looks like that has not deleted the original yet, and one that has not finished
            await using (var compressed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
            await using (var original = File.Create(file[..^".gz".Length]))
                await compressed.CopyToAsync(original);
            await File.WriteAllBytesAsync(file + ".tmp", (await File.ReadAllBytesAsync(file))[..1000]);
        }

        foreach (var path in (string[])[folder.Root, folder.Root + "/**", folder.Root + "/spans/*"])
            Assert.That(TelemetryFolder.Rows(path).OfType<SpanRow>().Count(), Is.EqualTo(RotatedFolder.Records), path);
    }

    [Test]
    public void What_retention_deleted_is_reported_as_a_gap()
    {
        using var folder = RotatedFolder.Write(JsonlFormat.Otlp, JsonlCompression.None, retain: 2);
        var spans = Path.Combine(folder.Root, "spans");
        var report = new TelemetryReadReport();
        TelemetryReader.ReadSpans([spans], _ => { }, new() { Report = report });
        var first = int.Parse(Path.GetFileNameWithoutExtension(folder.Files("spans")[0])[^6..]);
        Assert.That(first, Is.GreaterThan(0));
        Assert.That(report.RotationGaps, Is.EqualTo(new[] { new RotationGap(spans, "pod-1", 0, first - 1) }));
        Assert.That(report.Spans, Is.LessThan(RotatedFolder.Records));
    }

    [Test]
    public void A_restart_that_begins_a_new_series_hides_no_gap()
    {
        using var folder = new TelemetryFolder();
        const string Line = """{"timestamp":"2026-11-20T10:15:30Z","level":"Information","message":"m"}""";
        foreach (
            var name in (string[])
                ["20261120T101500000Z-pod-1-000002", "20261121T101500000Z-pod-1-000000", "20261121T101500000Z-pod-1-000001"]
        )
            File.WriteAllText(Path.Combine(folder.Root, name + ".jsonl"), Line + "\n");
        var report = new TelemetryReadReport();
        TelemetryReader.ReadEvents([folder.Root], _ => { }, new() { Report = report });
        Assert.That(report.RotationGaps, Is.EqualTo(new[] { new RotationGap(folder.Root, "pod-1", 0, 1) }));
    }
}
