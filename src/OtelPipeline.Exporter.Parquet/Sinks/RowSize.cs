using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Sinks;

/// <summary>About how many bytes of memory a row takes, so that the memory of all rows that wait can be bounded.</summary>
internal static class RowSize
{
    private const int Row = 320;
    private const int Detail = 96;
    private const int Pair = 24;

    public static long Of(TelemetryRow row) =>
        Row
        + Of(row.Attributes)
        + row switch
        {
            SpanRow span => Text(span.Name) + Text(span.StatusMessage) + Of(span.Events) + Of(span.Links),
            EventRow record => Text(record.EventName) + Of(record.Body),
            MetricPointRow point => (8L * (point.ExplicitBounds.Count + point.BucketCounts.Count + point.PositiveBucketCounts.Count))
                + point.Exemplars.Sum(exemplar => Detail + Of(exemplar.FilteredAttributes)),
            _ => 0,
        };

    private static long Of(List<SpanEvent> events)
    {
        long size = 0;
        foreach (var item in events)
            size += Detail + Text(item.Name) + Of(item.Attributes);
        return size;
    }

    private static long Of(List<SpanLink> links)
    {
        long size = 0;
        foreach (var item in links)
            size += Detail + Of(item.Attributes);
        return size;
    }

    private static long Of(AttributeList list)
    {
        long size = 0;
        foreach (ref readonly var pair in list.AsSpan())
            size += Pair + Of(pair.Value);
        return size;
    }

    private static long Of(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.String => Text(value.AsString()),
            AttributeKind.Bytes => Pair + value.AsBytes().Length,
            AttributeKind.Array => Pair + value.AsArray().Sum(Of),
            AttributeKind.KeyValues => Detail + Of(value.AsKeyValues()),
            _ => 8,
        };

    // names and keys are usually shared with other rows, texts may be
    private static long Text(string? text) => text is null ? 0 : Pair + (2L * text.Length);
}
