namespace OtelPipeline.Signals;

internal static partial class Words
{
    public static string Of(CacheResult value) =>
        value switch
        {
            CacheResult.Hit => "hit",
            CacheResult.Miss => "miss",
            CacheResult.Stale => "stale",
            CacheResult.Revalidated => "revalidated",
            _ => "bypass",
        };
}
