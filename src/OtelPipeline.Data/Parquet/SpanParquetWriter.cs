using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

internal sealed class SpanParquetWriter : TelemetryParquetWriter<SpanRow>
{
    private readonly ParquetColumnWriter<long> _timestamp;
    private readonly ParquetColumnWriter<long> _start;
    private readonly ParquetColumnWriter<long> _duration;
    private readonly ParquetBytesWriter _traceId;
    private readonly ParquetBytesWriter _spanId;
    private readonly ParquetBytesWriter _parentSpanId;
    private readonly ParquetBytesWriter _traceState;
    private readonly ParquetBytesWriter _name;
    private readonly ParquetColumnWriter<int> _kind;
    private readonly ParquetColumnWriter<int> _statusCode;
    private readonly ParquetBytesWriter _statusMessage;
    private readonly ParquetBytesWriter _events;
    private readonly ParquetBytesWriter _links;
    private readonly ParquetColumnWriter<int> _droppedAttributes;
    private readonly ParquetColumnWriter<int> _droppedEvents;
    private readonly ParquetColumnWriter<int> _droppedLinks;

    public SpanParquetWriter(Stream stream, TelemetryParquetOptions options)
        : base(stream, TelemetryTable.Spans, options)
    {
        _timestamp = File.Column<long>("timestamp");
        _start = File.Column<long>("start_time_unix_nano");
        _duration = File.Column<long>("duration_nano");
        _traceId = File.Bytes("trace_id");
        _spanId = File.Bytes("span_id");
        _parentSpanId = File.Bytes("parent_span_id");
        _traceState = File.Bytes("trace_state");
        _name = File.Bytes("name");
        _kind = File.Column<int>("kind");
        _statusCode = File.Column<int>("status_code");
        _statusMessage = File.Bytes("status_message");
        _events = File.Bytes("events");
        _links = File.Bytes("links");
        _droppedAttributes = File.Column<int>("dropped_attributes_count");
        _droppedEvents = File.Column<int>("dropped_events_count");
        _droppedLinks = File.Column<int>("dropped_links_count");
    }

    private protected override void Append(SpanRow row)
    {
        _timestamp.Append(Micros(row.StartTimeUnixNano));
        _start.Append(row.StartTimeUnixNano);
        _duration.Append(row.DurationNano);
        AppendId(_traceId, row.TraceId);
        AppendId(_spanId, row.SpanId);
        if (row.ParentSpanId.IsEmpty)
            _parentSpanId.AppendNull();
        else
            AppendId(_parentSpanId, row.ParentSpanId);
        _traceState.Append(row.TraceState);
        _name.Append(row.Name.AsSpan());
        _kind.Append((int)row.Kind);
        _statusCode.Append((int)row.StatusCode);
        _statusMessage.Append(row.StatusMessage);
        AppendText(_events, row.Events.Count == 0 ? default : Text.Events(row.Events));
        AppendText(_links, row.Links.Count == 0 ? default : Text.Links(row.Links));
        _droppedAttributes.Append((int)row.DroppedAttributesCount);
        _droppedEvents.Append((int)row.DroppedEventsCount);
        _droppedLinks.Append((int)row.DroppedLinksCount);
    }
}
