using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Cli.Output;

/// <summary>An attribute that is worth a column.</summary>
internal sealed record ColumnSuggestion(
    string Signal,
    string Attribute,
    TelemetryColumn Column,
    double RowShare,
    long SavedBytes,
    double SavedShare
);

/// <summary>
/// Writes the first rows of each signal as Parquet, with and without a column for each frequent attribute, and compares. Memory is bounded by
/// the rows that it keeps.
/// </summary>
internal sealed class ColumnTrial
{
    public const int SampleRows = 50_000;

    // what saves less is not worth a column that every reader sees
    private const double LeastShare = 0.01;
    private const double LeastRows = 0.05;
    private const int MostCandidates = 12;

    private readonly Dictionary<string, Sample> _samples = new(StringComparer.Ordinal);

    public bool IsSample => _samples.Values.Any(sample => sample.All > sample.Rows.Count);

    public void Add(TelemetryRow row)
    {
        var signal = row switch
        {
            SpanRow => "spans",
            EventRow => "logs",
            _ => "metrics",
        };
        if (!_samples.TryGetValue(signal, out var sample))
            _samples[signal] = sample = new Sample(signal);
        sample.Add(row);
    }

    /// <summary>The attributes that save most, by signal.</summary>
    public List<ColumnSuggestion> Suggest(CancellationToken cancellationToken) =>
        [
            .. _samples
                .Values.OrderBy(sample => sample.Signal, StringComparer.Ordinal)
                .SelectMany(sample => sample.Suggest(cancellationToken))
                .OrderByDescending(suggestion => suggestion.SavedBytes),
        ];

    private sealed class Sample(string signal)
    {
        private readonly Dictionary<string, (long Rows, long Bytes, AttributeKind Kind, bool Mixed)> _keys = new(StringComparer.Ordinal);

        public string Signal => signal;

        public long All { get; private set; }

        public List<TelemetryRow> Rows { get; } = [];

        public void Add(TelemetryRow row)
        {
            All++;
            if (Rows.Count >= SampleRows)
                return;
            Rows.Add(
                row switch
                {
                    SpanRow span => span.Clone(),
                    EventRow record => record.Clone(),
                    _ => ((MetricPointRow)row).Clone(),
                }
            );
            foreach (var (key, value) in row.Attributes)
            {
                if (value.Kind is AttributeKind.Empty or AttributeKind.Array or AttributeKind.KeyValues or AttributeKind.Bytes)
                    continue;
                _keys[key] = _keys.TryGetValue(key, out var known)
                    ? (known.Rows + 1, known.Bytes + value.ToString().Length, known.Kind, known.Mixed || known.Kind != value.Kind)
                    : (1, value.ToString().Length, value.Kind, false);
            }
        }

        public IEnumerable<ColumnSuggestion> Suggest(CancellationToken cancellationToken)
        {
            var promoted = TelemetrySchema.Promoted.SelectMany(column => column.AttributeKeys).ToHashSet(StringComparer.Ordinal);
            var candidates = _keys
                .Where(pair =>
                    !promoted.Contains(pair.Key) && pair.Key.Length > 0 && !pair.Value.Mixed && pair.Value.Rows >= Rows.Count * LeastRows
                )
                .OrderByDescending(pair => pair.Value.Bytes + (pair.Value.Rows * pair.Key.Length))
                .Take(MostCandidates)
                .ToList();
            if (candidates.Count == 0)
                yield break;
            var before = Measure(null);
            foreach (var (key, known) in candidates)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var column = new TelemetryColumn(ColumnName(key), TypeOf(known.Kind), Required: false) { AttributeKeys = [key] };
                var saved = before - Measure(column);
                var share = (double)saved / before;
                if (share >= LeastShare)
                    yield return new ColumnSuggestion(
                        signal,
                        key,
                        column,
                        (double)known.Rows / Rows.Count,
                        saved * All / Rows.Count,
                        share
                    );
            }
        }

        /// <summary>The bytes of the rows as Parquet, with one column more.</summary>
        private long Measure(TelemetryColumn? column)
        {
            var options = new TelemetryParquetOptions
            {
                Promoted = column is null ? TelemetrySchema.Promoted : [.. TelemetrySchema.Promoted, column],
            };
            return signal switch
            {
                "spans" => Measure(TelemetryParquetWriter.ForSpans(Stream.Null, options)),
                "logs" => Measure(TelemetryParquetWriter.ForEvents(Stream.Null, options)),
                _ => Measure(TelemetryParquetWriter.ForMetricPoints(Stream.Null, options)),
            };
        }

        private long Measure<TRow>(TelemetryParquetWriter<TRow> writer)
            where TRow : TelemetryRow
        {
            using (writer)
            {
                foreach (var row in Rows)
                    writer.Write((TRow)row);
                writer.Close();
                return writer.BytesWritten;
            }
        }

        // a column of the table may have the name already
        private string ColumnName(string key)
        {
            var name = string.Concat(key.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
            var columns = signal switch
            {
                "spans" => TelemetrySchema.Spans,
                "logs" => TelemetrySchema.Logs,
                _ => TelemetrySchema.Metrics,
            };
            return columns.Any(column => column.Name == name) ? "attribute_" + name : name;
        }

        private static TelemetryColumnType TypeOf(AttributeKind kind) =>
            kind switch
            {
                AttributeKind.Int64 => TelemetryColumnType.Int64,
                AttributeKind.Double => TelemetryColumnType.Double,
                AttributeKind.Boolean => TelemetryColumnType.Boolean,
                _ => TelemetryColumnType.String,
            };
    }
}
