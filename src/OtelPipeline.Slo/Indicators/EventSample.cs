using System.Runtime.InteropServices;

namespace OtelPipeline.Slo.Indicators;

/// <summary>Some of the good, or of the bad, events: those whose times have the least hashes, which are the same ones in whatever order they come.</summary>
internal sealed class EventSample(AttributeTable table, bool isBad)
{
    private const int Max = 128;

    private readonly List<Kept> _kept = [];
    private readonly ushort[]?[] _shared = new ushort[16][];
    private int _greatest;

    // the hash of the greatest once there is no room for more
    private ulong _limit = ulong.MaxValue;

    /// <summary>How many events there were.</summary>
    public long Seen { get; private set; }

    /// <summary>How many of them are kept.</summary>
    public int Count => _kept.Count;

    public void Add<T>(in T record)
        where T : struct, IRecord
    {
        Seen++;
        var hash = Hash(record.TimeNanos);
        if (hash <= _limit)
            Keep(record, hash);
    }

    private void Keep<T>(in T record, ulong hash)
        where T : struct, IRecord
    {
        var all = CollectionsMarshal.AsSpan(_kept);
        if (all.Length == Max && !MayPrecede(record, hash, all[_greatest]))
            return;
        var kept = new Kept(record.TimeNanos, hash, record.Id, Shared(table.Count(record, isBad)));
        if (all.Length < Max)
        {
            _kept.Add(kept);
            all = CollectionsMarshal.AsSpan(_kept);
        }
        else
        {
            var isNew = Compare(kept, all[_greatest]) < 0;
            table.Release(isNew ? all[_greatest].Values : kept.Values, isBad);
            if (!isNew)
                return;
            all[_greatest] = kept;
        }

        for (var i = 0; i < all.Length; i++)
        {
            if (Compare(all[i], all[_greatest]) > 0)
                _greatest = i;
        }

        if (all.Length == Max)
            _limit = all[_greatest].Hash;
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
    private static bool MayPrecede<T>(in T record, ulong hash, in Kept last)
        where T : struct, IRecord
    {
        if (hash != last.Hash)
            return hash < last.Hash;
        var id = record.Id;
        return id < last.Id || (id | last.Id) == 0;
    }

    private int Compare(in Kept one, in Kept other) =>
        one.Hash != other.Hash ? one.Hash.CompareTo(other.Hash)
        : one.Id != other.Id ? one.Id.CompareTo(other.Id)
        : one.Values.AsSpan().SequenceEqual(other.Values) ? 0
        : string.CompareOrdinal(table.Text(one.Values), table.Text(other.Values));

    // many events have the same values, mostly those of one lately
    private ushort[] Shared(ReadOnlySpan<ushort> values)
    {
        var hash = 0u;
        foreach (var value in values)
            hash = (hash * 31) + value;
        ref var shared = ref _shared[hash % (uint)_shared.Length];
        if (shared is null || !values.SequenceEqual(shared))
            shared = values.ToArray();
        return shared;
    }

    // no two times have the same (the end of https://prng.di.unimi.it/splitmix64.c)
    private static ulong Hash(long time)
    {
        var hash = (ulong)time;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }

    private readonly record struct Kept(long Time, ulong Hash, ulong Id, ushort[] Values);
}
