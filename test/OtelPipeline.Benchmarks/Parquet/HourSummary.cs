using OtelPipeline.Parquet;

namespace OtelPipeline.Benchmarks.Parquet;

/// <summary>Spans by hour and node: how many, the ratios of failures and cache hits, and the exact p50 and p95 of the duration.</summary>
internal static class HourSummary
{
    private const long MicrosecondsPerHour = 3_600_000_000;

    public static List<(long Hour, string Node, int Count, double Failed, double Hits, double P50, double P95)> Compute(string path)
    {
        var groups = new Dictionary<(long, string), Group>();
        using var reader = ParquetReader.Open(path);
        foreach (var rowGroup in reader.RowGroups)
            Add(groups, rowGroup);
        return [.. groups.OrderBy(g => g.Key).Select(g => g.Value.Summarize(g.Key))];
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
            group.Durations.Add(duration[i]);
            if (status[i] == 2)
                group.Failed++;
            if (cache[i] == hit && hit >= 0)
                group.Hits++;
        }
    }

    private static int Find(ParquetBytes column, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < column.ValueCount; i++)
        {
            if (column.Value(i).SequenceEqual(value))
                return i;
        }

        return -1;
    }

    private static Group GetGroup(Dictionary<(long, string), Group> groups, long hour, string node)
    {
        if (!groups.TryGetValue((hour, node), out var group))
            groups[(hour, node)] = group = new Group();
        return group;
    }

    private sealed class Group
    {
        public List<long> Durations { get; } = [];

        public int Failed { get; set; }

        public int Hits { get; set; }

        public (long Hour, string Node, int Count, double Failed, double Hits, double P50, double P95) Summarize(
            (long Hour, string Node) key
        )
        {
            var count = Durations.Count;
            var values = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Durations);
            // the larger one first: it leaves everything below its place in front
            var high = Percentile(values, 0.95, count);
            var low = Percentile(values[..Math.Min(count, (int)(0.95 * (count - 1)) + 2)], 0.5, count);
            return (key.Hour, key.Node, count, Failed / (double)count, Hits / (double)count, low, high);
        }

        /// <summary>Interpolates between the two values around the place, as quantile_cont does.</summary>
        private static double Percentile(Span<long> values, double p, int count)
        {
            var place = p * (count - 1);
            var low = (int)place;
            var first = Select(values, low);
            if (low + 1 == values.Length)
                return first;
            var second = Select(values[(low + 1)..], 0);
            return first + (place - low) * (second - first);
        }

        /// <summary>Brings the k-th smallest value to its place, smaller ones before it (Hoare's selection).</summary>
        private static long Select(Span<long> values, int k)
        {
            int low = 0,
                high = values.Length - 1;
            while (low < high)
            {
                var pivot = values[(low + high) / 2];
                int i = low,
                    j = high;
                while (i <= j)
                {
                    while (values[i] < pivot)
                        i++;
                    while (values[j] > pivot)
                        j--;
                    if (i > j)
                        break;
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }

                if (k <= j)
                    high = j;
                else if (k >= i)
                    low = i;
                else
                    break;
            }

            return values[k];
        }
    }
}
