using OtelPipeline.Signals;
using OtelPipeline.Slo.Live;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Indicators;

/// <summary>An objective, made ready for events.</summary>
internal sealed class CompiledObjective
{
    private readonly double _value;
    private readonly Comparison _op;
    private readonly bool _everyEventIsBad;

    public CompiledObjective(SloObjective objective, SloDuration? window, int index)
    {
        Objective = objective;
        Index = index;
        Source = objective.Indicator.Threshold?.Telemetry ?? objective.Indicator.Total?.Telemetry;
        Kind = objective.Kind;
        (_op, _value) = (objective.Op ?? Comparison.Lte, (double)(objective.Value ?? 0));
        Field = Source?.Value is { } text ? ValueField.TryParse(text) : null;
        CellKind = Source?.Aggregate switch
        {
            SloAggregate.Min => CellKind.Min,
            SloAggregate.Max or SloAggregate.Age => CellKind.Max,
            _ => CellKind.Sum,
        };
        _everyEventIsBad =
            Source?.Aggregate is SloAggregate.Count or SloAggregate.Rate or SloAggregate.Sum && _op is (Comparison.Lte or Comparison.Lt);
        Excluded = new ExcludedTimes(objective.Slo.Exclusions);
        SliceNanos = objective.TimeSliceWindow is { } slice ? Nanoseconds.Nanos(slice) : 0;
        if (window is { } given)
            WindowNanos = Nanoseconds.Nanos(given.ToTimeSpan());
        else if (objective.Slo.TimeWindow is { IsRolling: true } rolling)
            WindowNanos = Nanoseconds.Nanos(rolling.Duration.ToTimeSpan());
        else if (objective.Slo.TimeWindow is { } calendar)
            Calendar = new CalendarPeriods(calendar);
    }

    public SloObjective Objective { get; }

    public int Index { get; }

    /// <summary>Null where the source is of another type, so that nothing can be judged.</summary>
    public TelemetrySource? Source { get; }

    public SloObjectiveKind Kind { get; }

    public ValueField? Field { get; }

    public CellKind CellKind { get; }

    public ExcludedTimes Excluded { get; }

    /// <summary>Length of a rolling window; 0 for a run and for calendar windows.</summary>
    public long WindowNanos { get; }

    public CalendarPeriods? Calendar { get; }

    /// <summary>Length of a time slice; 0 for the budgeting method Occurrences.</summary>
    public long SliceNanos { get; }

    public bool IsRun => WindowNanos == 0 && Calendar is null;

    public bool HasLiveness => Source?.Liveness is not null;

    /// <summary>How long the window is where it has a fixed length; about, for months.</summary>
    public TimeSpan Period =>
        WindowNanos > 0 ? TimeSpan.FromTicks(WindowNanos / 100) : Objective.Slo.TimeWindow?.Duration.ToTimeSpan() ?? TimeSpan.Zero;

    /// <summary><c>slo.events</c> that were good.</summary>
    public EventCount GoodEvents => field ?? Interlocked.CompareExchange(ref field, new EventCount(Tags("good")), null) ?? field;

    /// <summary><c>slo.events</c> that were bad.</summary>
    public EventCount BadEvents => field ?? Interlocked.CompareExchange(ref field, new EventCount(Tags("bad")), null) ?? field;

    /// <summary>What it counts, so that two that count the same can be told: all but the target and texts for people.</summary>
    public string Identity =>
        string.Join(
            '\n',
            [
                Objective.Slo.Name,
                Objective.Name,
                $"{Objective.Slo.BudgetingMethod} {SliceNanos} {WindowNanos} {Objective.TimeSliceTarget}",
                $"{Objective.Slo.TimeWindow?.Duration} {Objective.Slo.TimeWindow?.CalendarStart} {Objective.Slo.TimeWindow?.TimeZone?.Id}",
                $"{Objective.Op} {Objective.Value}",
                string.Join(';', Objective.Slo.Exclusions),
                .. Objective.Indicator.Sources.Select(static s =>
                    $"{s.Telemetry!.Signal} {s.Telemetry.Where} {s.Telemetry.Metric} {s.Telemetry.Value} {s.Telemetry.Aggregate} {s.Telemetry.Per} {s.Telemetry.Liveness}"
                ),
                Objective.Indicator.Bad is null ? "good" : "bad",
            ]
        );

    /// <summary>Whether a single value keeps the threshold.</summary>
    public bool IsGood(double value) =>
        _op switch
        {
            Comparison.Lte => value <= _value,
            Comparison.Gte => value >= _value,
            Comparison.Lt => value < _value,
            _ => value > _value,
        };

    /// <summary>Whether a single event of a limit is to blame when the limit is broken.</summary>
    public bool IsBadForLimit(double value) =>
        _everyEventIsBad
        || (Source!.Aggregate is SloAggregate.Max or SloAggregate.Min or SloAggregate.Avg && !double.IsNaN(value) && !IsGood(value));

    /// <summary>How far a value lies on the wrong side.</summary>
    public double Badness(double value) =>
        double.IsNaN(value) ? 0
        : _op is Comparison.Lte or Comparison.Lt ? value
        : -value;

    private KeyValuePair<string, object?>[] Tags(string outcome) =>
        [
            new(PipelineAttributes.SloName, Objective.Slo.Name),
            new(PipelineAttributes.SloObjectiveName, Objective.Name),
            new(PipelineAttributes.SloOutcome, outcome),
        ];
}
