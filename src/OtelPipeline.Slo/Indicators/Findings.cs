using OtelPipeline.Data;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What is kept of bad events to explain a failure; bounded.</summary>
internal sealed class Findings
{
    private const int MaxWorst = 3;

    private readonly (double Badness, long Time, TraceId TraceId)[] _worst = new (double, long, TraceId)[MaxWorst];
    private ulong _firstBadId;

    public AttributeTally Tally { get; } = new();

    public long FirstBadTime { get; private set; }

    public TraceId FirstBadTrace { get; private set; }

    /// <summary>The attributes of the first bad event.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> FirstBadAttributes { get; private set; } = [];

    /// <summary>The traces of the worst bad events, the worst first.</summary>
    public IEnumerable<TraceId> Worst => _worst.Where(static w => !w.TraceId.IsEmpty).Select(static w => w.TraceId);

    public bool HasBad => Tally.Bad > 0;

    /// <param name="record">The event.</param>
    /// <param name="isBad">Whether it is bad.</param>
    /// <param name="badness">How bad: the larger, the worse; the same for all where nothing is measured.</param>
    public void Add<T>(in T record, bool isBad, double badness)
        where T : struct, IRecord
    {
        if (isBad)
            AddBad(record, badness);
        Tally.Add(record, isBad);
    }

    private void AddBad<T>(in T record, double badness)
        where T : struct, IRecord
    {
        // the trace is asked for only where it matters: in a column it is text
        var time = record.TimeNanos;
        if (!HasBad || time < FirstBadTime || (time == FirstBadTime && IsBeforeFirst(record)))
            (FirstBadTime, FirstBadTrace, _firstBadId, FirstBadAttributes) = (time, record.TraceId, record.Id, record.Attributes());
        ref readonly var least = ref _worst[^1];
        if (
            (least.TraceId.IsEmpty || badness > least.Badness || (badness == least.Badness && time <= least.Time))
            && record.TraceId is { IsEmpty: false } trace
        )
            Insert((badness, time, trace));
    }

    // rows of several files may come in any order, and some at the same time: the first is the same one
    private bool IsBeforeFirst<T>(in T record)
        where T : struct, IRecord
    {
        var trace = record.TraceId;
        if (trace != FirstBadTrace)
            return Compare(trace, FirstBadTrace) < 0;
        if (record.Id != _firstBadId)
            return record.Id < _firstBadId;
        return record.Id == 0 && string.CompareOrdinal(Text(record.Attributes()), Text(FirstBadAttributes)) < 0;
    }

    private void Insert((double Badness, long Time, TraceId TraceId) found)
    {
        // several bad events of one trace are one trace to look at
        var place = Array.FindIndex(_worst, w => w.TraceId == found.TraceId);
        if (place < 0)
            place = MaxWorst - 1;
        if (!_worst[place].TraceId.IsEmpty && !IsWorse(found, _worst[place]))
            return;
        for (; place > 0 && (_worst[place - 1].TraceId.IsEmpty || IsWorse(found, _worst[place - 1])); place--)
            _worst[place] = _worst[place - 1];
        _worst[place] = found;
    }

    private static bool IsWorse((double Badness, long Time, TraceId TraceId) one, (double Badness, long Time, TraceId TraceId) other) =>
        one.Badness != other.Badness ? one.Badness > other.Badness
        : one.Time != other.Time ? one.Time < other.Time
        : one.TraceId != other.TraceId && Compare(one.TraceId, other.TraceId) < 0;

    private static int Compare(TraceId one, TraceId other) => string.CompareOrdinal(one.ToString(), other.ToString());

    private static string Text(IReadOnlyList<KeyValuePair<string, string>> attributes) =>
        string.Join('\n', attributes.Select(static a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal));
}
