using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Exporter.Parquet.Sinks;

/// <summary>What a sink must know of its rows.</summary>
/// <param name="Create">Makes a writer of the table.</param>
/// <param name="TimeUnixNano">The time that a row is sorted and partitioned by: the column <c>timestamp</c>.</param>
internal sealed record RowTable<TRow>(
    Func<Stream, TelemetryParquetOptions, TelemetryParquetWriter<TRow>> Create,
    Func<TRow, long> TimeUnixNano
)
    where TRow : TelemetryRow;

internal static class RowTables
{
    public static readonly RowTable<SpanRow> Spans = new(TelemetryParquetWriter.ForSpans, row => row.StartTimeUnixNano);

    public static readonly RowTable<EventRow> Events = new(
        TelemetryParquetWriter.ForEvents,
        row => row.TimeUnixNano != 0 ? row.TimeUnixNano : row.ObservedTimeUnixNano
    );

    public static readonly RowTable<MetricPointRow> MetricPoints = new(TelemetryParquetWriter.ForMetricPoints, row => row.TimeUnixNano);
}
