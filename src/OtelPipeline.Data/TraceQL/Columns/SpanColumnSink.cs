using System.Buffers;
using OtelPipeline.Data.Json;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A query that looks at the spans of Parquet files as columns, where spans are judged one by one.</summary>
internal abstract class SpanColumnSink
{
    /// <summary>Whether it wants to look at a table.</summary>
    public virtual bool Wants(TelemetrySignals signal) => signal == TelemetrySignals.Spans;

    /// <summary>Looks at a row group; the rows that must still be read as rows.</summary>
    public abstract ParquetRowSelection Take(
        TelemetrySignals signal,
        ParquetReader file,
        ParquetRowGroup group,
        PromotedSources promoted,
        JsonRowParser json
    );
}

/// <summary>A search: the rows found are read whole, and no others.</summary>
internal sealed class SearchColumnSink(ColumnFilter filter) : SpanColumnSink
{
    public override ParquetRowSelection Take(
        TelemetrySignals signal,
        ParquetReader file,
        ParquetRowGroup group,
        PromotedSources promoted,
        JsonRowParser json
    )
    {
        var ranges = new List<(long Start, long End)>();
        var rows = filter.Select(file, group);
        if (!rows.IsEmpty)
        {
            using var columns = new SpanColumnGroup(file, group, promoted, json, rows);
            using var mask = MemoryPool<bool>.Shared.Rent(columns.RowCount);
            var wanted = mask.Memory.Span[..columns.RowCount];
            filter.Mask(columns, wanted);
            Collect(rows, wanted, ranges);
        }

        return ParquetRowSelection.FromRanges(ranges);
    }

    private static void Collect(ParquetRowSelection rows, ReadOnlySpan<bool> mask, List<(long Start, long End)> ranges)
    {
        var i = 0;
        foreach (var (start, end) in rows.Ranges)
        {
            for (var row = start; row < end; row++, i++)
            {
                if (!mask[i])
                    continue;
                if (ranges.Count > 0 && ranges[^1].End == row)
                    ranges[^1] = (ranges[^1].Start, row + 1);
                else
                    ranges.Add((row, row + 1));
            }
        }
    }
}

/// <summary>Time series: no row is read as a row.</summary>
internal sealed class MetricsColumnSink(MetricsRun run, IReadOnlyList<(MetricsProgram Program, ColumnFilter Filter)> programs)
    : SpanColumnSink
{
    public override ParquetRowSelection Take(
        TelemetrySignals signal,
        ParquetReader file,
        ParquetRowGroup group,
        PromotedSources promoted,
        JsonRowParser json
    )
    {
        foreach (var (program, filter) in programs)
        {
            var rows = filter.Select(file, group);
            if (rows.IsEmpty)
                continue;
            using var columns = new SpanColumnGroup(file, group, promoted, json, rows);
            using var mask = MemoryPool<bool>.Shared.Rent(columns.RowCount);
            var wanted = mask.Memory.Span[..columns.RowCount];
            filter.Mask(columns, wanted);
            run.Add(program, columns, wanted);
        }

        return ParquetRowSelection.All(0);
    }
}
