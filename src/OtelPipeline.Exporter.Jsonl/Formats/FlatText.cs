namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>One record as a line for people: time, level, message, status, attributes. Control characters are escaped as in JSON.</summary>
internal static class FlatText
{
    public static void Write(JsonBuffer json, FlatRecord record)
    {
        json.Rfc3339Text(record.Utc);
        json.Byte((byte)' ');
        json.Text(record.Level.PadRight(11));
        json.Byte((byte)' ');
        json.Text(Cut(record.Message ?? record.EventType));
        var fields = record.Fields;
        if (record.Duration is { } duration)
        {
            json.Byte((byte)' ');
            json.Milliseconds(duration);
            json.Raw(" ms"u8);
        }

        if (fields.TryGet(FlatField.NodeResult, out var result) || fields.TryGet(FlatField.RunResult, out result))
            Member(json, "status", result);
        else if (record.Status is not null)
            Member(json, "status", record.Status);
        if (record.StatusMessage is not null)
            Member(json, "status_message", record.StatusMessage);
        Member(json, fields, "pipeline", FlatField.Pipeline);
        Member(json, fields, "node", FlatField.Node);
        Member(json, fields, "error_type", FlatField.ErrorType);
        foreach (ref readonly var item in fields.Items)
            Member(json, item.Key, item.Value);
        Member(json, fields, "exception", FlatField.ExceptionStackTrace);
    }

    private static void Member(JsonBuffer json, FlatFields fields, string name, FlatField field)
    {
        if (fields.TryGet(field, out var value))
            Member(json, name, value);
    }

    private static void Member(JsonBuffer json, string name, object? value)
    {
        var start = json.Position;
        if (json.Full)
            return;
        json.Byte((byte)' ');
        json.Text(Cut(name));
        json.Byte((byte)'=');
        if (!FlatValue.TryWrite(json, value) || json.Tight)
            json.Position = start;
    }

    private static ReadOnlySpan<char> Cut(string? text) =>
        text?.Length > JsonBuffer.ShrunkStringLength ? text.AsSpan(0, JsonBuffer.ShrunkStringLength) : text;
}
