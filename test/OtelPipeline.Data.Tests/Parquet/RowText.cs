using System.Globalization;

namespace OtelPipeline.Data.Tests.Parquet;

/// <summary>
/// All of a row as text that can be compared. Attributes are sorted by key, since their order says nothing in OpenTelemetry; values of the same
/// key keep their order.
/// </summary>
internal static class RowText
{
    public static string Of(TelemetryRow row) =>
        string.Join(
            " | ",
            row.GetType().Name,
            row switch
            {
                SpanRow span => Span(span),
                EventRow record => Event(record),
                _ => Point((MetricPointRow)row),
            },
            Attributes(row.Attributes),
            $"flags {row.Flags} dropped {row.DroppedAttributesCount}",
            $"resource {Attributes(row.Resource.Attributes)} {row.Resource.SchemaUrl} {row.Resource.DroppedAttributesCount}",
            $"scope {row.Scope.Name} {row.Scope.Version ?? "-"} {Attributes(row.Scope.Attributes)} {row.Scope.SchemaUrl} {row.Scope.DroppedAttributesCount}"
        );

    public static string Attributes(AttributeList list) =>
        "{"
        + string.Join(", ", list.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Value(pair.Value)}"))
        + "}";

    public static string Value(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.Array => $"[{string.Join(", ", value.AsArray().Select(Value))}]",
            AttributeKind.KeyValues => "kv" + string.Join(", ", value.AsKeyValues().Select(pair => $"{pair.Key}={Value(pair.Value)}")),
            _ => $"{value.Kind}:{value}",
        };

    private static string Span(SpanRow span) =>
        $"{span.TraceId} {span.SpanId} {span.ParentSpanId} {span.TraceState ?? "-"} {span.Name} {span.Kind} {span.StartTimeUnixNano} {span.DurationNano} "
        + $"{span.StatusCode} {span.StatusMessage ?? "-"} {span.DroppedEventsCount} {span.DroppedLinksCount} "
        + string.Join(
            ';',
            span.Events.Select(e => $"{e.TimeUnixNano} {e.Name} {Value(new AttributeValue(e.Attributes))} {e.DroppedAttributesCount}")
        )
        + "/"
        + string.Join(
            ';',
            span.Links.Select(l =>
                $"{l.TraceId} {l.SpanId} {l.TraceState ?? "-"} {l.Flags} {Value(new AttributeValue(l.Attributes))} {l.DroppedAttributesCount}"
            )
        );

    private static string Event(EventRow record) =>
        $"{record.TimeUnixNano} {record.ObservedTimeUnixNano} {record.TraceId} {record.SpanId} {record.SeverityNumber} {record.SeverityText ?? "-"} "
        + $"{record.EventName ?? "-"} {Value(record.Body)}";

    private static string Point(MetricPointRow point) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{point.MetricName} {point.MetricType} {point.Unit} {point.Description} {point.Temporality} {point.IsMonotonic} {point.StartTimeUnixNano} {point.TimeUnixNano} {point.ValueDouble:R} {point.ValueInt} {point.Count} {point.Sum:R} {point.Min:R} {point.Max:R} [{Join(point.ExplicitBounds)}] [{Join(point.BucketCounts)}] {point.Scale} {point.ZeroCount} {point.ZeroThreshold:R} {point.PositiveOffset} [{Join(point.PositiveBucketCounts)}] {point.NegativeOffset} [{Join(point.NegativeBucketCounts)}] "
        )
        + string.Join(';', point.Quantiles)
        + string.Join(
            ';',
            point.Exemplars.Select(e =>
                $"{e.TimeUnixNano} {e.ValueDouble} {e.ValueInt} {e.TraceId} {e.SpanId} {Value(new AttributeValue(e.FilteredAttributes))}"
            )
        )
        + Attributes(point.Metadata);

    private static string Join<T>(IEnumerable<T> values) => string.Join(',', values);
}
