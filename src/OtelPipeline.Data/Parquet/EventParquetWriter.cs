using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

internal sealed class EventParquetWriter : TelemetryParquetWriter<EventRow>
{
    private readonly ParquetColumnWriter<long> _timestamp;
    private readonly ParquetColumnWriter<long> _time;
    private readonly ParquetColumnWriter<long> _observed;
    private readonly ParquetBytesWriter _traceId;
    private readonly ParquetBytesWriter _spanId;
    private readonly ParquetColumnWriter<int> _severityNumber;
    private readonly ParquetBytesWriter _severityText;
    private readonly ParquetBytesWriter _eventName;
    private readonly ParquetBytesWriter _body;
    private readonly ParquetBytesWriter _bodyType;
    private readonly ParquetColumnWriter<int> _droppedAttributes;

    public EventParquetWriter(Stream stream, TelemetryParquetOptions options)
        : base(stream, TelemetryTable.Logs, options)
    {
        _timestamp = File.Column<long>("timestamp");
        _time = File.Column<long>("time_unix_nano");
        _observed = File.Column<long>("observed_time_unix_nano");
        _traceId = File.Bytes("trace_id");
        _spanId = File.Bytes("span_id");
        _severityNumber = File.Column<int>("severity_number");
        _severityText = File.Bytes("severity_text");
        _eventName = File.Bytes("event_name");
        _body = File.Bytes("body");
        _bodyType = File.Bytes("body_type");
        _droppedAttributes = File.Column<int>("dropped_attributes_count");
    }

    private protected override void Append(EventRow row)
    {
        _timestamp.Append(Micros(row.TimestampUnixNano));
        _time.Append(row.TimeUnixNano);
        _observed.Append(row.ObservedTimeUnixNano);
        if (row.TraceId.IsEmpty)
            _traceId.AppendNull();
        else
            AppendId(_traceId, row.TraceId);
        if (row.SpanId.IsEmpty)
            _spanId.AppendNull();
        else
            AppendId(_spanId, row.SpanId);
        _severityNumber.Append(row.SeverityNumber);
        _severityText.Append(row.SeverityText);
        _eventName.Append(row.EventName);
        AppendBody(row.Body);
        _droppedAttributes.Append((int)row.DroppedAttributesCount);
    }

    private void AppendBody(AttributeValue body)
    {
        if (body.Kind == AttributeKind.Empty)
            _body.AppendNull();
        else
            AttributeColumns.AppendText(_body, body);
        if (body.Kind is AttributeKind.Empty or AttributeKind.String)
            _bodyType.AppendNull();
        else
            _bodyType.Append(Text.Type(body));
    }
}
