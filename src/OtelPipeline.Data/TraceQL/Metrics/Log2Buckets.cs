namespace OtelPipeline.Data.TraceQL;

/// <summary>Quantiles from counts per power of two, as Tempo computes them.</summary>
internal static class Log2Buckets
{
    /// <param name="quantile">From 0 to 1.</param>
    /// <param name="counts">The count of values in (2^(i-1), 2^i] at place i; null for none, which gives 0.</param>
    public static double Quantile(double quantile, long[]? counts)
    {
        if (counts is null)
            return 0;
        long total = 0;
        foreach (var count in counts)
            total += count;
        // rounded up, and at least one
        var wanted = Math.Max(1, (long)Math.Ceiling(quantile * total));
        long below = 0;
        var last = -1;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0)
                continue;
            if (below + counts[i] == wanted)
                return Math.Pow(2, i);
            if (below + counts[i] > wanted)
            {
                // between the bound of the bucket before and its own, exponentially
                double lower = last < 0 ? i - 1 : last;
                return Math.Pow(2, lower + (i - lower) * (wanted - below) / counts[i]);
            }

            below += counts[i];
            last = i;
        }

        return 0;
    }
}
