using System.Diagnostics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>What only spans have: kind, events and links.</summary>
internal static class FlatSpanParts
{
    public static void Write(JsonBuffer json, Activity span)
    {
        if (span.Kind != ActivityKind.Internal)
        {
            json.Raw(
                span.Kind switch
                {
                    ActivityKind.Server => ",\"kind\":\"server\""u8,
                    ActivityKind.Client => ",\"kind\":\"client\""u8,
                    ActivityKind.Producer => ",\"kind\":\"producer\""u8,
                    _ => ",\"kind\":\"consumer\""u8,
                }
            );
        }

        WriteEvents(json, span);
        WriteLinks(json, span);
    }

    private static void WriteEvents(JsonBuffer json, Activity span)
    {
        var written = 0;
        foreach (ref readonly var item in span.EnumerateEvents())
        {
            var start = json.Position;
            if (json.Full)
                break;
            json.Raw(written == 0 ? ",\"events\":[{\"timestamp\":"u8 : ",{\"timestamp\":"u8);
            json.Rfc3339(item.Timestamp.UtcDateTime);
            json.Raw(",\"name\":"u8);
            json.String(json.Clean("", item.Name) as string);
            WriteTags(json, item.EnumerateTagObjects());
            json.Byte((byte)'}');
            if (json.Tight)
            {
                json.Position = start;
                break;
            }

            written++;
        }

        if (written > 0)
            json.Byte((byte)']');
    }

    private static void WriteLinks(JsonBuffer json, Activity span)
    {
        var written = 0;
        foreach (ref readonly var link in span.EnumerateLinks())
        {
            var start = json.Position;
            if (json.Full)
                break;
            json.Raw(written == 0 ? ",\"links\":[{\"trace_id\":"u8 : ",{\"trace_id\":"u8);
            json.TraceId(link.Context.TraceId);
            json.Raw(",\"span_id\":"u8);
            json.SpanId(link.Context.SpanId);
            WriteTags(json, link.EnumerateTagObjects());
            json.Byte((byte)'}');
            if (json.Tight)
            {
                json.Position = start;
                break;
            }

            written++;
        }

        if (written > 0)
            json.Byte((byte)']');
    }

    private static void WriteTags(JsonBuffer json, Activity.Enumerator<KeyValuePair<string, object?>> tags)
    {
        json.Raw(",\"attributes\":{"u8);
        var first = true;
        foreach (ref readonly var tag in tags)
            FlatValue.TryWriteMember(json, ref first, tag.Key, json.Clean(tag.Key, tag.Value));
        json.Byte((byte)'}');
    }
}
