namespace OtelPipeline.Data.TraceQL;

/// <summary>One pipeline that ends in a metrics function: sorts its spans into series and steps.</summary>
internal sealed class MetricsProgram
{
    private const int MaxSeries = 100_000;

    private readonly MetricsPipeline _pipeline;
    private readonly Nodes<SpanSource> _spans;
    private readonly Nodes<ColumnSource> _columns;
    private readonly bool _isBucket;
    private readonly string[] _names;
    private readonly FieldValue[] _key;
    private readonly Utf8Cache<Series> _cache = new();
    private readonly Dictionary<FieldValue[], Series> _series = new(KeyComparer.Instance);

    public MetricsProgram(string query, MetricsPipeline pipeline)
    {
        _pipeline = pipeline;
        Search = new SearchProgram(query, pipeline.Stages);
        _spans = new Nodes<SpanSource>(pipeline);
        _columns = new Nodes<ColumnSource>(pipeline);
        _isBucket = pipeline.Function is MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime;
        _names = [.. pipeline.By.Select(by => by.ToString())];
        _key = new FieldValue[_names.Length];
    }

    public SearchProgram Search { get; }

    public MetricsPipeline Pipeline => _pipeline;

    /// <summary>Adds a span.</summary>
    /// <exception cref="TraceQLLimitException">There are too many series.</exception>
    public void Add(in SpanSource source, long width)
    {
        var value = _spans.Value?.Evaluate(source) ?? default;
        if (Counts(value))
            Add(Find(source), value, source.Row.StartTimeUnixNano, width);
    }

    /// <summary>Adds the rows whose flag is set.</summary>
    /// <exception cref="TraceQLLimitException">There are too many series.</exception>
    public void Add(SpanColumnGroup columns, ReadOnlySpan<bool> mask, ReadOnlySpan<long> times, bool isAscending, long width)
    {
        var groups = ColumnGroups.TryCreate(columns, _pipeline.By);
        var known = groups is null ? [] : new Series?[groups.Count];
        if (groups is not null && isAscending && AddSteps(columns, groups, known, mask, times, width))
            return;
        for (var i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            var value = _columns.Value?.Evaluate(new ColumnSource(columns, i)) ?? default;
            if (!Counts(value))
                continue;
            Series series;
            if (groups is null)
                series = Find(new ColumnSource(columns, i), _columns.By);
            else
                series = known[groups.Numbers[i] + groups.First] ??= Find(new ColumnSource(columns, i), _columns.By);
            Add(series, value, times[i], width);
        }
    }

    /// <summary>The common case, over plain numbers in the order of time: counts, and functions of the duration. False when it is another.</summary>
    private bool AddSteps(
        SpanColumnGroup columns,
        ColumnGroups groups,
        Series?[] known,
        ReadOnlySpan<bool> mask,
        ReadOnlySpan<long> times,
        long width
    )
    {
        ReadOnlySpan<long> durations = default;
        if (
            _pipeline.Field is { } field
            && (field.Intrinsic != Intrinsic.Duration || !columns.Number("duration_nano").TryGetLongs(out durations))
        )
            return false;
        using var tallies = new StepTallies(groups.Count);
        var numbers = groups.Numbers[..mask.Length];
        for (int start = 0, end; start < mask.Length; start = end)
        {
            var stepEnd = (TimeSteps.IndexOf(times[start], width) + 1) * width;
            var most = Math.Min(times.Length, start + StepTallies.MostRows);
            end = start + Math.Max(1, TimeSteps.CountUntil(times[start..most], stepEnd));
            var some = durations.IsEmpty ? default : durations[start..end];
            if (_isBucket || !tallies.TryAdd(_pipeline.Function, mask[start..end], numbers[start..end], groups.First, some))
            {
                for (var row = start; row < end; row++)
                {
                    if (mask[row] && !(_isBucket && durations[row] < 2))
                        Add(
                            SeriesOf(numbers[row] + groups.First, row),
                            FieldValue.Duration(some.IsEmpty ? 0 : durations[row]),
                            times[row],
                            width
                        );
                }

                continue;
            }

            for (var group = 0; tallies.TryTake(ref group, out var tally); group++)
            {
                if (known[group] is null)
                {
                    var row = start;
                    while (!mask[row] || numbers[row] + groups.First != group)
                        row++;
                    SeriesOf(group, row);
                }

                known[group]!.At(times[start], width).Add(_pipeline.Function, tally);
            }
        }

        return true;

        Series SeriesOf(int group, int row) => known[group] ??= Find(new ColumnSource(columns, row), _columns.By);
    }

    // as in Tempo: into buckets go whole numbers and durations of at least 2
    private bool Counts(in FieldValue value) => !_isBucket || value.Type is FieldType.Int or FieldType.Duration && value.Bits >= 2;

    private Series Find(in SpanSource source)
    {
        if (
            _spans.By is not [var only]
            || only.Evaluate(source) is not { Type: FieldType.String, StringOrNull: null } value
            || !value.TryGetUtf8(out var text)
        )
            return Find(source, _spans.By);
        if (_cache.Find(text) is { } known)
            return known;
        var series = Find(source, _spans.By);
        _cache.Add(text, series);
        return series;
    }

    private Series Find<TSource>(in TSource source, FieldNode<TSource>[] by)
        where TSource : struct, IFieldSource
    {
        for (var i = 0; i < by.Length; i++)
            _key[i] = by[i].Evaluate(source);
        if (_series.TryGetValue(_key, out var series))
            return series;
        Add(Array.ConvertAll(_key, value => value.Detached()), series = new Series());
        return series;
    }

    private void Add(FieldValue[] key, Series series)
    {
        if (_series.Count == MaxSeries)
            throw new TraceQLLimitException($"The query gives more than {MaxSeries} series: group by less in by(…).");
        _series.Add(key, series);
    }

    private void Add(Series series, in FieldValue value, long time, long width)
    {
        var cell = series.At(time, width);
        if (_pipeline.Field is not { } field)
            cell.Increment();
        else if (_isBucket)
            cell.AddBucket((ulong)value.Bits);
        else if (field.Intrinsic == Intrinsic.Duration)
            cell.AddDuration(value.Bits);
        else if (value.Double is var number && !double.IsNaN(number))
            cell.Add(number);
    }

    /// <summary>Takes the series of another program for the same query and steps, which is not used afterwards.</summary>
    /// <exception cref="TraceQLLimitException">There are too many series.</exception>
    public void Merge(MetricsProgram other)
    {
        foreach (var (key, series) in other._series)
        {
            if (_series.TryGetValue(key, out var known))
                known.Merge(series);
            else
                Add(key, series);
        }
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
        if (_series.Count == 0 && _names.Length == 0)
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
                            Array.ConvertAll(cells, cell => Log2Buckets.Quantile(quantile, cell?.Buckets) / (isSeconds ? 1e9 : 1))
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
                            Array.ConvertAll(cells, cell => (double)(cell?.Buckets?[bucket] ?? 0))
                        )
                    );
                }

                break;
            default:
                if (_names.Length == 0)
                    labels.Add(new(LabeledValues.NameLabel, FieldValue.Of(Name())));
                results.Add(new LabeledValues(labels, Array.ConvertAll(cells, cell => Value(cell, width))));
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

    /// <summary>What is asked of each span, for one kind of source.</summary>
    private sealed class Nodes<TSource>(MetricsPipeline pipeline)
        where TSource : struct, IFieldSource
    {
        public FieldNode<TSource>? Value { get; } = pipeline.Field is { } field ? new ReferenceNode<TSource>(field, null) : null;

        public FieldNode<TSource>[] By { get; } = [.. pipeline.By.Select(by => new ReferenceNode<TSource>(by, null))];
    }

    /// <summary>The steps of one series in which something happened.</summary>
    private sealed class Series
    {
        private Dictionary<long, MetricsCell> _cells = [];
        private long _from = long.MaxValue;
        private long _to = long.MinValue;
        private MetricsCell? _last;

        public MetricsCell At(long time, long width)
        {
            // spans come more or less in order
            if (time > _from && time <= _to)
                return _last!;
            var index = TimeSteps.IndexOf(time, width);
            if (!_cells.TryGetValue(index, out var cell))
                _cells.Add(index, cell = new MetricsCell());
            (_from, _to, _last) = (index * width, (index + 1) * width, cell);
            return cell;
        }

        public void Merge(Series other)
        {
            foreach (var (index, cell) in other._cells)
            {
                if (_cells.TryGetValue(index, out var known))
                    known.Merge(cell);
                else
                    _cells.Add(index, cell);
            }
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

            (_cells, _from, _to, _last) = (cells, long.MaxValue, long.MinValue, null);
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
