namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    // how many the last span had
    private int _usualAttributes;

    private void ReadSpan(ref JsonScanner json)
    {
        if (!BeginObject(ref json))
            return;
        var span = batch.AddSpan();
        span.Attributes.Expect(_usualAttributes);
        var seen = new SeenFields();
        long end = 0;
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.TraceId:
                    span.TraceId = ReadTraceId(ref json);
                    break;
                case OtlpField.SpanId:
                    span.SpanId = ReadSpanId(ref json);
                    break;
                case OtlpField.ParentSpanId:
                    span.ParentSpanId = ReadSpanId(ref json);
                    break;
                case OtlpField.TraceState:
                    span.TraceState = ReadOptionalString(ref json);
                    break;
                case OtlpField.Flags:
                    span.Flags = ReadUInt32(ref json);
                    break;
                case OtlpField.Name:
                    if (projection is null || projection.Name || !json.TryPass(Passing.Text))
                        span.Name = ReadString(ref json);
                    break;
                case OtlpField.Kind:
                    span.Kind = (SpanKind)ReadEnum(ref json, OtlpEnums.SpanKind);
                    break;
                case OtlpField.StartTimeUnixNano:
                    span.StartTimeUnixNano = ReadUInt63(ref json);
                    break;
                case OtlpField.EndTimeUnixNano:
                    end = ReadUInt63(ref json);
                    break;
                case OtlpField.Attributes:
                    ReadAttributes(ref json, span.Attributes, ofRow: true);
                    break;
                case OtlpField.DroppedAttributesCount:
                    span.DroppedAttributesCount = ReadUInt32(ref json);
                    break;
                case OtlpField.Events:
                    ReadSpanEvents(ref json, span);
                    break;
                case OtlpField.DroppedEventsCount:
                    span.DroppedEventsCount = ReadUInt32(ref json);
                    break;
                case OtlpField.Links:
                    ReadSpanLinks(ref json, span);
                    break;
                case OtlpField.DroppedLinksCount:
                    span.DroppedLinksCount = ReadUInt32(ref json);
                    break;
                case OtlpField.Status:
                    ReadStatus(ref json, span);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        _usualAttributes = span.Attributes.Count;
        if (end != 0)
            span.DurationNano = end - span.StartTimeUnixNano;
        else if (span.StartTimeUnixNano != 0)
            leniencies.Count(Leniency.MissingEndTime);
    }

    private void ReadStatus(ref JsonScanner json, SpanRow span)
    {
        if (!BeginObject(ref json))
            return;
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            if (field == OtlpField.Code)
                span.StatusCode = (SpanStatusCode)ReadEnum(ref json, OtlpEnums.StatusCode);
            else if (field == OtlpField.Message)
                span.StatusMessage = ReadOptionalString(ref json);
            else
                json.Skip();
        }
    }

    private void ReadSpanEvents(ref JsonScanner json, SpanRow span)
    {
        if (!BeginArray(ref json))
            return;
        while (json.NextElement() && Within(ref json, batch.ChargeDetail()))
        {
            if (!BeginObject(ref json))
                continue;
            var spanEvent = new SpanEvent();
            span.Events.Add(spanEvent);
            var seen = new SeenFields();
            while (NextField(ref json, ref seen, out var field))
            {
                switch (field)
                {
                    case OtlpField.TimeUnixNano:
                        spanEvent.TimeUnixNano = ReadUInt63(ref json);
                        break;
                    case OtlpField.Name:
                        spanEvent.Name = ReadString(ref json);
                        break;
                    case OtlpField.Attributes:
                        ReadAttributes(ref json, spanEvent.Attributes);
                        break;
                    case OtlpField.DroppedAttributesCount:
                        spanEvent.DroppedAttributesCount = ReadUInt32(ref json);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
    }

    private void ReadSpanLinks(ref JsonScanner json, SpanRow span)
    {
        if (!BeginArray(ref json))
            return;
        while (json.NextElement() && Within(ref json, batch.ChargeDetail()))
        {
            if (!BeginObject(ref json))
                continue;
            var link = new SpanLink();
            span.Links.Add(link);
            var seen = new SeenFields();
            while (NextField(ref json, ref seen, out var field))
            {
                switch (field)
                {
                    case OtlpField.TraceId:
                        link.TraceId = ReadTraceId(ref json);
                        break;
                    case OtlpField.SpanId:
                        link.SpanId = ReadSpanId(ref json);
                        break;
                    case OtlpField.TraceState:
                        link.TraceState = ReadOptionalString(ref json);
                        break;
                    case OtlpField.Attributes:
                        ReadAttributes(ref json, link.Attributes);
                        break;
                    case OtlpField.DroppedAttributesCount:
                        link.DroppedAttributesCount = ReadUInt32(ref json);
                        break;
                    case OtlpField.Flags:
                        link.Flags = ReadUInt32(ref json);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
    }

    private void ReadLogRecord(ref JsonScanner json)
    {
        if (!BeginObject(ref json))
            return;
        var record = batch.AddEvent();
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.TimeUnixNano:
                    record.TimeUnixNano = ReadUInt63(ref json);
                    break;
                case OtlpField.ObservedTimeUnixNano:
                    record.ObservedTimeUnixNano = ReadUInt63(ref json);
                    break;
                case OtlpField.SeverityNumber:
                    record.SeverityNumber = ReadEnum(ref json, OtlpEnums.Severity);
                    break;
                case OtlpField.SeverityText:
                    record.SeverityText = ReadOptionalString(ref json);
                    break;
                case OtlpField.EventName:
                    record.EventName = ReadOptionalString(ref json);
                    break;
                case OtlpField.Body:
                    record.SetBody(ReadAnyValue(ref json, ofRow: true));
                    break;
                case OtlpField.Attributes:
                    ReadAttributes(ref json, record.Attributes, ofRow: true);
                    break;
                case OtlpField.DroppedAttributesCount:
                    record.DroppedAttributesCount = ReadUInt32(ref json);
                    break;
                case OtlpField.Flags:
                    record.Flags = ReadUInt32(ref json);
                    break;
                case OtlpField.TraceId:
                    record.TraceId = ReadTraceId(ref json);
                    break;
                case OtlpField.SpanId:
                    record.SpanId = ReadSpanId(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }
}
