using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Protobuf;

internal sealed partial class ProtoRowParser
{
    private void ReadSpan(ReadOnlySpan<byte> message)
    {
        var span = batch.AddSpan();
        long end = 0;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Bytes):
                    span.TraceId = TraceIdOf(reader.ReadBytes());
                    break;
                case (2, ProtoReader.Bytes):
                    span.SpanId = SpanIdOf(reader.ReadBytes());
                    break;
                case (3, ProtoReader.Bytes):
                    span.TraceState = OptionalString(reader.ReadBytes());
                    break;
                case (4, ProtoReader.Bytes):
                    span.ParentSpanId = SpanIdOf(reader.ReadBytes());
                    break;
                case (5, ProtoReader.Bytes):
                    span.Name = _strings.Get(reader.ReadBytes());
                    break;
                case (6, ProtoReader.Varint):
                    span.Kind = (SpanKind)EnumValue(reader.ReadVarint(), OtlpEnums.SpanKind);
                    break;
                case (7, ProtoReader.Fixed64):
                    span.StartTimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (8, ProtoReader.Fixed64):
                    end = Clamp(reader.ReadFixed64());
                    break;
                case (9, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), span.Attributes, 0);
                    break;
                case (10, ProtoReader.Varint):
                    span.DroppedAttributesCount = (uint)reader.ReadVarint();
                    break;
                case (11, ProtoReader.Bytes):
                    if (Within(batch.ChargeDetail()))
                        span.Events.Add(ReadSpanEvent(reader.ReadBytes()));
                    break;
                case (12, ProtoReader.Varint):
                    span.DroppedEventsCount = (uint)reader.ReadVarint();
                    break;
                case (13, ProtoReader.Bytes):
                    if (Within(batch.ChargeDetail()))
                        span.Links.Add(ReadSpanLink(reader.ReadBytes()));
                    break;
                case (14, ProtoReader.Varint):
                    span.DroppedLinksCount = (uint)reader.ReadVarint();
                    break;
                case (15, ProtoReader.Bytes):
                    ReadStatus(reader.ReadBytes(), span);
                    break;
                case (16, ProtoReader.Fixed32):
                    span.Flags = reader.ReadFixed32();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (end != 0)
            span.DurationNano = end - span.StartTimeUnixNano;
        else if (span.StartTimeUnixNano != 0)
            leniencies.Count(Leniency.MissingEndTime);
    }

    private void ReadStatus(ReadOnlySpan<byte> message, SpanRow span)
    {
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (2, ProtoReader.Bytes):
                    span.StatusMessage = OptionalString(reader.ReadBytes());
                    break;
                case (3, ProtoReader.Varint):
                    span.StatusCode = (SpanStatusCode)EnumValue(reader.ReadVarint(), OtlpEnums.StatusCode);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private SpanEvent ReadSpanEvent(ReadOnlySpan<byte> message)
    {
        var spanEvent = new SpanEvent();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Fixed64):
                    spanEvent.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (2, ProtoReader.Bytes):
                    spanEvent.Name = _strings.Get(reader.ReadBytes());
                    break;
                case (3, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), spanEvent.Attributes, 0);
                    break;
                case (4, ProtoReader.Varint):
                    spanEvent.DroppedAttributesCount = (uint)reader.ReadVarint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return spanEvent;
    }

    private SpanLink ReadSpanLink(ReadOnlySpan<byte> message)
    {
        var link = new SpanLink();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Bytes):
                    link.TraceId = TraceIdOf(reader.ReadBytes());
                    break;
                case (2, ProtoReader.Bytes):
                    link.SpanId = SpanIdOf(reader.ReadBytes());
                    break;
                case (3, ProtoReader.Bytes):
                    link.TraceState = OptionalString(reader.ReadBytes());
                    break;
                case (4, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), link.Attributes, 0);
                    break;
                case (5, ProtoReader.Varint):
                    link.DroppedAttributesCount = (uint)reader.ReadVarint();
                    break;
                case (6, ProtoReader.Fixed32):
                    link.Flags = reader.ReadFixed32();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return link;
    }

    private void ReadLogRecord(ReadOnlySpan<byte> message)
    {
        var record = batch.AddEvent();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Fixed64):
                    record.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (2, ProtoReader.Varint):
                    record.SeverityNumber = EnumValue(reader.ReadVarint(), OtlpEnums.Severity);
                    break;
                case (3, ProtoReader.Bytes):
                    record.SeverityText = OptionalString(reader.ReadBytes());
                    break;
                case (5, ProtoReader.Bytes):
                    record.Body = ReadAnyValue(reader.ReadBytes(), 0);
                    break;
                case (6, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), record.Attributes, 0);
                    break;
                case (7, ProtoReader.Varint):
                    record.DroppedAttributesCount = (uint)reader.ReadVarint();
                    break;
                case (8, ProtoReader.Fixed32):
                    record.Flags = reader.ReadFixed32();
                    break;
                case (9, ProtoReader.Bytes):
                    record.TraceId = TraceIdOf(reader.ReadBytes());
                    break;
                case (10, ProtoReader.Bytes):
                    record.SpanId = SpanIdOf(reader.ReadBytes());
                    break;
                case (11, ProtoReader.Fixed64):
                    record.ObservedTimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (12, ProtoReader.Bytes):
                    record.EventName = OptionalString(reader.ReadBytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }
}
