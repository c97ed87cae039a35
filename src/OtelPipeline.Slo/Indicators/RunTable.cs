using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What the objectives of a run have seen of one run.</summary>
internal sealed class RunScope(string? id, int objectives)
{
    private readonly TotalSeries?[] _series = new TotalSeries?[objectives];

    /// <summary>Null for events that belong to no run.</summary>
    public string? Id => id;

    /// <summary>When the run started, by its own span or event; 0 where it is not known.</summary>
    public long Start { get; set; }

    /// <summary>When the run ended, by its own span or event; 0 where it is not known or has not ended.</summary>
    public long End { get; set; }

    public long FirstSeen { get; private set; } = long.MaxValue;

    public long LastSeen { get; private set; } = long.MinValue;

    /// <summary>Whether another run of the process overlaps it, as far as that is known.</summary>
    public bool IsOverlapped { get; set; }

    public void Seen(long timeNanos)
    {
        FirstSeen = Math.Min(FirstSeen, timeNanos);
        LastSeen = Math.Max(LastSeen, timeNanos);
    }

    public TotalSeries Series(CompiledObjective objective) => _series[objective.Index] ??= new TotalSeries(objective);

    public TotalSeries? Find(CompiledObjective objective) => _series[objective.Index];

    public void Inherit(RunScope before, CompiledObjective objective, TotalSeries series)
    {
        (Start, End, IsOverlapped) = (before.Start, before.End, before.IsOverlapped);
        Seen(before.FirstSeen);
        _series[objective.Index] = series;
    }
}

/// <summary>The runs that are kept: the latest.</summary>
internal sealed class RunTable(int objectives, int max)
{
    private readonly Dictionary<string, RunScope> _runs = new(StringComparer.Ordinal);
    private RunScope? _last;

    /// <summary>How many runs were forgotten.</summary>
    public long Forgotten { get; private set; }

    public IEnumerable<RunScope> All => _runs.Values;

    /// <summary>The run that was active last; what belongs to no run only where there is nothing else. Null where there is nothing.</summary>
    public RunScope? Latest =>
        _runs.Values.Where(static r => r.Id is not null).MaxBy(static r => Math.Max(r.LastSeen, r.End)) ?? _runs.GetValueOrDefault("");

    public RunScope? Find(string? id) => _runs.GetValueOrDefault(id ?? "");

    public RunScope Get(string? id, long timeNanos)
    {
        var run = _last;
        if (run is null || !((object?)run.Id == id || string.Equals(run.Id, id, StringComparison.Ordinal)))
        {
            if (!_runs.TryGetValue(id ?? "", out run))
            {
                if (_runs.Count == max)
                    Forget();
                _runs[id ?? ""] = run = new RunScope(id, objectives);
            }

            _last = run;
        }

        run.Seen(timeNanos);
        return run;
    }

    private void Forget()
    {
        var oldest = _runs.Values.MinBy(static r => r.LastSeen)!;
        _runs.Remove(oldest.Id ?? "");
        Forgotten++;
    }
}

/// <summary>
/// What happened without a run id, by its time: a circuit breaker that opens on a thread of its own belongs to the run that is going on then.
/// </summary>
internal sealed class LooseEvents
{
    private const int Max = 10_000;

    private readonly List<(long Time, double First, double Second)> _events = [];
    private readonly List<long> _lives = [];

    /// <summary>How many events were not kept.</summary>
    public long Forgotten { get; private set; }

    public void Add(long timeNanos, double first, double second)
    {
        if (_events.Count < Max)
            _events.Add((timeNanos, first, second));
        else
            Forgotten++;
    }

    public void AddLiveness(long timeNanos)
    {
        // a sign of life in each second is enough
        if (_lives.Count < Max && (_lives.Count == 0 || Math.Abs(timeNanos - _lives[^1]) > 1_000_000_000))
            _lives.Add(timeNanos);
    }

    public bool IsAlive(long from, long to) => _lives.Exists(t => t >= from && t <= to);

    public Windows.Cell AddTo(Windows.Cell cell, Windows.CellKind kind, long from, long to)
    {
        foreach (var (time, first, second) in _events)
        {
            if (time >= from && time <= to)
                cell.Add(kind, first, second);
        }

        return cell;
    }
}
