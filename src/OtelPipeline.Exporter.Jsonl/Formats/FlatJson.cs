using System.Diagnostics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>One record as one flat JSON object; fields that are not known are absent.</summary>
internal static class FlatJson
{
    private const int MaxSpans = 16;

    public static void Write(JsonBuffer json, FlatRecord record, ProcessFields process)
    {
        json.Raw("{\"timestamp\":"u8);
        json.Rfc3339(record.Utc);
        json.Raw(",\"level\":"u8);
        json.String(record.Level);
        Text(json, ",\"event_type\":"u8, record.EventType);
        Text(json, ",\"message\":"u8, record.Message);
        if (record.TraceId != default)
        {
            json.Raw(",\"trace_id\":"u8);
            json.TraceId(record.TraceId);
            json.Raw(",\"span_id\":"u8);
            json.SpanId(record.SpanId);
        }

        if (record.ParentSpanId != default)
        {
            json.Raw(",\"parent_span_id\":"u8);
            json.SpanId(record.ParentSpanId);
        }

        var fields = record.Fields;
        if (fields.AnyPromoted)
            WritePromoted(json, fields, FlatField.RunId, FlatField.Engine);
        WriteStatus(json, record);
        if (fields.AnyPromoted)
            WritePromoted(json, fields, FlatField.ErrorType, FlatField.CacheResult);
        json.Raw(process.Memory);
        if (fields.TryGet(FlatField.User, out var user))
            Value(json, ",\"user\":"u8, user);
        else
            Text(json, ",\"user\":"u8, process.Owner);
        Text(json, ",\"category\":"u8, record.Category);
        if (fields.AnyPromoted)
            WritePromoted(json, fields, FlatField.Function, FlatField.ThreadName);
        if (record.Within is { } within)
            WriteSpanNames(json, within);
        if (fields.AnyPromoted)
            WriteException(json, fields);
        WriteAttributes(json, fields);
        if (record.Span is { } span)
            FlatSpanParts.Write(json, span);
        json.Byte((byte)'}');
    }

    private static void Text(JsonBuffer json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        json.Raw(name);
        json.String(value);
    }

    private static void Value(JsonBuffer json, ReadOnlySpan<byte> name, object? value)
    {
        var start = json.Position;
        json.Raw(name);
        if (!FlatValue.TryWrite(json, value))
            json.Position = start;
    }

    private static void WritePromoted(JsonBuffer json, FlatFields fields, FlatField first, FlatField last)
    {
        for (var field = first; field <= last; field++)
        {
            if (fields.TryGet(field, out var value))
                Value(json, Name(field), value);
        }
    }

    private static ReadOnlySpan<byte> Name(FlatField field) =>
        field switch
        {
            FlatField.RunId => ",\"run_id\":"u8,
            FlatField.Pipeline => ",\"pipeline\":"u8,
            FlatField.Node => ",\"node\":"u8,
            FlatField.NodeType => ",\"node_type\":"u8,
            FlatField.Layer => ",\"layer\":"u8,
            FlatField.Engine => ",\"engine\":"u8,
            FlatField.ErrorType => ",\"error_type\":"u8,
            FlatField.CacheResult => ",\"cache_result\":"u8,
            FlatField.Function => ",\"function\":"u8,
            FlatField.File => ",\"file\":"u8,
            FlatField.Line => ",\"line\":"u8,
            FlatField.ThreadId => ",\"thread_id\":"u8,
            FlatField.ThreadName => ",\"thread_name\":"u8,
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "This field has a writer of its own."),
        };

    private static void WriteStatus(JsonBuffer json, FlatRecord record)
    {
        var fields = record.Fields;
        if (fields.TryGet(FlatField.NodeResult, out var result) || fields.TryGet(FlatField.RunResult, out result))
        {
            Value(json, ",\"status\":"u8, result);
            Text(json, ",\"status_code\":"u8, record.Status);
        }
        else
            Text(json, ",\"status\":"u8, record.Status);
        Text(json, ",\"status_message\":"u8, record.StatusMessage);
        if (record.Duration is not { } duration)
            return;
        json.Raw(",\"duration_ms\":"u8);
        json.Milliseconds(duration);
    }

    /// <summary>Outermost first; the outermost of very deep nestings are left out.</summary>
    private static void WriteSpanNames(JsonBuffer json, Activity innermost)
    {
        var names = new Names();
        var count = 0;
        for (var span = innermost; span is not null && count < MaxSpans; span = span.Parent)
            names[count++] = span.DisplayName;
        json.Raw(",\"spans\":["u8);
        for (var i = count - 1; i >= 0; i--)
        {
            json.String(names[i]);
            if (i > 0)
                json.Byte((byte)',');
        }

        json.Byte((byte)']');
    }

    private static void WriteException(JsonBuffer json, FlatFields fields)
    {
        var known = fields.TryGet(FlatField.ExceptionType, out var type);
        known |= fields.TryGet(FlatField.ExceptionMessage, out var message);
        known |= fields.TryGet(FlatField.ExceptionStackTrace, out var stackTrace);
        if (!known)
            return;
        json.Raw(",\"exception\":{\"type\":"u8);
        if (!FlatValue.TryWrite(json, type))
            json.Raw("null"u8);
        if (message is not null)
            Value(json, ",\"message\":"u8, message);
        if (stackTrace is not null)
            Value(json, ",\"stacktrace\":"u8, stackTrace);
        json.Byte((byte)'}');
    }

    private static void WriteAttributes(JsonBuffer json, FlatFields fields)
    {
        var both = fields.TryGet(FlatField.NodeResult, out _) && fields.TryGet(FlatField.RunResult, out _);
        if (fields.Items.Length == 0 && !both)
            return;
        json.Raw(",\"attributes\":{"u8);
        var first = true;
        var dropped = 0;
        foreach (ref readonly var item in fields.Items)
        {
            if (item.Place >= 0 && json.TryMember(ref fields.Names.Text(item.Place, first, out var length), length, item.Value))
                first = false;
            else if (!FlatValue.TryWriteMember(json, ref first, item.Key, item.Value))
                dropped++;
        }

        // `status` is the node's result; the run's is not lost beside it
        if (both && fields.TryGet(FlatField.RunResult, out var run))
            FlatValue.TryWriteMember(json, ref first, "pipeline.run.result", run);
        json.Byte((byte)'}');
        if (dropped == 0)
            return;
        json.Raw(",\"dropped_attributes_count\":"u8);
        json.Int(dropped);
    }

    [System.Runtime.CompilerServices.InlineArray(MaxSpans)]
    private struct Names
    {
        private string _first;
    }
}
