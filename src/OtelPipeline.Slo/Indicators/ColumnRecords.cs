using System.Buffers;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Signals;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What objectives ask of the columns of one signal; a plan for all row groups.</summary>
internal sealed class ColumnQuestions
{
    /// <summary>One bit is left for what marks runs.</summary>
    public const int MaxFilters = 63;

    private readonly Dictionary<ValueField, int> _values = new(ReferenceEqualityComparer.Instance);

    private ColumnQuestions(TelemetrySignals signal, FilterIndex filters)
    {
        (Plan, Filters) = (new RecordPlan(signal), filters);
        RunId = Plan.AddField(new FieldReference(FieldScope.Span, Intrinsic.None, PipelineAttributes.RunId));
    }

    public RecordPlan Plan { get; }

    public FilterIndex Filters { get; }

    /// <summary>The number of the field that names the run.</summary>
    public int RunId { get; }

    /// <summary>Null where an objective asks for what only rows can tell.</summary>
    public static ColumnQuestions? TryCreate(TelemetrySignals signal, FilterIndex filters)
    {
        if (filters.All.Count > MaxFilters)
            return null;
        var questions = new ColumnQuestions(signal, filters);
        foreach (var entry in filters.All)
        {
            if (entry.Filter is { } filter && !questions.Plan.TryAdd(filter))
                return null;
            foreach (var subscription in entry.Subscriptions)
            {
                if (!questions.TryAdd(subscription))
                    return null;
            }
        }

        return questions;
    }

    public int NumberOf(ValueField field) => _values[field];

    private bool TryAdd(Subscription subscription)
    {
        foreach (var filter in (ReadOnlySpan<SpanFilter?>)[subscription.Good, subscription.Bad])
        {
            if (filter is not null && !Plan.TryAdd(filter))
                return false;
        }

        if (subscription.IsLiveness || subscription.Objective.Field is not { } field)
            return true;
        if (field.OfRecord is not { } reference || Plan.AddField(reference) is not (>= 0 and var number))
            return false;
        _values[field] = number;
        return true;
    }
}

/// <summary>The spans or events of a row group.</summary>
internal sealed class ColumnRecords : IDisposable
{
    private const double NanosPerSecond = 1e9;

    private readonly ColumnQuestions _questions;
    private readonly AttributeList _attributes = new();
    private readonly TextColumn _names;
    private readonly TextColumn? _traceStates;
    private readonly long[] _times;

    public ColumnRecords(ColumnQuestions questions, RecordColumns columns)
    {
        (_questions, Columns) = (questions, columns);
        IsSpans = questions.Plan.Signal == TelemetrySignals.Spans;
        _names = columns.Text(IsSpans ? "name" : "event_name");
        if (IsSpans && columns.Text("trace_state") is { ValueCount: > 0 } states)
            _traceStates = states;
        _times = ArrayPool<long>.Shared.Rent(Math.Max(1, Count));
        (First, Last) = (long.MaxValue, long.MinValue);
        ReadTimes();
    }

    public RecordColumns Columns { get; }

    public bool IsSpans { get; }

    public int Count => Columns.RowCount;

    /// <summary>When the first span began, or the first event was.</summary>
    public long First { get; private set; }

    /// <summary>When the last span ended, or the last event was.</summary>
    public long Last { get; private set; }

    /// <summary>The least of <see cref="Time"/>.</summary>
    public long FirstTime { get; private set; } = long.MaxValue;

    public string Name(int row) => _names[row] ?? "";

    /// <summary>When it ended or happened.</summary>
    public long Time(int row) => _times[row];

    public long Start(int row) => _times[row] - Duration(row);

    public long Duration(int row) => Columns.Number("duration_nano").Integer(row) ?? 0;

    public int Weight(int row) => _traceStates is null ? 1 : Sampling.Weight(_traceStates[row], TraceIdOf(row));

    public TraceId TraceIdOf(int row) => TraceId.TryParse(Columns.Text("trace_id").Bytes(row), out var id) ? id : default;

    public string? RunId(int row)
    {
        var field = Columns.Field(_questions.RunId);
        var codes = field.Codes;
        return !codes.IsEmpty && codes[row] >= 0 && field.Value(row) is { Type: FieldType.String } text ? text.Text : null;
    }

    public double Number(ValueField field, int row) =>
        field.IsDuration ? Duration(row) / NanosPerSecond : Columns.Field(_questions.NumberOf(field)).Number(row);

    /// <summary>Valid until the next one is asked for.</summary>
    public AttributeList Attributes(int row)
    {
        Columns.ReadAttributes(row, _attributes);
        return _attributes;
    }

    /// <summary>Sets a bit at the rows that show where a run begins and ends.</summary>
    public void MarkRuns(ulong bit, Span<ulong> marks)
    {
        var wanted = new bool[_names.ValueCount];
        var any = false;
        for (var number = 0; number < wanted.Length; number++)
            any |= wanted[number] = RunMarks.IsMark(_names.Utf8(number), IsSpans);
        if (!any)
            return;
        var numbers = _names.Numbers;
        for (var row = 0; row < numbers.Length; row++)
        {
            if (
                numbers[row] is >= 0 and var number
                && wanted[number]
                && (!IsSpans || Columns.Text("scope_name")[row] == PipelineSources.ActivitySource)
            )
                marks[row] |= bit;
        }
    }

    public void Dispose() => ArrayPool<long>.Shared.Return(_times);

    private void ReadTimes()
    {
        var (one, other) = IsSpans
            ? (Columns.Number("start_time_unix_nano"), Columns.Number("duration_nano"))
            : (Columns.Number("time_unix_nano"), Columns.Number("observed_time_unix_nano"));
        var areAll = one.TryGetLongs(out var ones) & other.TryGetLongs(out var others);
        for (var row = 0; row < Count; row++)
        {
            var (left, right) = areAll ? (ones[row], others[row]) : (one.Integer(row) ?? 0, other.Integer(row) ?? 0);
            var time = _times[row] =
                IsSpans ? left + right
                : left != 0 ? left
                : right;
            First = Math.Min(First, IsSpans ? left : time);
            Last = Math.Max(Last, time);
            FirstTime = Math.Min(FirstTime, time);
        }
    }
}

/// <summary>A span or event of a row group.</summary>
internal readonly struct ColumnRecord(ColumnRecords records, int row) : IRecord
{
    public string Name => records.Name(row);

    public long TimeNanos => records.Time(row);

    public int Weight => records.Weight(row);

    public string? RunId => records.RunId(row);

    public TraceId TraceId => records.TraceIdOf(row);

    public bool Matches(SpanFilter filter) => records.Columns.Matches(filter, row);

    public double Number(ValueField field) => records.Number(field, row);

    public void Tally(AttributeTally tally, bool isBad) => tally.Add(records.Attributes(row), isBad);

    public IReadOnlyList<KeyValuePair<string, string>> Attributes() => RowAttributes.Texts(records.Attributes(row));
}
