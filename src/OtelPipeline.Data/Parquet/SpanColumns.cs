using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Parquet;

internal sealed class SpanColumns(GroupColumns columns, PromotedSources promoted, JsonRowParser json) : RowColumns(columns, promoted, json)
{
    private readonly NumberColumn _start = columns.Number("start_time_unix_nano");
    private readonly NumberColumn _duration = columns.Number("duration_nano");
    private readonly TextColumn _traceId = columns.Text("trace_id");
    private readonly TextColumn _spanId = columns.Text("span_id");
    private readonly TextColumn _parentSpanId = columns.Text("parent_span_id");
    private readonly TextColumn _traceState = columns.Text("trace_state");
    private readonly TextColumn _name = columns.Text("name");
    private readonly NumberColumn _kind = columns.Number("kind");
    private readonly NumberColumn _statusCode = columns.Number("status_code");
    private readonly TextColumn _statusMessage = columns.Text("status_message");
    private readonly TextColumn _events = columns.Text("events");
    private readonly TextColumn _links = columns.Text("links");
    private readonly NumberColumn _droppedAttributes = columns.Number("dropped_attributes_count");
    private readonly NumberColumn _droppedEvents = columns.Number("dropped_events_count");
    private readonly NumberColumn _droppedLinks = columns.Number("dropped_links_count");

    public override void Add(RowBatch batch, int row)
    {
        var span = batch.AddSpan();
        FillCommon(span, row);
        span.StartTimeUnixNano = _start.Integer(row) ?? 0;
        span.DurationNano = _duration.Integer(row) ?? 0;
        span.TraceId = TraceIdOf(_traceId, row);
        span.SpanId = SpanIdOf(_spanId, row);
        span.ParentSpanId = SpanIdOf(_parentSpanId, row);
        span.TraceState = _traceState[row];
        span.Name = _name[row] ?? "";
        span.Kind = (SpanKind)_kind.Int32(row);
        span.StatusCode = (SpanStatusCode)_statusCode.Int32(row);
        span.StatusMessage = _statusMessage[row];
        span.DroppedAttributesCount = _droppedAttributes.UInt32(row);
        span.DroppedEventsCount = _droppedEvents.UInt32(row);
        span.DroppedLinksCount = _droppedLinks.UInt32(row);
        if (_events.Bytes(row) is { IsEmpty: false } events)
            Check(Json.TryReadEvents(events, span), "events", row);
        if (_links.Bytes(row) is { IsEmpty: false } links)
            Check(Json.TryReadLinks(links, span), "links", row);
    }
}
