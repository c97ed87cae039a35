using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What one objective has seen: in one run, in one calendar period, or in the last while.</summary>
internal abstract class Series(CompiledObjective objective)
{
    public CompiledObjective Objective => objective;

    /// <summary>Time of the first event that counted; <see cref="long.MaxValue"/> before there is one.</summary>
    public long FirstEvent { get; private set; } = long.MaxValue;

    /// <summary>Time of the last event that counted.</summary>
    public long LastEvent { get; private set; } = long.MinValue;

    /// <summary>Why nothing can be judged, or null.</summary>
    public string? Invalid { get; set; }

    /// <summary>False when the event is too old for what is kept.</summary>
    public bool Add(long timeNanos, double first, double second)
    {
        if (!AddCell(timeNanos, first, second))
            return false;
        FirstEvent = Math.Min(FirstEvent, timeNanos);
        LastEvent = Math.Max(LastEvent, timeNanos);
        return true;
    }

    public abstract void AddLiveness(long timeNanos);

    public abstract void AddValue(long timeNanos, double value);

    /// <summary>What is found about events at this time; null where that is too long ago.</summary>
    public abstract Findings? FindingsAt(long timeNanos);

    protected abstract bool AddCell(long timeNanos, double first, double second);
}

/// <summary>The exact totals of one run or one calendar period.</summary>
internal sealed class TotalSeries(CompiledObjective objective) : Series(objective)
{
    private readonly Findings _findings = new();
    private Cell _total;

    public Cell Total => _total;

    public double Liveness { get; private set; }

    public Slices? Slices { get; } = objective.SliceNanos > 0 ? new Slices(objective.CellKind, objective.SliceNanos, long.MaxValue) : null;

    public QuantileSketch? Sketch { get; private set; }

    public Findings Findings => _findings;

    public override void AddLiveness(long timeNanos) => Liveness++;

    public override void AddValue(long timeNanos, double value) => (Sketch ??= new QuantileSketch()).Add(value);

    public override Findings FindingsAt(long timeNanos) => _findings;

    protected override bool AddCell(long timeNanos, double first, double second)
    {
        _total.Add(Objective.CellKind, first, second);
        Slices?.Add(timeNanos, first, second);
        return true;
    }
}

/// <summary>The last while, in buckets.</summary>
internal sealed class RollingSeries(CompiledObjective objective, long longestNanos) : Series(objective)
{
    private readonly RollingWindow _liveness = objective.HasLiveness ? new(CellKind.Sum, longestNanos) : null!;
    private RollingSketch? _sketch;
    private Findings _findings = new();
    private Findings? _before;
    private long _period = long.MinValue;

    public RollingWindow Window { get; } = new(objective.CellKind, longestNanos);

    public Slices? Slices { get; } = objective.SliceNanos > 0 ? new Slices(objective.CellKind, objective.SliceNanos, longestNanos) : null;

    public double Liveness(long nowNanos, long windowNanos) => Objective.HasLiveness ? _liveness.Sum(nowNanos, windowNanos).First : 0;

    public QuantileSketch? Sketch(long nowNanos) => _sketch?.Sum(nowNanos);

    /// <summary>What was found in the last period of a window's length, or in the one before where that has nothing bad yet.</summary>
    public Findings Findings => _findings.HasBad || _before is null ? _findings : _before;

    public override void AddLiveness(long timeNanos) => _liveness.Add(timeNanos, 1, 0);

    public override void AddValue(long timeNanos, double value) => (_sketch ??= new RollingSketch(longestNanos)).Add(timeNanos, value);

    public override Findings? FindingsAt(long timeNanos)
    {
        // periods are those of the calendar, so that they are the same in whatever order events come
        var period = Math.DivRem(timeNanos, longestNanos).Quotient;
        if (period > _period)
            (_before, _findings, _period) = (period == _period + 1 ? _findings : null, new Findings(), period);
        return period == _period ? _findings
            : period == _period - 1 ? _before ??= new Findings()
            : null;
    }

    protected override bool AddCell(long timeNanos, double first, double second)
    {
        var isKept = Window.Add(timeNanos, first, second);
        if (Slices is not null)
            isKept = Slices.Add(timeNanos, first, second);
        return isKept;
    }
}
