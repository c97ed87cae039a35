using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Parquet;

internal sealed class EventColumns(GroupColumns columns, PromotedSources promoted, JsonRowParser json) : RowColumns(columns, promoted, json)
{
    private readonly NumberColumn _time = columns.Number("time_unix_nano");
    private readonly NumberColumn _observed = columns.Number("observed_time_unix_nano");
    private readonly TextColumn _traceId = columns.Text("trace_id");
    private readonly TextColumn _spanId = columns.Text("span_id");
    private readonly NumberColumn _severityNumber = columns.Number("severity_number");
    private readonly TextColumn _severityText = columns.Text("severity_text");
    private readonly TextColumn _eventName = columns.Text("event_name");
    private readonly BodyColumns _body = new(columns, json);
    private readonly NumberColumn _droppedAttributes = columns.Number("dropped_attributes_count");

    public override void Add(RowBatch batch, int row)
    {
        var record = batch.AddEvent();
        FillCommon(record, row);
        record.TimeUnixNano = _time.Integer(row) ?? 0;
        record.ObservedTimeUnixNano = _observed.Integer(row) ?? 0;
        record.TraceId = TraceIdOf(_traceId, row);
        record.SpanId = SpanIdOf(_spanId, row);
        record.SeverityNumber = _severityNumber.Int32(row);
        record.SeverityText = _severityText[row];
        record.EventName = _eventName[row];
        record.Body = _body.Read(row);
        record.DroppedAttributesCount = _droppedAttributes.UInt32(row);
    }
}
