using System.Diagnostics;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Parquet.Sinks;
using SpanLink = OtelPipeline.Data.SpanLink;

namespace OtelPipeline.Exporter.Parquet.Conversion;

internal sealed class SpanConverter : RowConverter<Activity, SpanRow>
{
    // https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto, SpanFlags
    private const uint HasIsRemote = 0x100;
    private const uint IsRemote = 0x200;

    private static readonly Func<object, ScopeInfo> ToScope = static key =>
        key is ActivitySource source ? CreateScope(source.Name, source.Version, source.Tags, source.TelemetrySchemaUrl) : ScopeInfo.Empty;

    public override void Convert(Activity record, ParquetSink<SpanRow> sink)
    {
        var row = new SpanRow
        {
            Resource = Resource,
            Scope = Scope(record.Source, ToScope),
            TraceId = Attributes.TraceId(record.TraceId),
            SpanId = Attributes.SpanId(record.SpanId),
            ParentSpanId = Attributes.SpanId(record.ParentSpanId),
            TraceState = record.TraceStateString is { Length: > 0 } state ? state : null,
            Flags = (uint)record.ActivityTraceFlags | HasIsRemote | (record.HasRemoteParent ? IsRemote : 0),
            Name = record.DisplayName,
            Kind = (SpanKind)((int)record.Kind + 1),
            StartTimeUnixNano = Attributes.UnixNano(record.StartTimeUtc),
            DurationNano = record.Duration.Ticks * 100,
        };
        ConvertTags(record, row);
        foreach (ref readonly var item in record.EnumerateEvents())
        {
            var spanEvent = new SpanEvent
            {
                TimeUnixNano = Attributes.UnixNano(item.Timestamp.UtcDateTime),
                Name = Clean("", item.Name) as string ?? "",
            };
            spanEvent.DroppedAttributesCount = Convert(item.EnumerateTagObjects(), spanEvent.Attributes);
            row.Events.Add(spanEvent);
        }

        foreach (ref readonly var item in record.EnumerateLinks())
        {
            var context = item.Context;
            var link = new SpanLink
            {
                TraceId = Attributes.TraceId(context.TraceId),
                SpanId = Attributes.SpanId(context.SpanId),
                TraceState = context.TraceState is { Length: > 0 } linkState ? linkState : null,
                Flags = (uint)context.TraceFlags | HasIsRemote | (context.IsRemote ? IsRemote : 0),
            };
            link.DroppedAttributesCount = Convert(item.EnumerateTagObjects(), link.Attributes);
            row.Links.Add(link);
        }

        sink.Add(row);
    }

    private static void ConvertTags(Activity record, SpanRow row)
    {
        var status = record.Status;
        var message = record.StatusDescription;
        uint dropped = 0;
        foreach (ref readonly var tag in record.EnumerateTagObjects())
        {
            // the two tags carried the status before Activity.Status existed; OpenTelemetry's own exporters map them as well
            switch (tag.Key)
            {
                case "otel.status_code":
                    if (status == ActivityStatusCode.Unset && tag.Value is string code)
                        status = ToStatus(code);
                    break;
                case "otel.status_description":
                    message ??= tag.Value as string;
                    break;
                default:
                    Attributes.Add(row.Attributes, tag.Key, tag.Value, ref dropped);
                    break;
            }
        }

        row.DroppedAttributesCount = dropped;
        row.StatusCode = status switch
        {
            ActivityStatusCode.Error => SpanStatusCode.Error,
            ActivityStatusCode.Ok => SpanStatusCode.Ok,
            _ => SpanStatusCode.Unset,
        };
        row.StatusMessage = status == ActivityStatusCode.Error && message is { Length: > 0 } ? message : null;
    }

    private static ActivityStatusCode ToStatus(string code) =>
        code.Equals("ERROR", StringComparison.OrdinalIgnoreCase) ? ActivityStatusCode.Error
        : code.Equals("OK", StringComparison.OrdinalIgnoreCase) ? ActivityStatusCode.Ok
        : ActivityStatusCode.Unset;

    /// <returns>How many attributes were dropped.</returns>
    private uint Convert(Activity.Enumerator<KeyValuePair<string, object?>> tags, AttributeList list)
    {
        uint dropped = 0;
        foreach (ref readonly var tag in tags)
            Attributes.Add(list, tag.Key, Clean(tag.Key, tag.Value), ref dropped);
        return dropped;
    }
}
