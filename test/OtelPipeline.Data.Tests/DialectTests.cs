using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

internal sealed class DialectTests
{
    private static readonly string Lines = Trace + "\n" + Log + "\n" + Metric + "\n";

    private static IEnumerable<TestCaseData> Files()
    {
        yield return Case("lines", Utf8(Lines), "");
        yield return Case("lines, no line end at the end", Utf8(Lines.TrimEnd()), "");
        yield return Case("byte order mark", [0xEF, 0xBB, 0xBF, .. Utf8(Lines)], "ByteOrderMark 1");
        yield return Case("CR LF", Utf8(Lines.Replace("\n", "\r\n")), "CarriageReturn 3");
        yield return Case(
            "blank lines",
            Utf8("\n  \n" + Trace + "\n\n\t\r\n" + Log + "\n" + Metric + "\n\n"),
            "CarriageReturn 1, BlankLine 5"
        );
        yield return Case("pretty-printed", Utf8(Pretty(Trace) + "\n" + Pretty(Log) + "\n" + Pretty(Metric)), "MultiLineDocument 3");
        yield return Case(
            "pretty-printed, CR LF",
            Utf8((Pretty(Trace) + Pretty(Log) + Pretty(Metric)).Replace("\n", "\r\n")),
            "MultiLineDocument 3"
        );
        yield return Case(
            "pretty-printed, one behind the other",
            Utf8(Pretty(Trace) + Pretty(Log) + Pretty(Metric)),
            "MultiLineDocument 3"
        );
        yield return Case("concatenated", Utf8(Trace + Log + " " + Metric), "SeveralDocumentsOnOneLine 1");
        yield return Case("line first, pretty then", Utf8(Trace + "\n" + Pretty(Log) + "\n" + Metric + "\n"), "MultiLineDocument 1");
        yield return Case("array", Utf8($"[{Trace},{Log},{Metric}]"), "DocumentArray 1");
        yield return Case("array over lines", Utf8($"[\n{Trace},\n{Log},\n{Metric}\n]\n"), "MultiLineDocument 1, DocumentArray 1");
        yield return Case("gzip", Gzip(Utf8(Lines)), "");
        yield return Case("gzip, several members", [.. Gzip(Utf8(Trace + "\n" + Log + "\n")), .. Gzip(Utf8(Metric))], "");
        yield return Case("framed JSON", Frame(Utf8(Trace), Utf8(Log), Utf8(Metric)), "");
        yield return Case(
            "framed protobuf",
            Frame(Proto.Message(Proto.Span()), Proto.Message(Proto.LogRecord()), Proto.Message(Proto.Sum())),
            ""
        );
        if (Zstd([]) is null)
            yield break;
        yield return Case("zstd", Zstd(Utf8(Lines))!, "");
        yield return Case("zstd, several frames", [.. Zstd(Utf8(Trace + "\n" + Log + "\n"))!, .. Zstd(Utf8(Metric))!], "");
        yield return Case("framed zstd", Frame(Zstd(Utf8(Trace))!, Zstd(Proto.Message(Proto.LogRecord()))!, Zstd(Utf8(Metric))!), "");
        yield return Case("gzip of framed protobuf", Gzip(Frame(Proto.Message(Proto.Span()), Utf8(Log), Utf8(Metric))), "");

        static TestCaseData Case(string name, byte[] bytes, string forgiven) => new TestCaseData(bytes, forgiven).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_of_each_dialect_gives_the_same_rows(byte[] bytes, string forgiven)
    {
        var reading = Reading.Bytes(bytes);
        Assert.Multiple(() =>
        {
            Assert.That(reading.Errors, Is.Empty);
            Assert.That(
                reading.Rows.Select(row => row.GetType()),
                Is.EqualTo(new[] { typeof(SpanRow), typeof(EventRow), typeof(MetricPointRow) })
            );
            Assert.That(reading.Spans.Single().Name, Is.EqualTo("a"));
            Assert.That(reading.Spans.Single().DurationNano, Is.EqualTo(2000));
            Assert.That(reading.Spans.Single().Resource.ServiceName, Is.EqualTo("etl"));
            Assert.That(reading.Spans.Single().Scope.Name, Is.EqualTo("lib"));
            Assert.That(reading.Events.Single().Body.AsString(), Is.EqualTo("hello"));
            Assert.That(reading.MetricPoints.Single().ValueInt, Is.EqualTo(7));
            Assert.That(reading.Forgiven, Is.EqualTo(forgiven));
            Assert.That(reading.File.TornBytes, Is.Zero);
        });
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_that_arrives_byte_by_byte_gives_the_same_rows(byte[] bytes, string forgiven)
    {
        var reading = Reading.Stream(new DrippingStream(bytes));
        Assert.That(reading.Rows, Has.Count.EqualTo(3));
        Assert.That(reading.Forgiven, Is.EqualTo(forgiven));
    }

    [TestCase("PAR1....", "Parquet: read by OtelPipeline.Parquet")]
    public void Parquet_is_skipped_with_a_reason(string text, string reason)
    {
        var reading = Reading.Text(text);
        Assert.That(reading.File.SkippedBecause, Is.EqualTo(reason));
        Assert.That(reading.File.Format, Is.EqualTo("Parquet"));
    }

    [Test]
    public void Utf16_is_refused_with_advice()
    {
        var reading = Reading.Bytes([0xFF, 0xFE, (byte)'{', 0]);
        Assert.That(reading.Errors.Single(), Does.Contain("convert it to UTF-8"));
    }

    [TestCase("")]
    [TestCase("\n\t\n  ")]
    public void A_file_without_content_gives_nothing(string text)
    {
        var reading = Reading.Text(text);
        Assert.That(reading.Rows, Is.Empty);
        Assert.That(reading.Errors, Is.Empty);
        Assert.That(reading.File.TornBytes, Is.Zero);
    }

    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
