using System.Numerics;
using OtelPipeline.Parquet;

namespace OtelPipeline.Benchmarks.Parquet;

/// <summary>
/// Spans by hour and node: how many, the ratios of failures and cache hits, and p50 and p95 of the duration within 0.8 %. Memory grows with the groups,
/// not with the rows.
/// </summary>
internal static class HourSummary
{
    private const long MicrosecondsPerHour = 3_600_000_000;

    public static List<(long Hour, string Node, int Count, double Failed, double Hits, double P50, double P95)> Compute(string path)
    {
        var groups = new Dictionary<(long Hour, string Node), Group>();
        using var reader = ParquetReader.Open(path);
        foreach (var rowGroup in reader.RowGroups)
            Add(groups, rowGroup);
        return [.. groups.OrderBy(g => g.Key).Select(g => g.Value.Summarize(g.Key.Hour, g.Key.Node))];
    }

    private static void Add(Dictionary<(long, string), Group> groups, ParquetRowGroup rowGroup)
    {
        using var times = rowGroup.Read<long>("timestamp");
        using var durations = rowGroup.Read<long>("duration_nano");
        using var statuses = rowGroup.Read<int>("status_code");
        using var nodes = rowGroup.ReadBytes("node_name");
        using var caches = rowGroup.ReadBytes("cache_result");
        ReadOnlySpan<long> time = times.Values,
            duration = durations.Values;
        ReadOnlySpan<int> status = statuses.Values,
            node = nodes.Numbers,
            cache = caches.Numbers;
        var hit = Find(caches, "hit"u8);
        var known = new Group?[nodes.ValueCount + 1];
        var hour = long.MinValue;
        for (var i = 0; i < time.Length; i++)
        {
            var rowHour = time[i] / MicrosecondsPerHour;
            if (rowHour != hour)
            {
                hour = rowHour;
                Array.Clear(known);
            }

            var group = known[node[i] + 1] ??= GetGroup(groups, hour, nodes.GetString(i) ?? "");
            group.Add(duration[i], failed: status[i] == 2, hit: cache[i] == hit);
        }
    }

    /// <summary>The number of a value, or one that no entry has.</summary>
    private static int Find(ParquetBytes column, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < column.ValueCount; i++)
        {
            if (column.Value(i).SequenceEqual(value))
                return i;
        }

        return int.MaxValue;
    }

    private static Group GetGroup(Dictionary<(long, string), Group> groups, long hour, string node)
    {
        if (!groups.TryGetValue((hour, node), out var group))
            groups[(hour, node)] = group = new Group();
        return group;
    }

    /// <summary>Counts durations in buckets: 128 to each power of two.</summary>
    private sealed class Group
    {
        private const int SubBits = 7;
        private readonly int[] _buckets = new int[(64 - SubBits) << SubBits];
        private int _count;
        private int _failed;
        private int _hits;

        public void Add(long duration, bool failed, bool hit)
        {
            _count++;
            _failed += failed ? 1 : 0;
            _hits += hit ? 1 : 0;
            var value = (ulong)Math.Max(duration, 0);
            var shift = Math.Max(0, 63 - SubBits - BitOperations.LeadingZeroCount(value));
            _buckets[(shift << SubBits) + (int)(value >> shift)]++;
        }

        public (long Hour, string Node, int Count, double Failed, double Hits, double P50, double P95) Summarize(long hour, string node) =>
            (hour, node, _count, _failed / (double)_count, _hits / (double)_count, Percentile(0.5), Percentile(0.95));

        /// <summary>The middle of the bucket where the value lies.</summary>
        private double Percentile(double p)
        {
            var left = (long)(p * (_count - 1));
            var bucket = 0;
            while (left >= _buckets[bucket])
                left -= _buckets[bucket++];
            var shift = Math.Max(0, (bucket >> SubBits) - 1);
            return (bucket - (shift << SubBits) + 0.5) * Math.Pow(2, shift);
        }
    }
}
