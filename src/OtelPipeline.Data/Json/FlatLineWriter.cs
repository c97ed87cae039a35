using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OtelPipeline.Data.Json;

/// <summary>Writes a row as one flat object, in the names and the order of <see cref="FlatField"/>.</summary>
internal sealed class FlatLineWriter : TelemetryJsonWriter
{
    // in the order of the line; `status` stands between engine and error_type, `category` between user and function
    private static readonly FlatField[] BeforeStatus =
    [
        FlatField.RunId,
        FlatField.Pipeline,
        FlatField.Node,
        FlatField.NodeType,
        FlatField.Layer,
        FlatField.Engine,
    ];
    private static readonly FlatField[] AfterStatus = [FlatField.ErrorType, FlatField.CacheResult, FlatField.User];
    private static readonly FlatField[] AfterCategory =
    [
        FlatField.Function,
        FlatField.File,
        FlatField.Line,
        FlatField.ThreadId,
        FlatField.ThreadName,
    ];
    private static readonly (FlatField Field, string Name, string Key)[] Promoted =
    [
        .. from field in (FlatField[])[.. BeforeStatus, .. AfterStatus, .. AfterCategory]
        select (field, FieldNames.SnakeCase(field.ToString()), FlatAttributes.Key(field)!),
    ];
    private static readonly string[] ExceptionParts = ["type", "message", "stacktrace"];

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public FlatLineWriter(Stream stream)
        : base(stream) =>
        _json = new Utf8JsonWriter(
            _line,
            new JsonWriterOptions
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                SkipValidation = true,
                MaxDepth = 1024,
            }
        );

    public override void Write(TelemetryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _line.ResetWrittenCount();
        _json.Reset();
        _written.Clear();
        _json.WriteStartObject();
        switch (row)
        {
            case SpanRow span:
                Span(span);
                break;
            case EventRow record:
                Event(record);
                break;
            case MetricPointRow point:
                FlatPoint.Write(_json, point);
                Origin(row);
                Attributes(row.Attributes);
                break;
        }

        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        WriteLine(_line.WrittenSpan);
    }

    // a row is a line: nothing waits
    public override void Flush() { }

    private protected override void Dispose(bool disposing)
    {
        _json.Dispose();
        base.Dispose(disposing);
    }

    private void Span(SpanRow span)
    {
        var failed = span.StatusCode == SpanStatusCode.Error;
        _json.WriteString("timestamp", UnixTime.Text(span.StartTimeUnixNano));
        _json.WriteString("level", failed ? "Error" : "Information");
        _json.WriteString("event_type", "span");
        _json.WriteString("message", span.Name);
        Ids(span.TraceId, span.SpanId);
        if (!span.ParentSpanId.IsEmpty)
            _json.WriteString("parent_span_id", span.ParentSpanId.ToString());
        if (span.TraceState is not null)
            _json.WriteString("trace_state", span.TraceState);
        Fields(span.Attributes, BeforeStatus);
        var status =
            failed ? "error"
            : span.StatusCode == SpanStatusCode.Ok ? "ok"
            : null;
        if (Status(span.Attributes))
            Text("status_code", status);
        else
            Text("status", status);
        Text("status_message", span.StatusMessage);
        _json.WritePropertyName("duration_ms");
        _json.WriteRawValue(UnixTime.Milliseconds(span.DurationNano), skipInputValidation: true);
        Fields(span.Attributes, AfterStatus);
        Origin(span);
        Fields(span.Attributes, AfterCategory);
        Exception(span.Attributes);
        Attributes(span.Attributes);
        if (span.DroppedAttributesCount > 0)
            _json.WriteNumber("dropped_attributes_count", span.DroppedAttributesCount);
        // the usual kind is left out
        if (span.Kind != SpanKind.Internal)
            _json.WriteString("kind", OtlpEnums.SpanKind.Names[Math.Clamp((int)span.Kind, 0, 5)].ToLowerInvariant());
        SpanParts(span);
    }

    private void Event(EventRow record)
    {
        _json.WriteString("timestamp", UnixTime.Text(record.TimestampUnixNano));
        Text("level", record.SeverityText ?? LevelOf(record.SeverityNumber));
        Text("event_type", record.EventName);
        if (record.Body.Kind != AttributeKind.Empty)
        {
            _json.WritePropertyName("message");
            FlatValues.Write(_json, record.Body);
        }

        Ids(record.TraceId, record.SpanId);
        Fields(record.Attributes, BeforeStatus);
        Status(record.Attributes);
        Fields(record.Attributes, AfterStatus);
        Origin(record);
        Fields(record.Attributes, AfterCategory);
        Exception(record.Attributes);
        Attributes(record.Attributes);
        if (record.DroppedAttributesCount > 0)
            _json.WriteNumber("dropped_attributes_count", record.DroppedAttributesCount);
        if (
            record.SeverityNumber != 0
            && FlatEnums.Severity(record.SeverityText ?? LevelOf(record.SeverityNumber)) != record.SeverityNumber
        )
            _json.WriteNumber("severity_number", record.SeverityNumber);
    }

    private void SpanParts(SpanRow span)
    {
        if (span.Events.Count > 0)
        {
            _json.WriteStartArray("events");
            foreach (var item in span.Events)
            {
                _json.WriteStartObject();
                _json.WriteString("timestamp", UnixTime.Text(item.TimeUnixNano));
                _json.WriteString("name", item.Name);
                FlatValues.WriteObject(_json, "attributes", item.Attributes);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        if (span.Links.Count == 0)
            return;
        _json.WriteStartArray("links");
        foreach (var link in span.Links)
        {
            _json.WriteStartObject();
            Ids(link.TraceId, link.SpanId);
            FlatValues.WriteObject(_json, "attributes", link.Attributes);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    /// <summary>
    /// The result of the node, or of the run where no node is named: so a reader knows which of them it is. The other stays an attribute.
    /// </summary>
    private bool Status(AttributeList attributes)
    {
        var key = attributes.TryGet("pipeline.node.name", out _) ? FlatAttributes.NodeResult : FlatAttributes.RunResult;
        // a word that is a status of spans would be read as one
        if (attributes.GetString(key) is not { } result || FlatEnums.Status(result) >= 0)
            return false;
        _json.WriteString("status", result);
        _written.Add(key);
        return true;
    }

    private void Fields(AttributeList attributes, FlatField[] fields)
    {
        foreach (var (field, name, key) in Promoted)
        {
            if (Array.IndexOf(fields, field) < 0 || !attributes.TryGet(key, out var value) || value.Kind == AttributeKind.Empty)
                continue;
            _json.WritePropertyName(name);
            FlatValues.Write(_json, value);
            _written.Add(key);
        }
    }

    private void Origin(TelemetryRow row)
    {
        Text("service_name", row.Resource.ServiceName);
        Text("service_namespace", row.Resource.ServiceNamespace);
        Text("service_version", row.Resource.ServiceVersion);
        Text("service_instance_id", row.Resource.ServiceInstanceId);
        Text("category", row.Scope.Name.Length == 0 ? null : row.Scope.Name);
        Text("scope_version", row.Scope.Version);
    }

    private void Exception(AttributeList attributes)
    {
        var any = false;
        foreach (var part in ExceptionParts)
        {
            if (!attributes.TryGet("exception." + part, out var value) || value.Kind == AttributeKind.Empty)
                continue;
            if (!any)
                _json.WriteStartObject("exception");
            any = true;
            _json.WritePropertyName(part);
            FlatValues.Write(_json, value);
            _written.Add("exception." + part);
        }

        if (any)
            _json.WriteEndObject();
    }

    private void Attributes(AttributeList attributes)
    {
        var any = false;
        foreach (var (key, value) in attributes)
        {
            // JSON readers disagree about objects that name a key twice: the first counts
            if (!_written.Add(key))
                continue;
            if (!any)
                _json.WriteStartObject("attributes");
            any = true;
            _json.WritePropertyName(key);
            FlatValues.Write(_json, value);
        }

        if (any)
            _json.WriteEndObject();
    }

    private void Ids(TraceId traceId, SpanId spanId)
    {
        if (!traceId.IsEmpty)
            _json.WriteString("trace_id", traceId.ToString());
        if (!spanId.IsEmpty)
            _json.WriteString("span_id", spanId.ToString());
    }

    private void Text(string name, string? value)
    {
        if (value is not null)
            _json.WriteString(name, value);
    }

    private static string? LevelOf(int severity) => TelemetryLevel.Of(severity) is { Length: > 0 } level ? level : null;
}
