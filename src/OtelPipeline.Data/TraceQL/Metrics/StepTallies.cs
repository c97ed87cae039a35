using System.Buffers;
using System.Numerics;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// Counts rows and adds up their durations by group within one step, as plain numbers: the cell of a series is looked at once per step and not once
/// per row.
/// </summary>
internal sealed class StepTallies : IDisposable
{
    /// <summary>So many rows can be added before they are taken.</summary>
    public const int MostRows = 8192;

    // so many of these fit a sum of 64 bits: 13 days
    private const long LongestSummed = 1L << 50;

    // with fewer rows per group than that, to look at all groups costs more than it saves
    private const int MostGroupsPerRow = 4;

    private readonly Tally[] _tallies;
    private readonly int _groups;

    public StepTallies(int groups)
    {
        _groups = groups;
        _tallies = ArrayPool<Tally>.Shared.Rent(groups);
        _tallies.AsSpan(0, groups).Clear();
    }

    /// <summary>Adds the rows whose flag is set; false, and none is added, when they are better looked at one by one.</summary>
    /// <param name="function">What is to be known of the durations; with buckets they are looked at one by one.</param>
    /// <param name="mask">The flags.</param>
    /// <param name="numbers">The groups, less <paramref name="first"/>.</param>
    /// <param name="first">The group of number 0.</param>
    /// <param name="durations">The durations; empty when rows are only counted.</param>
    public bool TryAdd(
        MetricsFunction function,
        ReadOnlySpan<bool> mask,
        ReadOnlySpan<int> numbers,
        int first,
        ReadOnlySpan<long> durations
    )
    {
        if (_groups > mask.Length * MostGroupsPerRow)
            return false;
        var tallies = _tallies.AsSpan(0, _groups);
        numbers = numbers[..mask.Length];
        if (durations.IsEmpty)
        {
            for (var i = 0; i < mask.Length; i++)
                tallies[numbers[i] + first].Count += mask[i] ? 1 : 0;
            return true;
        }

        durations = durations[..mask.Length];
        switch (function)
        {
            case MetricsFunction.AvgOverTime or MetricsFunction.SumOverTime when AreShort(durations):
                // without a branch: whether a row counts is what cannot be foreseen
                for (var i = 0; i < mask.Length; i++)
                {
                    var one = mask[i] ? 1L : 0;
                    ref var tally = ref tallies[numbers[i] + first];
                    tally.Count += one;
                    tally.Value += durations[i] & -one;
                }

                return true;
            case MetricsFunction.MinOverTime or MetricsFunction.MaxOverTime:
                for (var i = 0; i < mask.Length; i++)
                {
                    if (!mask[i])
                        continue;
                    ref var tally = ref tallies[numbers[i] + first];
                    var duration = durations[i];
                    if (tally.Count++ == 0 || (function == MetricsFunction.MinOverTime ? duration < tally.Value : duration > tally.Value))
                        tally.Value = duration;
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>The next group, from <paramref name="group"/> on, that rows were added to, and what is known of it; then it is empty again.</summary>
    public bool TryTake(ref int group, out Tally tally)
    {
        for (; group < _groups; group++)
        {
            tally = _tallies[group];
            if (tally.Count == 0)
                continue;
            _tallies[group] = default;
            return true;
        }

        tally = default;
        return false;
    }

    public void Dispose() => ArrayPool<Tally>.Shared.Return(_tallies);

    private static bool AreShort(ReadOnlySpan<long> durations)
    {
        var bits = Vector<long>.Zero;
        var i = 0;
        for (; i + Vector<long>.Count <= durations.Length; i += Vector<long>.Count)
        {
            // of a negative number its complement, which has no more bits
            var some = new Vector<long>(durations[i..]);
            bits |= some ^ Vector.LessThan(some, Vector<long>.Zero);
        }

        long all = 0;
        for (var lane = 0; lane < Vector<long>.Count; lane++)
            all |= bits[lane];
        for (; i < durations.Length; i++)
            all |= durations[i] ^ (durations[i] >> 63);
        return all < LongestSummed;
    }

    /// <summary>How many rows, and the sum, the least or the most of their durations.</summary>
    internal struct Tally
    {
        public long Count;
        public long Value;
    }
}
