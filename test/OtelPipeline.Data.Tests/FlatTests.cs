namespace OtelPipeline.Data.Tests;

internal sealed class FlatTests
{
    [Test]
    public void A_flat_event_becomes_an_event_row()
    {
        var reading = Reading.Text(
            """
            {"timestamp":"2026-11-20T10:15:30.123456789Z","level":"Warning","event_type":"pipeline.node.retry","message":"again","trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"0102030405060708","run_id":"r1","pipeline":"etl","node":"load","node_type":"source","layer":"bronze","engine":"duckdb","status":"failure","duration_ms":12.5,"error_type":"timeout","cache_result":"hit","memory_mb":512,"user":"me","category":"OtelPipeline","function":"Load","file":"Load.cs","line":42,"thread_id":7,"thread_name":"worker","spans":["run etl","node load"],"exception":"boom","attributes":{"rows":10,"ratio":0.5,"tags":["a","b"],"nested":{"x":null}},"extra":"kept"}
            """
        );
        var row = reading.Events.Single();
        Assert.Multiple(() =>
        {
            Assert.That(reading.Forgiven, Is.Empty);
            Assert.That(row.TimeUnixNano, Is.EqualTo(1_795_169_730_123_456_789));
            Assert.That(row.SeverityNumber, Is.EqualTo(13));
            Assert.That(row.SeverityText, Is.EqualTo("Warning"));
            Assert.That(row.EventName, Is.EqualTo("pipeline.node.retry"));
            Assert.That(row.Body.AsString(), Is.EqualTo("again"));
            Assert.That(row.TraceId.ToString(), Is.EqualTo("0102030405060708090a0b0c0d0e0f10"));
            Assert.That(row.SpanId.ToString(), Is.EqualTo("0102030405060708"));
            Assert.That(row.Scope.Name, Is.EqualTo("OtelPipeline"));
            Assert.That(
                new AttributeValue(row.Attributes).ToString(),
                Is.EqualTo(
                    """{"pipeline.run.id":"r1","pipeline.name":"etl","pipeline.node.name":"load","pipeline.node.type":"source","pipeline.node.layer":"bronze","pipeline.node.engine":"duckdb","error.type":"timeout","pipeline.cache.result":"hit","memory_mb":512,"process.owner":"me","code.function.name":"Load","code.file.path":"Load.cs","code.line.number":42,"thread.id":7,"thread.name":"worker","spans":["run etl","node load"],"exception.stacktrace":"boom","rows":10,"ratio":0.5,"tags":["a","b"],"nested":{"x":null},"extra":"kept","pipeline.node.result":"failure","duration_ms":12.5}"""
                )
            );
        });
    }

    [Test]
    public void A_flat_span_becomes_a_span_row()
    {
        var row = Reading
            .Text(
                """{"timestamp":"2026-11-20T10:15:30Z","trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"0102030405060708","parent_span_id":"1112131415161718","name":"node load","kind":1,"status":"error","duration_ms":1.5,"service_name":"etl","attributes":{"a":1}}"""
            )
            .Spans.Single();
        Assert.Multiple(() =>
        {
            Assert.That(row.Name, Is.EqualTo("node load"));
            Assert.That(row.Kind, Is.EqualTo(SpanKind.Internal));
            Assert.That(row.StatusCode, Is.EqualTo(SpanStatusCode.Error));
            Assert.That(row.DurationNano, Is.EqualTo(1_500_000));
            Assert.That(row.StartTimeUnixNano, Is.EqualTo(1_795_169_730_000_000_000));
            Assert.That(row.ParentSpanId.ToString(), Is.EqualTo("1112131415161718"));
            Assert.That(row.Resource.ServiceName, Is.EqualTo("etl"));
            Assert.That(row.Attributes["a"].AsInt64(), Is.EqualTo(1));
        });
    }

    [Test]
    public void An_event_type_of_span_makes_a_span()
    {
        var row = Reading
            .Text("""{"timestamp":"2026-11-20T10:15:30Z","event_type":"span","message":"run etl","duration_ms":1}""")
            .Spans.Single();
        Assert.That((row.Name, row.DurationNano), Is.EqualTo(("run etl", 1_000_000)));
    }

    [Test]
    public void A_flat_span_has_its_kind_status_events_and_links()
    {
        var reading = Reading.Text(
            """
            {"timestamp":"2026-11-20T10:15:30Z","event_type":"span","message":"a","node":"n","status":"failure","status_code":"error","duration_ms":1,"attributes":{"k":1},"dropped_attributes_count":2,"kind":"client","events":[{"timestamp":"2026-11-20T10:15:30.000000001Z","name":"retry","attributes":{"n":1}}],"links":[{"trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"0102030405060708","attributes":{"l":[1]}}]}
            {"timestamp":"2026-11-20T10:15:30Z","event_type":"span","message":"no span, but an event of this name","events":[1]}
            """
        );
        var span = reading.Spans.Single();
        Assert.Multiple(() =>
        {
            Assert.That(reading.Forgiven, Is.Empty);
            Assert.That((span.Kind, span.StatusCode, span.DroppedAttributesCount), Is.EqualTo((SpanKind.Client, SpanStatusCode.Error, 2u)));
            Assert.That(span.Attributes["pipeline.node.result"].AsString(), Is.EqualTo("failure"));
            Assert.That(
                span.Events.Select(item => (item.Name, item.TimeUnixNano, item.Attributes["n"].AsInt64())),
                Is.EqualTo(new[] { ("retry", 1_795_169_730_000_000_001, 1L) })
            );
            Assert.That(
                span.Links.Select(link => $"{link.TraceId} {link.SpanId} {link.Attributes["l"]}"),
                Is.EqualTo(new[] { "0102030405060708090a0b0c0d0e0f10 0102030405060708 [1]" })
            );
            Assert.That(reading.Events.Single().EventName, Is.EqualTo("span"));
        });
    }

    [Test]
    public void A_flat_exception_is_text_or_its_three_attributes()
    {
        var reading = Reading.Text(
            """
            {"timestamp":"2026-11-20T10:15:30Z","message":"a","exception":{"type":null,"message":"m","stacktrace":"s"}}
            {"timestamp":"2026-11-20T10:15:30Z","message":"b","exception":"boom"}
            """
        );
        Assert.That(
            reading.Events.Select(row => new AttributeValue(row.Attributes).ToString()),
            Is.EqualTo(new[] { """{"exception.message":"m","exception.stacktrace":"s"}""", """{"exception.stacktrace":"boom"}""" })
        );
    }

    [Test]
    public void A_flat_metric_becomes_a_metric_point()
    {
        var reading = Reading.Text(
            """
            {"timestamp":"2026-11-20T10:15:30Z","metric_name":"m","metric_type":"sum","unit":"s","temporality":"delta","is_monotonic":true,"value_int":7,"attributes":{"k":"v"}}
            {"timestamp":"2026-11-20T10:15:30Z","metric_name":"h","metric_type":"histogram","count":3,"sum":6,"min":1,"max":4,"explicit_bounds":[10],"bucket_counts":[1,2]}
            {"timestamp":"2026-11-20T10:15:30Z","metric_name":"e","metric_type":"exponential_histogram","start_timestamp":"2026-11-20T10:15:29Z","scale":-1,"zero_count":1,"zero_threshold":0.5,"positive_offset":-2,"positive_bucket_counts":[3],"negative_offset":4,"negative_bucket_counts":[5,6]}
            """
        );
        var points = reading.MetricPoints.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(reading.Forgiven, Is.Empty);
            Assert.That((points[0].MetricType, points[0].ValueInt, points[0].Unit), Is.EqualTo((MetricType.Sum, 7L, "s")));
            Assert.That((points[0].Temporality, points[0].IsMonotonic), Is.EqualTo((AggregationTemporality.Delta, true)));
            Assert.That(points[0].Attributes["k"].AsString(), Is.EqualTo("v"));
            Assert.That((points[1].MetricType, points[1].Count, points[1].Max), Is.EqualTo((MetricType.Histogram, 3L, 4.0)));
            Assert.That(points[1].BucketCounts, Is.EqualTo(new[] { 1L, 2L }));
            var e = points[2];
            Assert.That(e.StartTimeUnixNano, Is.EqualTo(1_795_169_729_000_000_000));
            Assert.That((e.Scale, e.ZeroCount, e.ZeroThreshold), Is.EqualTo((-1, 1L, 0.5)));
            Assert.That((e.PositiveOffset, e.NegativeOffset, e.Attributes.Count), Is.EqualTo((-2, 4, 0)));
            Assert.That((e.PositiveBucketCounts.Single(), e.NegativeBucketCounts.Sum()), Is.EqualTo((3L, 11L)));
        });
    }

    [TestCase("2026-11-20T10:15:30Z", 1_795_169_730_000_000_000)]
    [TestCase("2026-11-20t10:15:30.5z", 1_795_169_730_500_000_000)]
    [TestCase("2026-11-20 11:15:30+01:00", 1_795_169_730_000_000_000)]
    [TestCase("2026-11-20T04:45:30.000000001-05:30", 1_795_169_730_000_000_001)]
    [TestCase("1969-12-31T23:59:59.999999999Z", -1)]
    [TestCase("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000)]
    [TestCase("2024-02-29T00:00:00.1234567891234Z", 1_709_164_800_123_456_789)]
    public void A_timestamp_is_read_to_the_nanosecond(string text, long expected)
    {
        var reading = Reading.Text($$"""{"timestamp":"{{text}}","message":"x"}""");
        Assert.That(reading.Events.Single().TimeUnixNano, Is.EqualTo(expected));
        Assert.That(reading.Forgiven, Is.Empty);
    }

    [TestCase("2026-11-20")]
    [TestCase("2026-11-20T10:15:30")]
    [TestCase("2026-13-20T10:15:30Z")]
    [TestCase("2025-02-29T10:15:30Z")]
    [TestCase("2026-11-20T24:15:30Z")]
    [TestCase("2026-11-20T10:15:30.Z")]
    [TestCase("2026-11-20T10:15:30+1:00")]
    [TestCase("20x6-11-20T10:15:30Z")]
    [TestCase("9999-11-20T10:15:30Z")]
    public void A_timestamp_that_is_none_is_counted(string text)
    {
        var reading = Reading.Text($$"""{"timestamp":"{{text}}","message":"x"}""");
        Assert.That(reading.Events.Single().TimeUnixNano, Is.Zero);
        Assert.That(reading.Forgiven, Is.EqualTo("InvalidTimestamp 1"));
    }

    [Test]
    public void Records_of_changing_shape_are_read_right()
    {
        var reading = Reading.Text(
            """
            {"timestamp":"2026-11-20T10:15:30Z","message":"1","attributes":{"a":1,"b":2}}
            {"message":"2","attributes":{"b":3}}
            {"timestamp":"2026-11-20T10:15:30Z","message":"3","attributes":{"a":4,"c":{"b":5}},"pipeline":"p"}
            { "timestamp" : "2026-11-20T10:15:30Z" , "message" : "4" , "attributes" : { "a" : 6 , "b" : 7 } }
            """
        );
        Assert.That(
            reading.Events.Select(row => $"{row.Body} {new AttributeValue(row.Attributes)}"),
            Is.EqualTo(
                new[] { "1 {\"a\":1,\"b\":2}", "2 {\"b\":3}", "3 {\"a\":4,\"c\":{\"b\":5},\"pipeline.name\":\"p\"}", "4 {\"a\":6,\"b\":7}" }
            )
        );
    }

    [Test]
    public void An_enum_name_that_does_not_exist_is_counted()
    {
        var reading = Reading.Text(
            """
            {"metric_name":"m","metric_type":"unheard_of"}
            {"message":"x","severity_number":"SEVERITY_NUMBER_SEVERITY_NUMBER_INFO"}
            """
        );
        Assert.That(reading.Rows, Has.Count.EqualTo(2));
        Assert.That(reading.Forgiven, Is.EqualTo("InvalidEnum 2"));
    }

    [Test]
    public void The_schema_names_what_the_reader_reads()
    {
        Assert.That(
            string.Join(' ', TelemetrySchema.Flat.Select(property => property.Name)),
            Is.EqualTo(
                "timestamp level event_type message trace_id span_id run_id pipeline node node_type layer engine status duration_ms error_type "
                    + "cache_result memory_mb user category function file line thread_id thread_name spans exception attributes"
            )
        );
    }

    [Test]
    public void Column_names_are_unique_and_promoted_columns_name_their_attributes()
    {
        foreach (var table in new[] { TelemetrySchema.Spans, TelemetrySchema.Logs, TelemetrySchema.Metrics })
        {
            Assert.That(table.Select(column => column.Name), Is.Unique);
            Assert.That(table.Where(column => column.AttributeKeys.Count > 0), Is.EqualTo(TelemetrySchema.Promoted));
        }
    }
}
