using System.Buffers;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Signals;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What objectives ask of the columns of one signal; a plan for all row groups.</summary>
internal sealed class ColumnQuestions
{
    // one bit is left for what marks runs
    private const int MaxFilters = 63;

    /// <summary>The bit of rows that show where a run begins and ends.</summary>
    public const ulong Run = 1UL << MaxFilters;

    private readonly List<SpanFilter?> _filters = [];

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
        var questions = new ColumnQuestions(signal, filters);
        foreach (var entry in filters.All)
        {
            if (questions.AddFilter(entry.Filter) < 0)
                return null;
        }

        foreach (var entry in filters.All)
        {
            foreach (var subscription in entry.Subscriptions)
            {
                if (!questions.TryAdd(subscription))
                    return null;
            }
        }

        return questions;
    }

    /// <summary>Filters by their bit: first those of <see cref="Filters"/>, in their order.</summary>
    public IReadOnlyList<SpanFilter?> Bits => _filters;

    private int AddFilter(SpanFilter? filter)
    {
        if (_filters.Count == MaxFilters || (filter is not null && !Plan.TryAdd(filter)))
            return -1;
        _filters.Add(filter);
        return _filters.Count - 1;
    }

    private bool TryAdd(Subscription subscription)
    {
        if (subscription.Objective.Kind == SloObjectiveKind.Ratio && !subscription.IsLiveness)
        {
            var bit = AddFilter(subscription.Good ?? subscription.Bad);
            subscription.Bit = bit;
            return bit >= 0;
        }

        if (subscription.IsLiveness || subscription.Objective.Field is not { } field)
            return true;
        if (field.OfRecord is not { } reference || Plan.AddField(reference) is not (>= 0 and var number))
            return false;
        field.Column = number;
        return true;
    }
}

/// <summary>The spans or events of a row group.</summary>
internal sealed class ColumnRecords : IDisposable
{
    private const double NanosPerSecond = 1e9;

    private readonly AttributeList _attributes = new();
    private readonly TextColumn _names;
    private readonly TextColumn? _traceStates;
    private readonly FieldColumn _runs;
    private readonly long[] _times;

    // mostly that of the row before
    private int _runCode = -1;
    private string? _run;

    public ColumnRecords(ColumnQuestions questions, RecordColumns columns)
    {
        Columns = columns;
        IsSpans = questions.Plan.Signal == TelemetrySignals.Spans;
        _names = columns.Text(IsSpans ? "name" : "event_name");
        if (IsSpans && columns.Text("trace_state") is { ValueCount: > 0 } states)
            _traceStates = states;
        _runs = columns.Field(questions.RunId);
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

    public ulong IdOf(int row) => IsSpans && SpanId.TryParse(Columns.Text("span_id").Bytes(row), out var id) ? Ids.Number(id) : 0;

    public string? RunId(int row)
    {
        var codes = _runs.Codes;
        var code = codes.IsEmpty ? -1 : codes[row];
        if (code != _runCode)
            (_runCode, _run) = (code, code >= 0 && _runs.Value(row) is { Type: FieldType.String } text ? text.Text : null);
        return _run;
    }

    public double Number(ValueField field, int row) =>
        field.IsDuration ? Duration(row) / NanosPerSecond : Columns.Field(field.Column).Number(row);

    /// <summary>Valid until the next one is asked for.</summary>
    public AttributeList Attributes(int row)
    {
        Columns.ReadAttributes(row, _attributes);
        return _attributes;
    }

    /// <summary>Sets a bit at the rows that show where a run begins and ends.</summary>
    public void MarkRuns(Span<ulong> marks)
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
                marks[row] |= ColumnQuestions.Run;
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
internal readonly struct ColumnRecord(ColumnRecords records, int row, ulong marks) : IRecord
{
    public string Name => records.Name(row);

    public long TimeNanos => records.Time(row);

    public int Weight => records.Weight(row);

    public string? RunId => records.RunId(row);

    public TraceId TraceId => records.TraceIdOf(row);

    public ulong Id => records.IdOf(row);

    public bool Matches(SpanFilter filter) => records.Columns.Matches(filter, row);

    public bool IsGood(Subscription subscription) => (marks & (1UL << subscription.Bit)) != 0 == subscription.Good is not null;

    public double Number(ValueField field) => records.Number(field, row);

    public void CopyTo(AttributeTable table) => RowAttributes.CopyTo(records.Attributes(row), table);

    public IReadOnlyList<KeyValuePair<string, string>> Attributes() => RowAttributes.Texts(records.Attributes(row));
}
