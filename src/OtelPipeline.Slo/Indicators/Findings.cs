using OtelPipeline.Data;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What is kept of bad events to explain a failure; bounded.</summary>
internal sealed class Findings
{
    private const int MaxWorst = 3;
    private const int MaxTimes = 256;

    private readonly (double Badness, TraceId TraceId)[] _worst = new (double, TraceId)[MaxWorst];
    private readonly List<long> _badTimes = [];
    private int _everyOne = 1;
    private long _badEvents;

    public AttributeTally Tally { get; } = new();

    public long FirstBadTime { get; private set; }

    public TraceId FirstBadTrace { get; private set; }

    /// <summary>The attributes of the first bad event.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> FirstBadAttributes { get; private set; } = [];

    /// <summary>The traces of the worst bad events, the worst first.</summary>
    public IEnumerable<TraceId> Worst => _worst.Where(static w => !w.TraceId.IsEmpty).Select(static w => w.TraceId);

    public bool HasBad => _badEvents > 0;

    /// <param name="record">The event.</param>
    /// <param name="isBad">Whether it is bad.</param>
    /// <param name="badness">How bad: the larger, the worse; the same for all where nothing is measured.</param>
    public void Add<T>(in T record, bool isBad, double badness)
        where T : struct, IRecord
    {
        if (isBad)
            AddBad(record, badness);
        if (Tally.Wants(isBad))
            record.Tally(Tally, isBad);
    }

    /// <summary>When the bad events became more than so many; about when, where there were more than are kept. 0 where they did not.</summary>
    public long TimeOfBad(double count)
    {
        var index = (long)Math.Floor(count) / _everyOne;
        return index >= 0 && index < _badTimes.Count ? _badTimes[(int)index] : 0;
    }

    private void AddBad<T>(in T record, double badness)
        where T : struct, IRecord
    {
        if (_badEvents == 0 || record.TimeNanos < FirstBadTime)
        {
            (FirstBadTime, FirstBadTrace) = (record.TimeNanos, record.TraceId);

            // rows of several files may come in any order; what was found first is not described again each time
            if (_badEvents == 0)
                FirstBadAttributes = record.Attributes();
        }

        if (_badEvents++ % _everyOne == 0)
        {
            _badTimes.Add(record.TimeNanos);
            if (_badTimes.Count == MaxTimes)
                Thin();
        }

        if (badness > _worst[^1].Badness || _worst[^1].TraceId.IsEmpty)
            Insert(badness, record.TraceId);
    }

    private void Thin()
    {
        for (var i = 0; i < MaxTimes / 2; i++)
            _badTimes[i] = _badTimes[2 * i];
        _badTimes.RemoveRange(MaxTimes / 2, MaxTimes / 2);
        _everyOne *= 2;
    }

    private void Insert(double badness, TraceId traceId)
    {
        // several bad events of one trace are one trace to look at
        var place = Array.FindIndex(_worst, w => w.TraceId == traceId);
        if (place < 0)
            place = MaxWorst - 1;
        else if (_worst[place].Badness >= badness)
            return;
        for (; place > 0 && (badness > _worst[place - 1].Badness || _worst[place - 1].TraceId.IsEmpty); place--)
            _worst[place] = _worst[place - 1];
        _worst[place] = (badness, traceId);
    }
}
