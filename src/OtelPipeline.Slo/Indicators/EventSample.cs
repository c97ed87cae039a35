using System.Runtime.InteropServices;

namespace OtelPipeline.Slo.Indicators;

/// <summary>Some of the good, or of the bad, events: those whose times have the least hashes, which are the same ones in whatever order they come.</summary>
internal sealed class EventSample(AttributeTable table, bool isBad)
{
    private const int Max = 128;

    private readonly List<Kept> _kept = [];
    private int _greatest;

    /// <summary>How many events there were.</summary>
    public long Seen { get; private set; }

    /// <summary>How many of them are kept.</summary>
    public int Count => _kept.Count;

    public void Add<T>(in T record)
        where T : struct, IRecord
    {
        Seen++;
        var time = record.TimeNanos;
        if (_kept.Count == Max && !MayPrecede(record, time, CollectionsMarshal.AsSpan(_kept)[_greatest]))
            return;
        var values = table.Count(record, isBad);
        var kept = new Kept(time, record.Id, Shared(values) ?? values.ToArray());
        if (_kept.Count < Max)
        {
            _kept.Add(kept);
            if (Compare(kept, _kept[_greatest]) > 0)
                _greatest = _kept.Count - 1;
            return;
        }

        var isNew = Compare(kept, _kept[_greatest]) < 0;
        table.Release(isNew ? _kept[_greatest].Values : kept.Values, isBad);
        if (!isNew)
            return;
        _kept[_greatest] = kept;
        for (var i = 0; i < Max; i++)
        {
            if (Compare(_kept[i], _kept[_greatest]) > 0)
                _greatest = i;
        }
    }

    /// <summary>The time of the event that so many others precede; 0 where there are not so many. An estimate where not all are kept.</summary>
    public long TimeOf(long index)
    {
        if (index < 0 || index >= Seen)
            return 0;
        var times = _kept.Select(static k => k.Time).Order().ToList();
        return times[(int)((double)index * times.Count / Seen)];
    }

    // what is left to the comparison of values are events of the same time that have no id
    private static bool MayPrecede<T>(in T record, long time, in Kept last)
        where T : struct, IRecord
    {
        if (time != last.Time)
            return Hash(time) < last.Hash;
        var id = record.Id;
        return id < last.Id || (id | last.Id) == 0;
    }

    private int Compare(in Kept one, in Kept other) =>
        one.Time != other.Time ? one.Hash.CompareTo(other.Hash)
        : one.Id != other.Id ? one.Id.CompareTo(other.Id)
        : one.Values.AsSpan().SequenceEqual(other.Values) ? 0
        : string.CompareOrdinal(table.Text(one.Values), table.Text(other.Values));

    // many events have the same values
    private ushort[]? Shared(ReadOnlySpan<ushort> values)
    {
        foreach (var kept in _kept)
        {
            if (values.SequenceEqual(kept.Values))
                return kept.Values;
        }

        return null;
    }

    // no two times have the same (the end of https://prng.di.unimi.it/splitmix64.c)
    private static ulong Hash(long time)
    {
        var hash = (ulong)time;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }

    private readonly record struct Kept(long Time, ulong Id, ushort[] Values)
    {
        public ulong Hash => EventSample.Hash(Time);
    }
}
