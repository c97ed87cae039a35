using System.Numerics;

namespace OtelPipeline.Slo.Verdicts;

/// <summary>Comparisons without rounding: in doubles, <c>1.0 / 10 &lt;= 1 - 0.9</c> is false.</summary>
internal static class Exact
{
    /// <summary>Whether <paramref name="part"/> / <paramref name="whole"/> is at least <paramref name="share"/>; the whole is above 0.</summary>
    public static bool IsAtLeast(double part, double whole, decimal share)
    {
        var (partNumber, partScale) = Number(part);
        var (wholeNumber, wholeScale) = Number(whole);
        var (shareNumber, shareScale) = Number(share);
        return partNumber * BigInteger.Pow(10, wholeScale + shareScale) >= shareNumber * wholeNumber * BigInteger.Pow(10, partScale);
    }

    /// <summary>How <paramref name="count"/> · <paramref name="per"/> stands to <paramref name="limit"/> · <paramref name="length"/>.</summary>
    public static int Compare(double count, long per, decimal limit, long length)
    {
        var (countNumber, countScale) = Number(count);
        var (limitNumber, limitScale) = Number(limit);
        return (countNumber * per * BigInteger.Pow(10, limitScale)).CompareTo(limitNumber * length * BigInteger.Pow(10, countScale));
    }

    /// <summary>Whether the mean of parts is at least a share; there is one at least, and every whole is above 0.</summary>
    public static bool IsMeanAtLeast(IReadOnlyCollection<(double Part, double Whole)> parts, decimal share)
    {
        // slices of the same size add up; the sums of all sizes have one denominator
        var bySize = new Dictionary<BigInteger, BigInteger>();
        foreach (var (part, whole) in parts)
        {
            var (partNumber, partScale) = Number(part);
            var (wholeNumber, wholeScale) = Number(whole);
            var scale = Math.Max(partScale, wholeScale);
            var size = wholeNumber * BigInteger.Pow(10, scale - wholeScale);
            bySize[size] = bySize.GetValueOrDefault(size) + partNumber * BigInteger.Pow(10, scale - partScale);
        }

        var (shareNumber, shareScale) = Number(share);
        var wanted = shareNumber * parts.Count;
        if (Bounds(bySize, shareScale, wanted) is { } decided)
            return decided;
        var (numerator, denominator) = (BigInteger.Zero, BigInteger.One);
        foreach (var (size, sum) in bySize)
            (numerator, denominator) = (numerator * size + sum * denominator, denominator * size);
        return numerator * BigInteger.Pow(10, shareScale) >= wanted * denominator;
    }

    /// <summary>A count or sum as a decimal; the nearest where it is no whole number.</summary>
    public static decimal ToDecimal(double value) =>
        value >= 7e28 ? decimal.MaxValue
        : value <= -7e28 ? decimal.MinValue
        : double.IsNaN(value) ? 0
        : Math.Abs(value) < 9e15 && double.IsInteger(value) ? (long)value
        : (decimal)value;

    // a fixed number of digits decides all but the closest cases
    private static bool? Bounds(Dictionary<BigInteger, BigInteger> bySize, int shareScale, BigInteger wanted)
    {
        var unit = BigInteger.Pow(10, 30);
        var lowest = BigInteger.Zero;
        foreach (var (size, sum) in bySize)
            lowest += sum * unit / size;
        var target = wanted * unit;
        var scale = BigInteger.Pow(10, shareScale);
        if (lowest * scale >= target)
            return true;
        return (lowest + bySize.Count) * scale < target ? false : null;
    }

    private static (BigInteger Number, int Scale) Number(double value) =>
        double.IsInteger(value) ? (new BigInteger(value), 0) : Number(ToDecimal(value));

    private static (BigInteger Number, int Scale) Number(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var number = (new BigInteger((uint)bits[2]) << 64) + (new BigInteger((uint)bits[1]) << 32) + (uint)bits[0];
        return (value < 0 ? -number : number, (bits[3] >> 16) & 0xFF);
    }
}
