using System.Buffers;
using System.Numerics;
using OtelPipeline.Data;
using OtelPipeline.Data.Json;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Parquet;
using OtelPipeline.Slo.Indicators;

namespace OtelPipeline.Slo;

public sealed partial class SloEvaluator
{
    /// <summary>
    /// Shows it all that files hold, and what the reading found. Of Parquet files only the columns are read that the objectives ask for, which is several times as
    /// fast as showing it rows.
    /// </summary>
    /// <param name="paths">Files, directories and patterns, as <see cref="TelemetryReader"/> takes them.</param>
    /// <param name="options">How to read; null for the defaults. A report that it names must be new.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="TelemetryFormatException">Something could not be read, and the options are strict.</exception>
    public void Read(IEnumerable<string> paths, TelemetryReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TelemetryReadOptions();
        var report = options.Report ??= new TelemetryReadReport();
        TelemetryReader.Read(paths, Observe, new ObjectiveColumnSink(this), options, cancellationToken);
        Observe(report);
    }

    /// <summary>How many rows were judged by their columns alone.</summary>
    internal long RowsOfColumns { get; private set; }

    /// <summary>Shows it a row group; false where that has to be shown as rows.</summary>
    private bool TryObserve(ColumnRecords records, ColumnQuestions questions)
    {
        if (records.FirstTime > _at)
            return true;
        if (records.Last > _at)
            return false;
        var marks = ArrayPool<ulong>.Shared.Rent(records.Count);
        var rows = marks.AsSpan(0, records.Count);
        rows.Clear();
        for (var bit = 0; bit < questions.Bits.Count; bit++)
            records.Columns.Mark(questions.Bits[bit], 1UL << bit, rows);
        records.MarkRuns(rows);
        var wanted = (1UL << questions.Filters.All.Count) - 1;
        lock (_lock)
        {
            _coverage.Add(records.First, records.Last);
            for (var row = 0; row < rows.Length; row++)
            {
                var found = rows[row];
                if ((found & ColumnQuestions.Run) != 0)
                    RunSeen(records, row);
                if ((found & wanted) != 0)
                    Observe(new ColumnRecord(records, row, found), questions.Filters, found & wanted);
            }
        }

        ArrayPool<ulong>.Shared.Return(marks);
        RowsOfColumns += records.Count;
        return true;
    }

    private void Observe(in ColumnRecord record, FilterIndex filters, ulong marks)
    {
        var outcomes = new Outcomes();
        for (; marks != 0; marks &= marks - 1)
        {
            foreach (var subscription in filters.All[BitOperations.TrailingZeroCount(marks)].Subscriptions)
                Observe(record, subscription, ref outcomes);
        }
    }

    private void RunSeen(ColumnRecords records, int row)
    {
        if (records.RunId(row) is not { } runId)
            return;
        if (records.IsSpans)
            RunSeen(runId, records.Start(row), records.Time(row));
        else
            RunSeen(runId, records.Time(row), 0);
    }

    private sealed class ObjectiveColumnSink(SloEvaluator evaluator) : SpanColumnSink
    {
        private readonly ColumnQuestions? _spans = ColumnQuestions.TryCreate(TelemetrySignals.Spans, evaluator._spans);
        private readonly ColumnQuestions? _events = ColumnQuestions.TryCreate(TelemetrySignals.Events, evaluator._events);

        public override bool Wants(TelemetrySignals signal) => Of(signal) is not null;

        public override ParquetRowSelection Take(
            TelemetrySignals signal,
            ParquetReader file,
            ParquetRowGroup group,
            PromotedSources promoted,
            JsonRowParser json
        )
        {
            var questions = Of(signal)!;
            using var columns = RecordColumns.TryLoad(questions.Plan, file, group, promoted, json);
            if (columns is null)
                return ParquetRowSelection.All(group.RowCount);
            using var records = new ColumnRecords(questions, columns);
            return evaluator.TryObserve(records, questions) ? ParquetRowSelection.FromRanges([]) : ParquetRowSelection.All(group.RowCount);
        }

        private ColumnQuestions? Of(TelemetrySignals signal) =>
            signal switch
            {
                TelemetrySignals.Spans => _spans,
                TelemetrySignals.Events => _events,
                _ => null,
            };
    }
}
