namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    private void ReadFlatSpanEvents(ref JsonScanner json, List<SpanEvent> events)
    {
        if (!BeginArray(ref json))
            return;
        while (json.NextElement() && Within(ref json, batch.ChargeDetail()))
        {
            if (!BeginObject(ref json))
                continue;
            var item = new SpanEvent();
            events.Add(item);
            while (json.NextName(out var name))
            {
                switch ((FlatField)FlatFields.Table.Find(Name(name), out _))
                {
                    case FlatField.Timestamp:
                        item.TimeUnixNano = ReadTimestamp(ref json);
                        break;
                    case FlatField.Name:
                        item.Name = ReadString(ref json);
                        break;
                    case FlatField.Attributes:
                        ReadPlainProperties(ref json, item.Attributes);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
    }

    private void ReadFlatSpanLinks(ref JsonScanner json, List<SpanLink> links)
    {
        if (!BeginArray(ref json))
            return;
        while (json.NextElement() && Within(ref json, batch.ChargeDetail()))
        {
            if (!BeginObject(ref json))
                continue;
            var link = new SpanLink();
            links.Add(link);
            while (json.NextName(out var name))
            {
                switch ((FlatField)FlatFields.Table.Find(Name(name), out _))
                {
                    case FlatField.TraceId:
                        link.TraceId = ReadTraceId(ref json);
                        break;
                    case FlatField.SpanId:
                        link.SpanId = ReadSpanId(ref json);
                        break;
                    case FlatField.Attributes:
                        ReadPlainProperties(ref json, link.Attributes);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
    }
}
