using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

/// <summary>That rows hold what files say, field by field.</summary>
internal sealed class ValueTests
{
    [TestCase("""{"stringValue":"x"}""", AttributeKind.String, "x")]
    [TestCase("""{"stringValue":""}""", AttributeKind.String, "")]
    [TestCase("""{"boolValue":true}""", AttributeKind.Boolean, "true")]
    [TestCase("""{"boolValue":false}""", AttributeKind.Boolean, "false")]
    [TestCase("""{"intValue":"-9223372036854775808"}""", AttributeKind.Int64, "-9223372036854775808")]
    [TestCase("""{"intValue":"9223372036854775807"}""", AttributeKind.Int64, "9223372036854775807")]
    [TestCase("""{"doubleValue":0.1}""", AttributeKind.Double, "0.1")]
    [TestCase("""{"doubleValue":5e-324}""", AttributeKind.Double, "5E-324")]
    [TestCase("""{"doubleValue":1.7976931348623157e308}""", AttributeKind.Double, "1.7976931348623157E+308")]
    [TestCase("""{"doubleValue":-0.0}""", AttributeKind.Double, "-0")]
    [TestCase("""{"doubleValue":5}""", AttributeKind.Double, "5")]
    [TestCase("""{"doubleValue":"NaN"}""", AttributeKind.Double, "NaN")]
    [TestCase("""{"doubleValue":"Infinity"}""", AttributeKind.Double, "Infinity")]
    [TestCase("""{"doubleValue":"-Infinity"}""", AttributeKind.Double, "-Infinity")]
    [TestCase("""{"bytesValue":"AQL/"}""", AttributeKind.Bytes, "AQL/")]
    [TestCase("""{"bytesValue":""}""", AttributeKind.Bytes, "")]
    [TestCase("""{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"a"},{}]}}""", AttributeKind.Array, "[1,\"a\",null]")]
    [TestCase("""{"arrayValue":{}}""", AttributeKind.Array, "[]")]
    [TestCase(
        """{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}},{"key":"a","value":{"doubleValue":"NaN"}}]}}""",
        AttributeKind.KeyValues,
        "{\"a\":1,\"a\":\"NaN\"}"
    )]
    [TestCase("""{}""", AttributeKind.Empty, "")]
    public void An_attribute_value_of_each_type_is_read(string json, AttributeKind kind, string text)
    {
        foreach (var document in new[] { Attribute(json), Pretty(Attribute(json)) })
        {
            var reading = Reading.Text(document);
            var value = reading.Spans.Single().Attributes["k"];
            Assert.That(value.Kind, Is.EqualTo(kind));
            Assert.That(value.ToString(), Is.EqualTo(text));
            Assert.That(reading.Forgiven, Is.EqualTo(document[1] == '\n' ? "MultiLineDocument 1" : ""));
        }
    }

    [Test]
    public void Attributes_keep_their_order_and_what_is_there_twice()
    {
        var span = Reading
            .Text(
                Span(
                    """
                    "attributes":[{"key":"b","value":{"intValue":"1"}},{"key":"a"},{"key":"b","value":{"intValue":"2"}},{"key":"","value":{"boolValue":true}}]
                    """
                )
            )
            .Spans.Single();
        Assert.That(span.Attributes.Select(pair => pair.Key), Is.EqualTo(new[] { "b", "a", "b", "" }));
        Assert.That(span.Attributes["b"].AsInt64(), Is.EqualTo(1));
        Assert.That(span.Attributes[2].Value.AsInt64(), Is.EqualTo(2));
    }

    [Test]
    public void Ten_thousand_attributes_and_ten_megabytes_are_read()
    {
        var attributes = string.Join(
            ',',
            Enumerable.Range(0, 10_000).Select(i => $$$"""{"key":"k{{{i}}}","value":{"intValue":"{{{i}}}"}}""")
        );
        var big = new string('x', 10_000_000);
        var reading = Reading.Text(
            Span($$$""" "attributes":[{{{attributes}}},{"key":"big","value":{"stringValue":"{{{big}}}"}}] """) + "\n" + Trace
        );
        var spans = reading.Spans.ToArray();
        Assert.That(spans[0].Attributes, Has.Count.EqualTo(10_001));
        Assert.That(spans[0].Attributes["k9999"].AsInt64(), Is.EqualTo(9999));
        Assert.That(spans[0].Attributes["big"].AsString(), Has.Length.EqualTo(10_000_000));
        Assert.That(spans[1].Attributes, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_span_is_read_from_protobuf_field_by_field()
    {
        var span = Reading.Bytes(Frame(Proto.Message(Proto.Span()))).Spans.Single();
        Assert.Multiple(() =>
        {
            Assert.That(span.TraceId.ToString(), Is.EqualTo("0102030405060708090a0b0c0d0e0f10"));
            Assert.That(span.SpanId.ToString(), Is.EqualTo("0102030405060708"));
            Assert.That(span.ParentSpanId.ToString(), Is.EqualTo("1112131415161718"));
            Assert.That(span.TraceState, Is.EqualTo("state"));
            Assert.That(span.Name, Is.EqualTo("a"));
            Assert.That(span.Kind, Is.EqualTo(SpanKind.Client));
            Assert.That(span.StartTimeUnixNano, Is.EqualTo(1000));
            Assert.That(span.EndTimeUnixNano, Is.EqualTo(3000));
            Assert.That(
                new AttributeValue(span.Attributes).ToString(),
                Is.EqualTo("""{"s":"v","b":true,"i":-5,"d":1.5,"a":["x",null],"m":{"y":"z"},"y":"AQL/"}""")
            );
            Assert.That(span.DroppedAttributesCount, Is.EqualTo(4));
            Assert.That(span.Events.Single().Name, Is.EqualTo("e"));
            Assert.That(span.Events.Single().TimeUnixNano, Is.EqualTo(1500));
            Assert.That(span.DroppedEventsCount, Is.EqualTo(5));
            Assert.That(span.Links.Single().SpanId.ToString(), Is.EqualTo("2122232425262728"));
            Assert.That(span.DroppedLinksCount, Is.EqualTo(6));
            Assert.That(span.StatusCode, Is.EqualTo(SpanStatusCode.Error));
            Assert.That(span.StatusMessage, Is.EqualTo("bad"));
            Assert.That(span.Flags, Is.EqualTo(257));
            Assert.That(span.Resource.ServiceName, Is.EqualTo("etl"));
            Assert.That(span.Resource.SchemaUrl, Is.EqualTo("resource-schema"));
            Assert.That(span.Scope.Name, Is.EqualTo("lib"));
            Assert.That(span.Scope.SchemaUrl, Is.EqualTo("scope-schema"));
        });
    }

    [Test]
    public void A_log_record_is_read_from_protobuf_field_by_field()
    {
        var record = Reading.Bytes(Frame(Proto.Message(Proto.LogRecord()))).Events.Single();
        Assert.Multiple(() =>
        {
            Assert.That(record.TimeUnixNano, Is.EqualTo(5));
            Assert.That(record.ObservedTimeUnixNano, Is.EqualTo(6));
            Assert.That(record.SeverityNumber, Is.EqualTo(9));
            Assert.That(record.SeverityText, Is.EqualTo("Info"));
            Assert.That(record.Body.AsString(), Is.EqualTo("hello"));
            Assert.That(record.EventName, Is.EqualTo("event"));
            Assert.That(record.Attributes["k"].AsString(), Is.EqualTo("v"));
            Assert.That(record.DroppedAttributesCount, Is.EqualTo(1));
            Assert.That(record.Flags, Is.EqualTo(1));
            Assert.That(record.SpanId.ToString(), Is.EqualTo("0102030405060708"));
        });
    }

    [Test]
    public void Metric_points_of_all_types_are_read_from_protobuf()
    {
        var points = Reading
            .Bytes(Frame(Proto.Message(Proto.Gauge(), Proto.Sum(), Proto.Histogram(), Proto.ExponentialHistogram(), Proto.Summary())))
            .MetricPoints.ToArray();
        CheckPoints(points);
        Assert.That(points[2].Exemplars.Single().ValueDouble, Is.EqualTo(1.25));
    }

    [Test]
    public void Metric_points_of_all_types_are_read_from_json()
    {
        var points = Reading
            .Text(
                """
                {"resourceMetrics":[{"scopeMetrics":[{"metrics":[
                {"gauge":{"dataPoints":[{"timeUnixNano":"5","asDouble":2.5,"attributes":[{"key":"k","value":{"stringValue":"v"}}]}]},"unit":"s","name":"g"},
                {"name":"sum","sum":{"dataPoints":[{"timeUnixNano":"5","asInt":"7"}],"aggregationTemporality":2,"isMonotonic":true}},
                {"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"5","count":"3","sum":6,"bucketCounts":["1","2"],"explicitBounds":[10],"min":1,"max":4,"exemplars":[{"timeUnixNano":"4","asDouble":1.25}]}]}},
                {"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"5","count":"3","scale":-3,"zeroCount":"1","zeroThreshold":0.5,"positive":{"offset":2,"bucketCounts":["1","128"]}}]}},
                {"name":"q","summary":{"dataPoints":[{"timeUnixNano":"5","count":"3","sum":6,"quantileValues":[{"quantile":0.5,"value":2}]}]}}
                ]}]}]}
                """
            )
            .MetricPoints.ToArray();
        CheckPoints(points);
    }

    private static void CheckPoints(MetricPointRow[] points)
    {
        Assert.Multiple(() =>
        {
            Assert.That(points.Select(point => point.MetricName), Is.EqualTo(new[] { "g", "sum", "h", "e", "q" }));
            Assert.That(
                points.Select(point => point.MetricType),
                Is.EqualTo(
                    new[] { MetricType.Gauge, MetricType.Sum, MetricType.Histogram, MetricType.ExponentialHistogram, MetricType.Summary }
                )
            );
            Assert.That(points.Select(point => point.TimeUnixNano), Is.All.EqualTo(5));
            Assert.That(points[0].ValueDouble, Is.EqualTo(2.5));
            Assert.That(points[0].Unit, Is.EqualTo("s"));
            Assert.That(points[0].Count, Is.Null);
            Assert.That(points[0].Attributes["k"].AsString(), Is.EqualTo("v"));
            Assert.That(points[1].ValueInt, Is.EqualTo(7));
            Assert.That(points[1].Temporality, Is.EqualTo(AggregationTemporality.Cumulative));
            Assert.That(points[1].IsMonotonic);
            Assert.That(points[2].Count, Is.EqualTo(3));
            Assert.That(points[2].Sum, Is.EqualTo(6));
            Assert.That(points[2].Min, Is.EqualTo(1));
            Assert.That(points[2].Max, Is.EqualTo(4));
            Assert.That(points[2].BucketCounts, Is.EqualTo(new[] { 1L, 2L }));
            Assert.That(points[2].ExplicitBounds, Is.EqualTo(new[] { 10.0 }));
            Assert.That(points[2].Temporality, Is.EqualTo(AggregationTemporality.Delta));
            Assert.That(points[3].Scale, Is.EqualTo(-3));
            Assert.That(points[3].ZeroCount, Is.EqualTo(1));
            Assert.That(points[3].ZeroThreshold, Is.EqualTo(0.5));
            Assert.That(points[3].PositiveOffset, Is.EqualTo(2));
            Assert.That(points[3].PositiveBucketCounts, Is.EqualTo(new[] { 1L, 128L }));
            Assert.That(points[3].NegativeOffset, Is.Null);
            Assert.That(points[4].Quantiles, Is.EqualTo(new[] { new QuantileValue(0.5, 2) }));
        });
    }

    [Test]
    public void A_metric_whose_name_and_description_look_like_ids_is_still_a_metric()
    {
        byte[] metric = new Proto()
            .Text(1, "a.name.of.16.chr")
            .Text(2, "8 chars.")
            .Bytes(7, new Proto().Bytes(1, new Proto().Fixed64(3, 5).Fixed64(6, 7)));
        Assert.That(Reading.Bytes(Frame(Proto.Message(metric))).MetricPoints.Single().MetricName, Is.EqualTo("a.name.of.16.chr"));
    }

    [Test]
    public void Resources_and_scopes_are_shared_by_the_rows_of_many_lines()
    {
        var spans = Reading.Text(string.Concat(Enumerable.Repeat(Trace + "\n", 3))).Spans.ToArray();
        Assert.That(spans.Select(span => span.Resource), Is.All.SameAs(spans[0].Resource));
        Assert.That(spans.Select(span => span.Scope), Is.All.SameAs(spans[0].Scope));
    }

    [Test]
    public void Schema_urls_come_with_resource_and_scope_wherever_they_stand()
    {
        const string Text =
            """{"resourceSpans":[{"schemaUrl":"r","scopeSpans":[{"spans":[{}],"schemaUrl":"s","scope":{"name":"x"}}],"resource":{"droppedAttributesCount":2}}]}""";
        var span = Reading.Text(Text).Spans.Single();
        Assert.That((span.Resource.SchemaUrl, span.Scope.SchemaUrl, span.Scope.Name), Is.EqualTo(("r", "s", "x")));
        Assert.That(span.Resource.DroppedAttributesCount, Is.EqualTo(2));
    }
}
