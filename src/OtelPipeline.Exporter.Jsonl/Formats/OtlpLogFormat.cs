using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Log records and events as OTLP/JSON
/// (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto).
/// </summary>
internal sealed class OtlpLogFormat : OtlpRecordFormat<LogRecord>
{
    private const string DefaultCategory = "Microsoft.Extensions.Logging";

    private readonly Action<LogRecordScope, JsonBuffer> _writeScope;
    private bool _first;
    private int _dropped;

    public OtlpLogFormat()
        : base("Logs", "logRecords") => _writeScope = WriteScope;

    protected override object Scope(LogRecord record) => record.CategoryName is { Length: > 0 } category ? category : DefaultCategory;

    protected override byte[] WriteHeader(object scope) => Lines.ScopeHeader((string)scope);

    protected override void WriteRecord(JsonBuffer json, LogRecord record)
    {
        json.Raw("{\"timeUnixNano\":"u8);
        json.UnixNano(record.Timestamp);
        json.Raw(",\"observedTimeUnixNano\":"u8);
        json.UnixNano(record.ObservedTimestamp);
        WriteSeverity(json, record.LogLevel);
        if (record.EventId.Name is { Length: > 0 } eventName)
        {
            json.Raw(",\"eventName\":"u8);
            json.String(eventName);
        }

        var body = record.FormattedMessage ?? record.Body;
        if (body is not null)
        {
            json.Raw(",\"body\":{\"stringValue\":"u8);
            json.String(body);
            json.Byte((byte)'}');
        }

        if (record.TraceId != default)
        {
            json.Raw(",\"traceId\":"u8);
            json.TraceId(record.TraceId);
            json.Raw(",\"spanId\":"u8);
            json.SpanId(record.SpanId);
            json.Raw(",\"flags\":"u8);
            json.Int((int)record.TraceFlags);
        }

        _first = true;
        _dropped = 0;
        json.Raw(",\"attributes\":["u8);
        WriteAttributes(json, record, body);
        record.ForEachScope(_writeScope, json);
        json.Byte((byte)']');
        OtlpLines.WriteDropped(json, _dropped);
        json.Byte((byte)'}');
    }

    private static void WriteSeverity(JsonBuffer json, LogLevel level) =>
        json.Raw(
            level switch
            {
                LogLevel.Trace => ",\"severityNumber\":1,\"severityText\":\"Trace\""u8,
                LogLevel.Debug => ",\"severityNumber\":5,\"severityText\":\"Debug\""u8,
                LogLevel.Information => ",\"severityNumber\":9,\"severityText\":\"Information\""u8,
                LogLevel.Warning => ",\"severityNumber\":13,\"severityText\":\"Warning\""u8,
                LogLevel.Error => ",\"severityNumber\":17,\"severityText\":\"Error\""u8,
                LogLevel.Critical => ",\"severityNumber\":21,\"severityText\":\"Critical\""u8,
                _ => default,
            }
        );

    private void WriteAttributes(JsonBuffer json, LogRecord record, string? body)
    {
        bool hasType = false,
            hasMessage = false,
            hasStackTrace = false;
        if (record.Attributes is { } attributes)
        {
            for (var i = 0; i < attributes.Count; i++)
            {
                var (key, value) = attributes[i];
                switch (key)
                {
                    // the template is an attribute only where the body is the text made from it
                    case "{OriginalFormat}" when ReferenceEquals(value, body):
                        continue;
                    case "exception.type":
                        hasType = true;
                        break;
                    case "exception.message":
                        hasMessage = true;
                        break;
                    case "exception.stacktrace":
                        hasStackTrace = true;
                        break;
                }

                Write(json, key, value);
            }
        }

        if (record.Exception is not { } exception)
            return;
        // https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
        if (!hasType)
            Write(json, "exception.type", exception.GetType().FullName);
        if (!hasMessage)
            Write(json, "exception.message", exception.Message);
        if (!hasStackTrace)
            Write(json, "exception.stacktrace", exception);
    }

    private void WriteScope(LogRecordScope scope, JsonBuffer json)
    {
        foreach (var (key, value) in scope)
        {
            if (key is { Length: > 0 } and not "{OriginalFormat}")
                Write(json, key, json.Clean(key, value));
        }
    }

    private void Write(JsonBuffer json, string key, object? value)
    {
        if (!OtlpValue.TryWriteAttribute(json, ref _first, key, value))
            _dropped++;
    }
}
