using System.Buffers;
using System.Text.Json;

namespace OtelPipeline.Data.Json;

/// <summary>
/// The pieces of an OTLP/JSON line. What opens here is closed by another piece, so parts of them are written past the JSON writer.
/// See <see href="https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto"/>.
/// </summary>
internal sealed class OtlpRecords(Utf8JsonWriter json)
{
    private readonly OtlpJson _parts = new(json);

    /// <summary><c>{"resourceSpans":[{"resource":{…},"scopeSpans":[</c></summary>
    public void LineHead(TelemetryRow row, ArrayBufferWriter<byte> output)
    {
        output.Write(
            row switch
            {
                SpanRow => "{\"resourceSpans\":[{\"resource\":"u8,
                EventRow => "{\"resourceLogs\":[{\"resource\":"u8,
                _ => "{\"resourceMetrics\":[{\"resource\":"u8,
            }
        );
        json.WriteStartObject();
        _parts.Attributes("attributes", row.Resource.Attributes, row.Resource.DroppedAttributesCount);
        json.WriteEndObject();
        json.Flush();
        output.Write(
            row switch
            {
                SpanRow => ",\"scopeSpans\":["u8,
                EventRow => ",\"scopeLogs\":["u8,
                _ => ",\"scopeMetrics\":["u8,
            }
        );
    }

    /// <summary>Closes the records, the scope, the resource and the line.</summary>
    public void LineTail(TelemetryRow row, ArrayBufferWriter<byte> output)
    {
        output.Write(row is MetricPointRow ? "]}}]}]"u8 : "]}]"u8);
        if (row.Resource.SchemaUrl is { } schema)
        {
            output.Write(",\"schemaUrl\":"u8);
            json.WriteStringValue(schema);
            json.Flush();
        }

        output.Write("}]}\n"u8);
    }

    /// <summary><c>{"scope":{…},"schemaUrl":…,"spans":[</c></summary>
    public void ScopeHead(TelemetryRow row, ArrayBufferWriter<byte> output)
    {
        var scope = row.Scope;
        output.Write("{\"scope\":"u8);
        json.WriteStartObject();
        if (scope.Name.Length > 0)
            json.WriteString("name", scope.Name);
        if (scope.Version is not null)
            json.WriteString("version", scope.Version);
        _parts.Attributes("attributes", scope.Attributes, scope.DroppedAttributesCount);
        json.WriteEndObject();
        json.Flush();
        if (scope.SchemaUrl is not null)
        {
            output.Write(",\"schemaUrl\":"u8);
            json.Reset();
            json.WriteStringValue(scope.SchemaUrl);
            json.Flush();
        }

        output.Write(
            row switch
            {
                SpanRow => ",\"spans\":["u8,
                EventRow => ",\"logRecords\":["u8,
                _ => ",\"metrics\":["u8,
            }
        );
    }

    /// <summary><c>{"name":…,"sum":{…,"dataPoints":[</c></summary>
    public void MetricHead(MetricPointRow row, ArrayBufferWriter<byte> output)
    {
        output.Write("{\"name\":"u8);
        json.WriteStringValue(row.MetricName);
        json.Flush();
        Text(",\"description\":"u8, row.Description, output);
        Text(",\"unit\":"u8, row.Unit, output);
        if (row.Metadata.Count > 0)
        {
            output.Write(",\"metadata\":"u8);
            json.Reset();
            _parts.Pairs(row.Metadata);
            json.Flush();
        }

        output.Write(
            row.MetricType switch
            {
                MetricType.Sum => ",\"sum\":{"u8,
                MetricType.Histogram => ",\"histogram\":{"u8,
                MetricType.ExponentialHistogram => ",\"exponentialHistogram\":{"u8,
                MetricType.Summary => ",\"summary\":{"u8,
                _ => ",\"gauge\":{"u8,
            }
        );
        output.Write(
            row.Temporality switch
            {
                AggregationTemporality.Delta => "\"aggregationTemporality\":1,"u8,
                AggregationTemporality.Cumulative => "\"aggregationTemporality\":2,"u8,
                _ => default,
            }
        );
        if (row.IsMonotonic)
            output.Write("\"isMonotonic\":true,"u8);
        output.Write("\"dataPoints\":["u8);
    }

    public void Record(TelemetryRow row, ArrayBufferWriter<byte> output)
    {
        json.WriteStartObject();
        switch (row)
        {
            case SpanRow span:
                Span(span);
                break;
            case EventRow record:
                Event(record);
                break;
            case MetricPointRow point:
                OtlpPoint.Write(json, _parts, point);
                break;
        }

        json.WriteEndObject();
    }

    private void Span(SpanRow span)
    {
        _parts.Ids(span.TraceId, span.SpanId);
        if (!span.ParentSpanId.IsEmpty)
            json.WriteString("parentSpanId", span.ParentSpanId.ToString());
        if (span.TraceState is not null)
            json.WriteString("traceState", span.TraceState);
        if (span.Flags != 0)
            json.WriteNumber("flags", span.Flags);
        json.WriteString("name", span.Name);
        if (span.Kind != SpanKind.Unspecified)
            json.WriteNumber("kind", (int)span.Kind);
        _parts.Number("startTimeUnixNano", span.StartTimeUnixNano);
        _parts.Number("endTimeUnixNano", span.EndTimeUnixNano);
        _parts.Attributes("attributes", span.Attributes, span.DroppedAttributesCount);
        if (span.Events.Count > 0)
        {
            json.WritePropertyName("events");
            _parts.Events(span.Events);
        }

        if (span.DroppedEventsCount > 0)
            json.WriteNumber("droppedEventsCount", span.DroppedEventsCount);
        if (span.Links.Count > 0)
        {
            json.WritePropertyName("links");
            _parts.Links(span.Links);
        }

        if (span.DroppedLinksCount > 0)
            json.WriteNumber("droppedLinksCount", span.DroppedLinksCount);
        if (span.StatusCode == SpanStatusCode.Unset && span.StatusMessage is null)
            return;
        json.WriteStartObject("status");
        if (span.StatusCode != SpanStatusCode.Unset)
            json.WriteNumber("code", (int)span.StatusCode);
        if (span.StatusMessage is not null)
            json.WriteString("message", span.StatusMessage);
        json.WriteEndObject();
    }

    private void Event(EventRow record)
    {
        if (record.TimeUnixNano != 0)
            _parts.Number("timeUnixNano", record.TimeUnixNano);
        if (record.ObservedTimeUnixNano != 0)
            _parts.Number("observedTimeUnixNano", record.ObservedTimeUnixNano);
        if (record.SeverityNumber != 0)
            json.WriteNumber("severityNumber", record.SeverityNumber);
        if (record.SeverityText is not null)
            json.WriteString("severityText", record.SeverityText);
        if (record.EventName is not null)
            json.WriteString("eventName", record.EventName);
        if (record.Body.Kind != AttributeKind.Empty)
        {
            json.WritePropertyName("body");
            _parts.AnyValue(record.Body);
        }

        _parts.Ids(record.TraceId, record.SpanId);
        if (record.Flags != 0)
            json.WriteNumber("flags", record.Flags);
        _parts.Attributes("attributes", record.Attributes, record.DroppedAttributesCount);
    }

    private void Text(ReadOnlySpan<byte> name, string? value, ArrayBufferWriter<byte> output)
    {
        if (value is null)
            return;
        output.Write(name);
        json.Reset();
        json.WriteStringValue(value);
        json.Flush();
    }
}
