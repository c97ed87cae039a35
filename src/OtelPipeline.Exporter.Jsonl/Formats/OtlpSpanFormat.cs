using System.Diagnostics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Spans as OTLP/JSON (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto).
/// </summary>
internal sealed class OtlpSpanFormat() : OtlpRecordFormat<Activity>("Spans", "spans")
{
    // https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto, SpanFlags
    private const int HasIsRemote = 0x100;
    private const int IsRemote = 0x200;

    protected override object Scope(Activity record) => record.Source;

    protected override byte[] WriteHeader(object scope)
    {
        var source = (ActivitySource)scope;
        return Lines.ScopeHeader(source.Name, source.Version, source.Tags, source.TelemetrySchemaUrl);
    }

    protected override void WriteRecord(JsonBuffer json, Activity record)
    {
        json.Raw("{\"traceId\":"u8);
        json.TraceId(record.TraceId);
        json.Raw(",\"spanId\":"u8);
        json.SpanId(record.SpanId);
        if (record.ParentSpanId != default)
        {
            json.Raw(",\"parentSpanId\":"u8);
            json.SpanId(record.ParentSpanId);
        }

        if (record.TraceStateString is { Length: > 0 } traceState)
        {
            json.Raw(",\"traceState\":"u8);
            json.String(traceState);
        }

        json.Raw(",\"flags\":"u8);
        json.Int((int)record.ActivityTraceFlags | HasIsRemote | (record.HasRemoteParent ? IsRemote : 0));
        json.Raw(",\"name\":"u8);
        json.String(record.DisplayName);
        json.Raw(",\"kind\":"u8);
        json.Int((int)record.Kind + 1);
        var start = JsonBuffer.ToUnixNano(record.StartTimeUtc);
        json.Raw(",\"startTimeUnixNano\":"u8);
        json.QuotedInt(start);
        json.Raw(",\"endTimeUnixNano\":"u8);
        json.QuotedInt(start + ((ulong)record.Duration.Ticks * 100));
        WriteAttributes(json, record, out var status, out var message);
        WriteEvents(json, record);
        WriteLinks(json, record);
        WriteStatus(json, status, message);
        json.Byte((byte)'}');
    }

    private static void WriteAttributes(JsonBuffer json, Activity record, out ActivityStatusCode status, out string? message)
    {
        status = record.Status;
        message = record.StatusDescription;
        var first = true;
        var dropped = 0;
        json.Raw(",\"attributes\":["u8);
        foreach (ref readonly var tag in record.EnumerateTagObjects())
        {
            // the two tags carried the status before Activity.Status existed; OpenTelemetry's own exporters map them as well
            if (status == ActivityStatusCode.Unset && tag is { Key: "otel.status_code", Value: string code })
            {
                status = ToStatus(code);
                continue;
            }

            if (tag.Key is "otel.status_code")
                continue;
            if (tag.Key is "otel.status_description")
            {
                message ??= tag.Value as string;
                continue;
            }

            if (!OtlpValue.TryWriteAttribute(json, ref first, tag.Key, tag.Value))
                dropped++;
        }

        json.Byte((byte)']');
        OtlpLines.WriteDropped(json, dropped);
    }

    private static ActivityStatusCode ToStatus(string code) =>
        code.Equals("ERROR", StringComparison.OrdinalIgnoreCase) ? ActivityStatusCode.Error
        : code.Equals("OK", StringComparison.OrdinalIgnoreCase) ? ActivityStatusCode.Ok
        : ActivityStatusCode.Unset;

    private static void WriteStatus(JsonBuffer json, ActivityStatusCode status, string? message)
    {
        if (status == ActivityStatusCode.Unset)
            return;
        json.Raw(status == ActivityStatusCode.Error ? ",\"status\":{\"code\":2"u8 : ",\"status\":{\"code\":1"u8);
        if (status == ActivityStatusCode.Error && message is { Length: > 0 })
        {
            json.Raw(",\"message\":"u8);
            json.String(message);
        }

        json.Byte((byte)'}');
    }

    private static void WriteEvents(JsonBuffer json, Activity record)
    {
        var written = 0;
        var dropped = 0;
        foreach (ref readonly var item in record.EnumerateEvents())
        {
            var start = json.Position;
            if (json.Full)
            {
                dropped++;
                continue;
            }

            json.Raw(written == 0 ? ",\"events\":[{\"timeUnixNano\":"u8 : ",{\"timeUnixNano\":"u8);
            json.UnixNano(item.Timestamp.UtcDateTime);
            json.Raw(",\"name\":"u8);
            json.String(json.Clean("", item.Name) as string);
            WriteTags(json, item.EnumerateTagObjects());
            json.Byte((byte)'}');
            if (json.Tight)
            {
                json.Position = start;
                dropped++;
            }
            else
                written++;
        }

        if (written > 0)
            json.Byte((byte)']');
        if (dropped > 0)
        {
            json.Raw(",\"droppedEventsCount\":"u8);
            json.Int(dropped);
        }
    }

    private static void WriteLinks(JsonBuffer json, Activity record)
    {
        var written = 0;
        var dropped = 0;
        foreach (ref readonly var link in record.EnumerateLinks())
        {
            var start = json.Position;
            if (json.Full)
            {
                dropped++;
                continue;
            }

            var context = link.Context;
            json.Raw(written == 0 ? ",\"links\":[{\"traceId\":"u8 : ",{\"traceId\":"u8);
            json.TraceId(context.TraceId);
            json.Raw(",\"spanId\":"u8);
            json.SpanId(context.SpanId);
            if (context.TraceState is { Length: > 0 } traceState)
            {
                json.Raw(",\"traceState\":"u8);
                json.String(traceState);
            }

            json.Raw(",\"flags\":"u8);
            json.Int((int)context.TraceFlags | HasIsRemote | (context.IsRemote ? IsRemote : 0));
            WriteTags(json, link.EnumerateTagObjects());
            json.Byte((byte)'}');
            if (json.Tight)
            {
                json.Position = start;
                dropped++;
            }
            else
                written++;
        }

        if (written > 0)
            json.Byte((byte)']');
        if (dropped > 0)
        {
            json.Raw(",\"droppedLinksCount\":"u8);
            json.Int(dropped);
        }
    }

    private static void WriteTags(JsonBuffer json, Activity.Enumerator<KeyValuePair<string, object?>> tags)
    {
        json.Raw(",\"attributes\":["u8);
        var first = true;
        var dropped = 0;
        foreach (ref readonly var tag in tags)
        {
            if (!OtlpValue.TryWriteAttribute(json, ref first, tag.Key, json.Clean(tag.Key, tag.Value)))
                dropped++;
        }

        json.Byte((byte)']');
        OtlpLines.WriteDropped(json, dropped);
    }
}
