using System.Text;
using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

/// <summary>What cannot be read: where the reader says it is, that it goes on behind it, and that strict mode stops there.</summary>
internal sealed class BadInputTests
{
    private static IEnumerable<TestCaseData> Texts()
    {
        // name, text, errors, spans that are read all the same
        yield return Case(
            "text",
            Trace + "\nthis is not json\n" + Trace + "\n",
            2,
            "test:2: a JSON object is expected, at byte 1 of the line"
        );
        yield return Case("number", "17\n" + Trace, 1, "test:1: a JSON object is expected, at byte 1 of the line");
        yield return Case(
            "no quotes",
            Trace + "\n{a:1}\n",
            1,
            "test:2: a property name in double quotes is expected, at byte 2 of the line"
        );
        yield return Case("comma missing", "{\"a\":1 \"b\":2}\n" + Trace, 1, "test:1: ',' or '}' is expected, at byte 8 of the line");
        yield return Case("comma too much", "{\"a\":1,}\n" + Trace, 1, "test:1: a value is expected after ',', at byte 8 of the line");
        yield return Case(
            "comma too much in a list",
            "{\"a\":[1,]}\n" + Trace,
            1,
            "test:1: a value is expected after ',', at byte 9 of the line"
        );
        yield return Case(
            "colon missing",
            "{\"a\" 1}\n" + Trace,
            1,
            "test:1: ':' is expected after the property name, at byte 6 of the line"
        );
        yield return Case("bad literal", "{\"a\":nul}\n" + Trace, 1, "test:1: a JSON value is expected, at byte 6 of the line");
        yield return Case("leading zero", "{\"a\":012}\n" + Trace, 1, "test:1: ',' or '}' is expected, at byte 7 of the line");
        yield return Case("number without digits", "{\"a\":-}\n" + Trace, 1, "test:1: a JSON value is expected, at byte 7 of the line");
        yield return Case(
            "control character",
            "{\"a\":\"\u0001\"}\n" + Trace,
            1,
            "test:1: byte 0x01 in a string must be escaped, at byte 7 of the line"
        );
        yield return Case(
            "bad escape",
            "{\"a\":\"\\x\"}\n" + Trace,
            1,
            "test:1: '\\' is followed by no known escape, at byte 7 of the line"
        );
        yield return Case(
            "bad unicode escape",
            "{\"a\":\"\\u12g4\"}\n" + Trace,
            1,
            "test:1: four hexadecimal digits are expected after \\u, at byte 7 of the line"
        );
        yield return Case(
            "garbage behind",
            Trace + " garbage\n" + Trace,
            2,
            $"test:1: a JSON object is expected, at byte {Trace.Length + 2} of the line"
        );
        yield return Case(
            "torn in the middle",
            Trace + "\n" + Trace[..50] + "\n" + Trace + "\n",
            2,
            "test:2: the line ends before its JSON object does"
        );
        yield return Case(
            "first line torn",
            Trace[..50] + "\n" + Trace + "\n" + Trace + "\n",
            2,
            "test:1: the line ends before its JSON object does"
        );
        yield return Case(
            "first line torn in a string",
            Trace[..33] + "\n" + Trace + "\n",
            1,
            "test:1: the line ends before its JSON object does"
        );
        yield return Case(
            "pretty-printed with an error",
            "{\n  \"resourceSpans\": [\n    oops\n  ]\n}\n" + Pretty(Trace),
            1,
            "test:3: a JSON value is expected, at byte 5 of the line, in the JSON document that starts at line 1"
        );
        yield return Case(
            "pretty-printed and cut off",
            Pretty(Trace) + "\n{\n  \"resourceSpans\": [\n",
            1,
            "test:"
                + (Pretty(Trace).Split('\n').Length + 1)
                + ": the JSON document that starts here is not closed before the end of the file"
        );
        yield return Case(
            "too deep",
            new StringBuilder().Insert(0, "{\"a\":", 600) + "\n" + Trace + "\n",
            1,
            "test:1: objects and arrays nest deeper than 512 levels, at byte 2561 of the line"
        );
        yield return Case(
            "two errors",
            "x\n" + Trace + "\ny\n",
            1,
            "test:1: a JSON object is expected, at byte 1 of the line|test:3: a JSON object is expected, at byte 1 of the line"
        );

        static TestCaseData Case(string name, string text, int spans, string errors) =>
            new TestCaseData(text, spans, errors.Split('|')).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Texts))]
    public void A_bad_line_is_named_and_the_next_ones_are_read(string text, int spans, string[] errors)
    {
        var reading = Reading.Text(text);
        Assert.Multiple(() =>
        {
            Assert.That(reading.Errors, Is.EqualTo(errors));
            Assert.That(reading.Report.ErrorCount, Is.EqualTo(errors.Length));
            Assert.That(reading.Spans.Count(), Is.EqualTo(spans));
        });
    }

    [TestCaseSource(nameof(Texts))]
    public void Strict_mode_throws_at_the_first_bad_line(string text, int spans, string[] errors)
    {
        Assert.That(spans, Is.Not.Negative);
        var exception = Assert.Throws<TelemetryFormatException>(() => Reading.Text(text, new() { Strict = true }));
        Assert.That(exception.Message, Is.EqualTo(errors[0]));
        Assert.That($"{exception.File}:{exception.Line}: {exception.Reason}", Is.EqualTo(errors[0]));
    }

    [Test]
    public void Nesting_beyond_the_limit_is_an_error_of_its_line()
    {
        var deep = "{\"a\":" + new string('[', 600) + new string(']', 600) + "}";
        var reading = Reading.Text(deep + "\n" + Trace + "\n");
        Assert.That(reading.Errors.Single(), Does.StartWith("test:1: objects and arrays nest deeper than 512 levels"));
        Assert.That(reading.Spans.Count(), Is.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_torn_last_line_is_no_error_and_is_told(bool strict)
    {
        for (var length = 1; length < Trace.Length; length++)
        {
            var reading = Reading.Text(Trace + "\n" + Trace[..length], new() { Strict = strict });
            Assert.That(reading.Spans.Count(), Is.EqualTo(1));
            Assert.That(reading.File.TornBytes, Is.EqualTo(length));
            Assert.That(reading.Errors, Is.Empty);
        }
    }

    [Test]
    public void A_file_of_one_torn_line_is_told_so()
    {
        Assert.That(Reading.Text(Trace[..100]).File.TornBytes, Is.EqualTo(100));
    }

    [Test]
    public void A_last_line_of_zeros_as_a_power_loss_leaves_it_is_torn()
    {
        var reading = Reading.Text(Trace + "\n" + Trace[..20] + "\0\0\0\0");
        Assert.That(reading.File.TornBytes, Is.EqualTo(24));
        Assert.That(reading.Errors, Is.Empty);
    }

    [TestCase(2000)]
    [TestCase(2_000_000)]
    public void A_line_over_the_limit_is_an_error_and_the_next_is_read(int length)
    {
        var longLine = Span($"\"name\":\"{new string('x', length)}\"");
        var reading = Reading.Text(Trace + "\n" + longLine + "\n" + Trace + "\n", new() { MaxRecordBytes = 1024 });
        Assert.That(reading.Errors.Single(), Is.EqualTo("test:2: the line is longer than 1024 bytes (MaxRecordBytes)"));
        Assert.That(reading.Spans.Count(), Is.EqualTo(2));
    }

    [Test]
    public void A_pretty_printed_document_over_the_limit_is_an_error()
    {
        var text = Pretty(Span($"\"name\":\"{new string('x', 500_000)}\"")) + "\n" + Pretty(Trace) + "\n";
        var reading = Reading.Text(text, new() { MaxRecordBytes = 10_000 });
        Assert.That(reading.Report.ErrorCount, Is.GreaterThan(0));
        Assert.That(reading.Spans.Count(), Is.EqualTo(1));
    }

    [Test]
    public void Rows_that_would_take_more_memory_than_a_document_may_are_refused()
    {
        var text =
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + string.Join(',', Enumerable.Repeat("{}", 600_000)) + "]}]}]}\n" + Trace;
        var reading = Reading.Text(text);
        Assert.That(reading.Errors.Single(), Does.StartWith("test:1: the document holds more than about 256 MB of rows"));
        Assert.That(reading.Spans.Count(), Is.EqualTo(1));
    }

    [Test]
    public void Nested_unfinished_documents_do_not_make_reading_quadratic()
    {
        // each line opens a document of its own that never closes
        var text = string.Concat(Enumerable.Repeat("{\n\"a\":\n", 50_000));
        var reading = Reading.Text(text);
        Assert.That(reading.Report.ErrorCount, Is.GreaterThan(0));
        Assert.That(reading.Rows, Is.Empty);
    }

    [Test]
    public void Only_so_many_errors_are_listed_and_all_are_counted()
    {
        var reading = Reading.Text(string.Concat(Enumerable.Repeat("x\n", 5000)));
        Assert.That(reading.Report.Errors, Has.Count.EqualTo(TelemetryReadReport.MaxListedErrors));
        Assert.That(reading.Report.ErrorCount, Is.EqualTo(5000));
    }

    [Test]
    public void Broken_framed_messages_are_named_and_the_next_ones_are_read()
    {
        var bytes = Frame(Proto.Message(Proto.Span()), [0x0A, 0x7F, 1], Utf8("{oops"), Utf8(Trace), [0x28, 0xB5, 0x2F, 0xFD, 1, 2]);
        var reading = Reading.Bytes([.. bytes, 0, 0, 1, 0, 9]);
        Assert.That(
            reading.Errors.Take(2),
            Is.EqualTo(
                new[]
                {
                    "test:2: the bytes are no OTLP protobuf message",
                    "test:3: a property name in double quotes is expected, at byte 2 of the message",
                }
            )
        );
        Assert.That(reading.Report.Errors[2].Line, Is.EqualTo(5));
        Assert.That(reading.Spans.Count(), Is.EqualTo(2));
        Assert.That(reading.File.TornBytes, Is.EqualTo(5));
    }

    [Test]
    public void A_framed_message_over_the_limit_is_stepped_over()
    {
        var bytes = Frame(Utf8(Trace), new byte[900_000], Utf8(Trace));
        var reading = Reading.Bytes(bytes, new() { MaxRecordBytes = 10_000 });
        Assert.That(reading.Errors.Single(), Does.StartWith("test:2: the message has 900000 bytes"));
        Assert.That(reading.Spans.Count(), Is.EqualTo(2));
    }

    [Test]
    public void A_zstd_message_may_not_grow_without_bound()
    {
        if (Zstd([]) is null)
            return;
        var reading = Reading.Bytes(Frame(Zstd(new byte[50_000_000])!, Utf8(Trace)), new() { MaxRecordBytes = 1_000_000 });
        Assert.That(reading.Errors.Single(), Does.Contain("longer than 1000000 bytes when decompressed"));
        Assert.That(reading.Spans.Count(), Is.EqualTo(1));
    }

    [Test]
    public void Broken_compression_is_an_error_and_what_came_before_is_read()
    {
        var lines = Utf8(string.Concat(Enumerable.Repeat(Trace + "\n", 20_000)));
        foreach (var bytes in new[] { Gzip(lines), Zstd(lines) })
        {
            if (bytes is null)
                continue;
            var cut = Reading.Bytes(bytes[..(bytes.Length / 2)]);
            Assert.That(cut.Spans.Count(), Is.GreaterThan(0));
            Assert.That(cut.Report.ErrorCount + cut.File.TornBytes, Is.GreaterThan(0), "a cut-off file must not look whole");
            bytes[bytes.Length / 2] ^= 0xFF;
            bytes[(bytes.Length / 2) + 1] ^= 0xFF;
            var broken = Reading.Bytes(bytes);
            Assert.That(broken.Report.ErrorCount + broken.File.TornBytes, Is.GreaterThan(0));
        }
    }

    [Test]
    public void A_file_that_is_compressed_twice_is_refused()
    {
        Assert.That(Reading.Bytes(Gzip(Gzip(Utf8(Trace)))).Errors.Single(), Does.Contain("compressed twice"));
    }
}
