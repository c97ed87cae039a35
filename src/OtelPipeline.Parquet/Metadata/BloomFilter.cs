namespace OtelPipeline.Parquet.Metadata;

/// <summary>The bits of a split-block bloom filter (https://github.com/apache/parquet-format/blob/master/BloomFilter.md).</summary>
internal static class BloomFilter
{
    private const int WordsPerBlock = 8;

    private static ReadOnlySpan<uint> Salt =>
        [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    public static void Insert(Span<uint> words, ulong hash)
    {
        var block = words.Slice(Block(words.Length, hash), WordsPerBlock);
        for (var i = 0; i < WordsPerBlock; i++)
            block[i] |= 1u << (int)(((uint)hash * Salt[i]) >> 27);
    }

    public static bool MightContain(ReadOnlySpan<uint> words, ulong hash)
    {
        var block = words.Slice(Block(words.Length, hash), WordsPerBlock);
        for (var i = 0; i < WordsPerBlock; i++)
        {
            if ((block[i] & (1u << (int)(((uint)hash * Salt[i]) >> 27))) == 0)
                return false;
        }

        return true;
    }

    private static int Block(int words, ulong hash) => (int)(((hash >> 32) * (ulong)(words / WordsPerBlock)) >> 32) * WordsPerBlock;
}
