using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

/// <summary>Every leniency: what the writer did, what is counted, and what the row then holds.</summary>
internal sealed class LeniencyTests
{
    [TestCase(
        """
            "traceId":"0102030405060708090A0B0C0D0E0F10"
            """,
        "UpperCaseHex 1",
        "trace 0102030405060708090a0b0c0d0e0f10"
    )]
    [TestCase(
        """
            "traceId":"AQIDBAUGBwgJCgsMDQ4PEA=="
            """,
        "Base64Id 1",
        "trace 0102030405060708090a0b0c0d0e0f10"
    )]
    [TestCase(
        """
            "traceId":"AQIDBAUGBwgJCgsMDQ4PEA"
            """,
        "Base64Id 1",
        "trace 0102030405060708090a0b0c0d0e0f10"
    )]
    [TestCase(
        """
            "traceId":"/\/-_BAUGBwgJCgsMDQ4P+A"
            """,
        "Base64Id 1",
        "trace ffffbf0405060708090a0b0c0d0e0ff8"
    )]
    [TestCase(
        """
            "traceId":"ABC"
            """,
        "InvalidId 1",
        ""
    )]
    [TestCase(
        """
            "traceId":""
            """,
        "",
        ""
    )]
    [TestCase(
        """
            "traceId":null
            """,
        "Null 1",
        ""
    )]
    [TestCase(
        """
            "traceId":17
            """,
        "WrongType 1",
        ""
    )]
    [TestCase(
        """
            "startTimeUnixNano":1000,"endTimeUnixNano":3000
            """,
        "NumberForInt64 2",
        "start 1000, duration 2000"
    )]
    [TestCase(
        """
            "startTimeUnixNano":1e3,"endTimeUnixNano":"3000.0"
            """,
        "NumberForInt64 1",
        "start 1000, duration 2000"
    )]
    [TestCase(
        """
            "startTimeUnixNano":"1000"
            """,
        "MissingEndTime 1",
        "start 1000"
    )]
    [TestCase(
        """
            "endTimeUnixNano":"99999999999999999999"
            """,
        "NumberOutOfRange 1",
        "duration 9223372036854775807"
    )]
    [TestCase(
        """
            "endTimeUnixNano":"-5"
            """,
        "NumberOutOfRange 1",
        ""
    )]
    [TestCase(
        """
            "endTimeUnixNano":"soon"
            """,
        "InvalidNumber 1",
        ""
    )]
    [TestCase(
        """
            "kind":"SPAN_KIND_SERVER"
            """,
        "EnumName 1",
        "kind Server"
    )]
    [TestCase(
        """
            "kind":"server"
            """,
        "EnumName 1",
        "kind Server"
    )]
    [TestCase(
        """
            "kind":"2"
            """,
        "StringForNumber 1",
        "kind Server"
    )]
    [TestCase(
        """
            "kind":"SPAN_KIND_INVALID_TYPE"
            """,
        "InvalidEnum 1",
        ""
    )]
    [TestCase(
        """
            "kind":17
            """,
        "InvalidEnum 1",
        ""
    )]
    [TestCase(
        """
            "kind":1.5
            """,
        "InvalidNumber 1",
        ""
    )]
    [TestCase(
        """
            "trace_id":"0102030405060708090a0b0c0d0e0f10","end_time_unix_nano":"7"
            """,
        "SnakeCaseKey 2",
        "trace 0102030405060708090a0b0c0d0e0f10, duration 7"
    )]
    [TestCase(
        """
            "name":"a","name":"b"
            """,
        "DuplicateKey 1",
        "name b"
    )]
    [TestCase(
        """
            "attributes":[{"key":"a"}],"attributes":[{"key":"b"}]
            """,
        "DuplicateKey 1",
        "attributes {\"a\":null,\"b\":null}"
    )]
    [TestCase(
        """
            "name":null,"attributes":null,"events":null,"status":null,"flags":null
            """,
        "Null 5",
        ""
    )]
    [TestCase(
        """
            "name":{},"attributes":7,"events":"x","status":[],"flags":true
            """,
        "WrongType 5",
        ""
    )]
    [TestCase(
        """
            "attributes":{"a":1,"b":{"c":[true,null,"x",1.5]}}
            """,
        "AttributesAsObject 1",
        "attributes {\"a\":1,\"b\":{\"c\":[true,null,\"x\",1.5]}}"
    )]
    [TestCase(
        """
            "attributes":[{"key":"a","value":"x"},{"key":"b","value":5}]
            """,
        "PlainValue 2",
        "attributes {\"a\":\"x\",\"b\":5}"
    )]
    [TestCase(
        """
            "attributes":[{"key":"a","value":{"bytesValue":"*"}}]
            """,
        "InvalidBytes 1",
        "attributes {\"a\":null}"
    )]
    [TestCase(
        """
            "attributes":[{"key":"a","value":{"intValue":5}},{"key":"b","value":{"doubleValue":"1.5"}}]
            """,
        "NumberForInt64 1, StringForNumber 1",
        "attributes {\"a\":5,\"b\":1.5}"
    )]
    [TestCase(
        """
            "attributes":[{"key":"a","value":{"doubleValue":1e999}}]
            """,
        "NumberOutOfRange 1",
        "attributes {\"a\":\"Infinity\"}"
    )]
    [TestCase(
        """
            "name":"\ud800x\udc00"
            """,
        "LoneSurrogate 2",
        "name \ufffdx\ufffd"
    )]
    [TestCase(
        """
            "flags":5000000000
            """,
        "NumberOutOfRange 1",
        "flags 4294967295"
    )]
    [TestCase(
        """
            "futureField":{"deep":[1,{"x":"y"}]},"name":"n"
            """,
        "",
        "name n"
    )]
    [TestCase(
        """
            "n\u0061me":"\u0061\n\/\ud83d\ude00"
            """,
        "",
        "name a\n/\U0001F600"
    )]
    public void A_span_is_read_and_its_oddity_counted(string properties, string forgiven, string expected)
    {
        var reading = Reading.Text(Span(properties.Trim()));
        Assert.Multiple(() =>
        {
            Assert.That(reading.Errors, Is.Empty);
            Assert.That(reading.Forgiven, Is.EqualTo(forgiven));
            Assert.That(Describe(reading.Spans.Single()), Is.EqualTo(expected));
        });
    }

    [Test]
    public void Invalid_utf8_is_replaced_and_counted()
    {
        var bytes = Utf8(Span("\"name\":\"a?b\""));
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
        var reading = Reading.Bytes(bytes);
        Assert.That(reading.Spans.Single().Name, Is.EqualTo("a\ufffdb"));
        Assert.That(reading.Forgiven, Is.EqualTo("InvalidUtf8 1"));
    }

    [TestCase("Spans", "spans", "resourceSpans")]
    [TestCase("Logs", "logRecords", "resourceLogs")]
    public void The_old_names_of_scopes_are_understood(string signal, string records, string root)
    {
        var reading = Reading.Text(
            $$$"""{"{{{root}}}":[{"instrumentationLibrary{{{signal}}}":[{"instrumentationLibrary":{"name":"old"},"{{{records}}}":[{}]}]}]}"""
        );
        Assert.That(reading.Rows.Single().Scope.Name, Is.EqualTo("old"));
        Assert.That(reading.Forgiven, Is.EqualTo("InstrumentationLibrary 2"));
    }

    [Test]
    public void A_document_that_is_no_telemetry_is_counted()
    {
        var reading = Reading.Text("{\"invalid\":\"not otlp json\"}\n{}\n");
        Assert.That(reading.Forgiven, Is.EqualTo("UnknownDocument 2"));
        Assert.That(reading.Errors, Is.Empty);
    }

    [Test]
    public void What_is_forgiven_in_a_broken_line_is_not_counted()
    {
        var reading = Reading.Text(Span("\"name\":null") + "\n" + Span("\"name\":null,oops") + "\n");
        Assert.That(reading.Forgiven, Is.EqualTo("Null 1"));
        Assert.That(reading.Report.ErrorCount, Is.EqualTo(1));
    }

    [Test]
    public void A_resource_that_is_forgiven_something_is_forgiven_it_on_every_line()
    {
        const string Line =
            """{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"intValue":1}}]},"scopeSpans":[{"spans":[{}]}]}]}""";
        Assert.That(Reading.Text($"{Line}\n{Line}\n{Line}\n").Forgiven, Is.EqualTo("NumberForInt64 3"));
    }

    private static string Describe(SpanRow span)
    {
        var parts = new List<string>();
        Add("trace", span.TraceId.IsEmpty ? "" : span.TraceId);
        Add("start", span.StartTimeUnixNano);
        Add("duration", span.DurationNano);
        Add("kind", span.Kind == SpanKind.Unspecified ? "" : span.Kind);
        Add("name", span.Name);
        Add("flags", span.Flags);
        Add("attributes", span.Attributes.Count == 0 ? "" : new AttributeValue(span.Attributes));
        return string.Join(", ", parts);

        void Add(string name, object value)
        {
            if (value.ToString() is not ("" or "0"))
                parts.Add($"{name} {value}");
        }
    }
}
