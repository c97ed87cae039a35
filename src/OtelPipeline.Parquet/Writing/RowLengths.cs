namespace OtelPipeline.Parquet.Writing;

internal static class RowLengths
{
    public static void Check(ReadOnlySpan<int> lengths, int values)
    {
        long sum = 0;
        foreach (var length in lengths)
        {
            if (length < -1)
                throw new ArgumentException($"A length is {length}; -1 is NULL, anything below means nothing.", nameof(lengths));
            sum += Math.Max(length, 0);
        }

        if (sum != values)
            throw new ArgumentException($"The lengths add up to {sum}, but there are {values}.", nameof(lengths));
    }
}
