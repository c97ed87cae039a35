using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>Log records and events as flat lines: <c>event_type</c> is the event name.</summary>
internal sealed class FlatLogFormat(TimeProvider time, bool text) : FlatRecordFormat<LogRecord>(time, text)
{
    private const string OriginalFormat = "{OriginalFormat}";

    private static readonly Action<LogRecordScope, FlatFields> AddScope = (scope, fields) =>
    {
        foreach (var (key, value) in scope)
        {
            if (key is { Length: > 0 } and not OriginalFormat)
                fields.Add(key, fields.Redaction is null ? value : fields.Redaction(key, value));
        }
    };

    protected override void Fill(FlatRecord record, LogRecord item)
    {
        record.Utc = item.Timestamp;
        record.Level = Name(item.LogLevel);
        record.EventType = item.EventId.Name;
        record.Message = item.FormattedMessage ?? item.Body;
        record.TraceId = item.TraceId;
        record.SpanId = item.SpanId;
        record.Category = item.CategoryName;
        record.Within = item.SpanId == default ? null : FlatLogProcessor.Find(item.TraceId, item.SpanId);

        // inner scopes over outer ones, the record's own attributes over both
        var fields = record.Fields;
        item.ForEachScope(AddScope, fields);
        if (item.Exception is { } exception)
        {
            var type = exception.GetType().FullName;
            fields.Set(FlatField.ErrorType, type);
            fields.Set(FlatField.ExceptionType, type);
            fields.Set(FlatField.ExceptionMessage, exception.Message);
            fields.Set(FlatField.ExceptionStackTrace, exception);
        }

        // a batch processor keeps attributes in a list, which is cheaper to walk as a span
        if (item.Attributes is List<KeyValuePair<string, object?>> list)
        {
            foreach (ref readonly var attribute in CollectionsMarshal.AsSpan(list))
            {
                if (attribute.Key is not OriginalFormat)
                    fields.Add(attribute.Key, attribute.Value);
            }
        }
        else if (item.Attributes is { } attributes)
        {
            for (var i = 0; i < attributes.Count; i++)
            {
                if (attributes[i].Key is not OriginalFormat)
                    fields.Add(attributes[i].Key, attributes[i].Value);
            }
        }
    }

    private static string Name(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => nameof(LogLevel.Trace),
            LogLevel.Debug => nameof(LogLevel.Debug),
            LogLevel.Information => nameof(LogLevel.Information),
            LogLevel.Warning => nameof(LogLevel.Warning),
            LogLevel.Error => nameof(LogLevel.Error),
            _ => nameof(LogLevel.Critical),
        };
}
