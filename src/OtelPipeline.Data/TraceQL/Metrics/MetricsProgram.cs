using System.Globalization;

namespace OtelPipeline.Data.TraceQL;

/// <summary>One pipeline that ends in a metrics function: sorts its spans into series and steps.</summary>
internal sealed class MetricsProgram
{
    private const int MaxSeries = 100_000;

    private readonly MetricsPipeline _pipeline;
    private readonly FieldNode<SpanSource>? _value;
    private readonly FieldNode<SpanSource>[] _by;
    private readonly string[] _names;
    private readonly FieldValue[] _key;
    private readonly Dictionary<FieldValue[], Series> _series = new(KeyComparer.Instance);

    public MetricsProgram(string query, MetricsPipeline pipeline)
    {
        _pipeline = pipeline;
        Search = new SearchProgram(query, pipeline.Stages);
        _value = pipeline.Field is { } field ? new ReferenceNode<SpanSource>(field, null) : null;
        _by = [.. pipeline.By.Select(by => new ReferenceNode<SpanSource>(by, null))];
        _names = [.. pipeline.By.Select(by => by.ToString())];
        _key = new FieldValue[_by.Length];
    }

    public SearchProgram Search { get; }

    public MetricsPipeline Pipeline => _pipeline;

    /// <exception cref="TraceQLLimitException">There are too many series.</exception>
    public void Add(in SpanSource source, long width)
    {
        double number = 0;
        ulong bucket = 0;
        var isBucket = _pipeline.Function is MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime;
        if (_value is not null)
        {
            var value = _value.Evaluate(source);
            number = value.Double;
            if (isBucket)
            {
                // as in Tempo: whole numbers and durations of at least 2
                if (value.Type is not (FieldType.Int or FieldType.Duration) || value.Bits < 2)
                    return;
                bucket = (ulong)value.Bits;
            }
            else if (_pipeline.Field is { Intrinsic: Intrinsic.Duration })
                number /= 1e9;
        }

        for (var i = 0; i < _by.Length; i++)
            _key[i] = _by[i].Evaluate(source);
        if (!_series.TryGetValue(_key, out var series))
        {
            if (_series.Count == MaxSeries)
                throw new TraceQLLimitException($"The query gives more than {MaxSeries} series: group by less in by(…).");
            _series.Add([.. _key.Select(value => value.Detached())], series = new Series());
        }

        var cell = series.At(TimeSteps.IndexOf(source.Row.StartTimeUnixNano, width));
        if (_value is null)
            cell.Increment();
        else if (isBucket)
            cell.AddBucket(bucket);
        else if (!double.IsNaN(number))
            cell.Add(number);
    }

    public void Widen(long from, long to)
    {
        foreach (var series in _series.Values)
            series.Widen(from, to);
    }

    /// <summary>The series with one value per step.</summary>
    public List<LabeledValues> Results(long firstStep, int steps, long width)
    {
        var results = new List<LabeledValues>();
        if (_series.Count == 0 && _by.Length == 0)
            _series.Add([], new Series());
        foreach (var (key, series) in _series)
        {
            var cells = new MetricsCell?[steps];
            for (var i = 0; i < steps; i++)
                cells[i] = series.Find(firstStep + i);
            Add(results, Labels(key), cells, width);
        }

        return results;
    }

    private List<KeyValuePair<string, FieldValue>> Labels(FieldValue[] key)
    {
        var labels = new List<KeyValuePair<string, FieldValue>>();
        for (var i = 0; i < key.Length; i++)
        {
            if (!key[i].IsNil)
                labels.Add(new(_names[i], key[i]));
        }

        // where everything is nil one label says so
        if (labels.Count == 0 && key.Length > 0)
            labels.Add(new(_names[0], default));
        return labels;
    }

    private void Add(List<LabeledValues> results, List<KeyValuePair<string, FieldValue>> labels, MetricsCell?[] cells, long width)
    {
        var isSeconds = _pipeline.Field?.ImpliedType == FieldType.Duration;
        switch (_pipeline.Function)
        {
            case MetricsFunction.QuantileOverTime:
                if (Array.TrueForAll(cells, cell => cell is null))
                    break;
                foreach (var quantile in _pipeline.Quantiles)
                {
                    results.Add(
                        new LabeledValues(
                            [.. labels, new("p", FieldValue.Of(quantile))],
                            [.. cells.Select(cell => Log2Buckets.Quantile(quantile, cell?.Buckets) / (isSeconds ? 1e9 : 1))]
                        )
                    );
                }

                break;
            case MetricsFunction.HistogramOverTime:
                for (var i = 1; i < 65; i++)
                {
                    var bucket = i;
                    if (!Array.Exists(cells, cell => cell?.Buckets?[bucket] > 0))
                        continue;
                    results.Add(
                        new LabeledValues(
                            [.. labels, new("__bucket", FieldValue.Of(Math.Pow(2, bucket) / (isSeconds ? 1e9 : 1)))],
                            [.. cells.Select(cell => (double)(cell?.Buckets?[bucket] ?? 0))]
                        )
                    );
                }

                break;
            default:
                if (_by.Length == 0)
                    labels.Add(new(LabeledValues.NameLabel, FieldValue.Of(Name())));
                results.Add(new LabeledValues(labels, [.. cells.Select(cell => Value(cell, width))]));
                break;
        }
    }

    private double Value(MetricsCell? cell, long width) =>
        _pipeline.Function switch
        {
            MetricsFunction.Rate => (cell?.Count ?? 0) / (width / 1e9),
            MetricsFunction.CountOverTime => cell?.Count ?? 0,
            MetricsFunction.MinOverTime => cell?.Min ?? double.NaN,
            MetricsFunction.MaxOverTime => cell?.Max ?? double.NaN,
            MetricsFunction.SumOverTime => cell?.Sum ?? double.NaN,
            _ => cell is null or { Count: 0 } ? double.NaN : cell.Sum / cell.Count,
        };

    private string Name() =>
        _pipeline.Function switch
        {
            MetricsFunction.Rate => "rate",
            MetricsFunction.CountOverTime => "count_over_time",
            MetricsFunction.MinOverTime => "min_over_time",
            MetricsFunction.MaxOverTime => "max_over_time",
            MetricsFunction.SumOverTime => "sum_over_time",
            _ => "avg_over_time",
        };

    /// <summary>The steps of one series in which something happened.</summary>
    private sealed class Series
    {
        private Dictionary<long, MetricsCell> _cells = [];
        private long _lastIndex = long.MinValue;
        private MetricsCell? _last;

        public MetricsCell At(long index)
        {
            // spans come more or less in order
            if (index == _lastIndex)
                return _last!;
            if (!_cells.TryGetValue(index, out var cell))
                _cells.Add(index, cell = new MetricsCell());
            (_lastIndex, _last) = (index, cell);
            return cell;
        }

        public MetricsCell? Find(long index) => _cells.GetValueOrDefault(index);

        public void Widen(long from, long to)
        {
            var cells = new Dictionary<long, MetricsCell>();
            foreach (var (index, cell) in _cells.OrderBy(pair => pair.Key))
            {
                // the end of a step lies in the wider one that it becomes part of
                var wider = TimeSteps.IndexOf((index + 1) * from, to);
                if (!cells.TryGetValue(wider, out var merged))
                    cells.Add(wider, merged = new MetricsCell());
                merged.Merge(cell);
            }

            (_cells, _lastIndex, _last) = (cells, long.MinValue, null);
        }
    }

    private sealed class KeyComparer : IEqualityComparer<FieldValue[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(FieldValue[]? x, FieldValue[]? y) => x!.AsSpan().SequenceEqual(y, FieldValueComparer.Instance);

        public int GetHashCode(FieldValue[] key)
        {
            var hash = 17;
            foreach (ref readonly var value in key.AsSpan())
                hash = hash * 31 + FieldValueComparer.Instance.GetHashCode(value);
            return hash;
        }
    }
}

/// <summary>A series on its way through calculations.</summary>
internal sealed record LabeledValues(List<KeyValuePair<string, FieldValue>> Labels, double[] Values)
{
    public const string NameLabel = "__name__";

    /// <summary>What two series are matched by: all labels but the name.</summary>
    public string Key() =>
        string.Join(
            '\u0001',
            Labels
                .Where(label => label.Key != NameLabel)
                .Select(label => $"{label.Key}\u0002{label.Value.Type}\u0002{Evaluation.Display(label.Value)}")
        );

    public string SortKey() =>
        string.Join(
            '\u0001',
            Labels.Select(label =>
                label.Key
                + "\u0002"
                + (
                    label.Value.Type == FieldType.Float
                        ? label.Value.Double.ToString("000000000000.000000000", CultureInfo.InvariantCulture)
                        : Evaluation.Display(label.Value)
                )
            )
        );
}
