using System.Globalization;
using OtelPipeline.Data;

namespace OtelPipeline.Slo.Indicators;

/// <summary>How many spans an exported one stands for, by the rejection threshold that its sampler wrote into the trace state.</summary>
/// <seealso href="https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/#sampling-threshold-value-th"/>
internal static class Sampling
{
    private const ulong All = 1UL << 56;

    /// <summary>A whole number, 1 without sampling; 0 where the trace state speaks of sampling and cannot be understood.</summary>
    public static int Weight(string? traceState, TraceId traceId)
    {
        if (traceState is null || !TryFindOtel(traceState, out var entry))
            return 1;
        foreach (var range in entry.Split(';'))
        {
            var member = entry[range];
            if (member.StartsWith("th:", StringComparison.Ordinal))
                return OfThreshold(member[3..], traceId);

            // an earlier form: the negative binary logarithm of the probability
            if (member.StartsWith("p:", StringComparison.Ordinal))
                return int.TryParse(member[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var p) && p <= 30 ? 1 << p : 0;
        }

        return 1;
    }

    private static int OfThreshold(ReadOnlySpan<char> hex, TraceId traceId)
    {
        if (
            hex.Length is 0 or > 14
            || !ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var threshold)
        )
            return 0;
        threshold <<= 4 * (14 - hex.Length);
        var weight = (double)All / (All - threshold);
        if (weight > int.MaxValue)
            return 0;

        // a fraction becomes a whole number at random, so that sums are right and everybody who counts gets the same
        var whole = Math.Floor(weight);
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        traceId.CopyTo(bytes);
        var random = (bytes[0] << 16 | bytes[1] << 8 | bytes[2]) / (double)(1 << 24);
        return (int)whole + (random < weight - whole ? 1 : 0);
    }

    private static bool TryFindOtel(string traceState, out ReadOnlySpan<char> entry)
    {
        foreach (var range in traceState.AsSpan().Split(','))
        {
            var member = traceState.AsSpan(range.Start.Value, range.End.Value - range.Start.Value).Trim();
            if (member.StartsWith("ot=", StringComparison.Ordinal))
            {
                entry = member[3..];
                return true;
            }
        }

        entry = default;
        return false;
    }
}
