using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Parquet.Sinks;

namespace OtelPipeline.Exporter.Parquet.Conversion;

internal sealed class LogConverter : RowConverter<LogRecord, EventRow>
{
    private const string DefaultCategory = "Microsoft.Extensions.Logging";

    private static readonly Func<object, ScopeInfo> ToScope = static key => CreateScope((string)key);

    private readonly Action<LogRecordScope, EventRow> _addScope;

    public LogConverter() => _addScope = AddScope;

    public override void Convert(LogRecord record, ParquetSink<EventRow> sink)
    {
        var (number, text) = Severity(record.LogLevel);
        var body = record.FormattedMessage ?? record.Body;
        var row = new EventRow
        {
            Resource = Resource,
            Scope = Scope(record.CategoryName is { Length: > 0 } category ? category : DefaultCategory, ToScope),
            TimeUnixNano = Attributes.UnixNano(record.Timestamp),
            ObservedTimeUnixNano = Attributes.UnixNano(record.ObservedTimestamp),
            SeverityNumber = number,
            SeverityText = text,
            EventName = record.EventId.Name is { Length: > 0 } name ? name : null,
            Body = body is null ? default(AttributeValue) : body,
        };
        if (record.TraceId != default)
        {
            row.TraceId = Attributes.TraceId(record.TraceId);
            row.SpanId = Attributes.SpanId(record.SpanId);
            row.Flags = (uint)record.TraceFlags;
        }

        AddAttributes(record, body, row);
        record.ForEachScope(_addScope, row);
        sink.Add(row);
    }

    private static (int Number, string? Text) Severity(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => (1, "Trace"),
            LogLevel.Debug => (5, "Debug"),
            LogLevel.Information => (9, "Information"),
            LogLevel.Warning => (13, "Warning"),
            LogLevel.Error => (17, "Error"),
            LogLevel.Critical => (21, "Critical"),
            _ => (0, null),
        };

    private static void AddAttributes(LogRecord record, string? body, EventRow row)
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

                Add(row, key, value);
            }
        }

        if (record.Exception is not { } exception)
            return;
        // https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
        if (!hasType)
            Add(row, "exception.type", exception.GetType().FullName);
        if (!hasMessage)
            Add(row, "exception.message", exception.Message);
        if (!hasStackTrace)
            Add(row, "exception.stacktrace", exception);
    }

    private void AddScope(LogRecordScope scope, EventRow row)
    {
        foreach (var (key, value) in scope)
        {
            if (key is { Length: > 0 } and not "{OriginalFormat}")
                Add(row, key, Clean(key, value));
        }
    }

    private static void Add(EventRow row, string key, object? value)
    {
        var dropped = row.DroppedAttributesCount;
        Attributes.Add(row.Attributes, key, value, ref dropped);
        row.DroppedAttributesCount = dropped;
    }
}
