namespace OtelPipeline.Data.Protobuf;

/// <summary>
/// Tells traces, logs and metrics apart. Their messages have the same shape down to the record, and a file does not say which it holds.
/// </summary>
internal static class SignalDetection
{
    /// <summary>The signal of the first record; 0 when the message holds none.</summary>
    public static TelemetrySignals Detect(ReadOnlySpan<byte> message)
    {
        var resources = new ProtoReader(message);
        while (resources.Next())
        {
            if (!resources.Is(1, ProtoReader.Bytes))
            {
                resources.Skip();
                continue;
            }

            var scopes = new ProtoReader(resources.ReadBytes());
            while (scopes.Next())
            {
                if (!scopes.Is(2, ProtoReader.Bytes))
                {
                    scopes.Skip();
                    continue;
                }

                var records = new ProtoReader(scopes.ReadBytes());
                while (records.Next())
                {
                    if (records.Is(2, ProtoReader.Bytes))
                        return DetectRecord(records.ReadBytes());
                    records.Skip();
                }
            }
        }

        return default;
    }

    private static TelemetrySignals DetectRecord(ReadOnlySpan<byte> record)
    {
        var traceId = false;
        var spanId = false;
        var fields = new ProtoReader(record);
        while (fields.Next())
        {
            switch ((fields.Field, fields.WireType))
            {
                // Span: kind, start and end, dropped counts, flags
                case (6, ProtoReader.Varint):
                case (7 or 8, ProtoReader.Fixed64):
                case (10 or 12 or 14, ProtoReader.Varint):
                case (16, ProtoReader.Fixed32):
                    return TelemetrySignals.Spans;
                // LogRecord: times, severity, dropped count, flags
                case (1 or 11, ProtoReader.Fixed64):
                case (2 or 7, ProtoReader.Varint):
                case (8, ProtoReader.Fixed32):
                    return TelemetrySignals.Events;
                // Metric: sum; fields 5, 9, 10 and 11 exist elsewhere too
                case (7, ProtoReader.Bytes):
                    return TelemetrySignals.MetricPoints;
                case (1, ProtoReader.Bytes):
                    traceId = fields.ReadBytes().Length == TraceId.Size;
                    continue;
                case (2, ProtoReader.Bytes):
                    spanId = fields.ReadBytes().Length == SpanId.Size;
                    continue;
                default:
                    fields.Skip();
                    continue;
            }
        }

        // only text and messages: a metric, unless it starts like a span; a log record without any time or severity has no field 1
        if (traceId && spanId)
            return TelemetrySignals.Spans;
        return record.Length > 0 && record[0] == ((1 << 3) | ProtoReader.Bytes) ? TelemetrySignals.MetricPoints : TelemetrySignals.Events;
    }
}
