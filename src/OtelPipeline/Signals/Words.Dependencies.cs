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

    public static string Of(CircuitState value) =>
        value switch
        {
            CircuitState.Closed => "closed",
            CircuitState.Open => "open",
            CircuitState.HalfOpen => "half_open",
            _ => "isolated",
        };

    public static string Of(CircuitScope value) =>
        value switch
        {
            CircuitScope.Host => "host",
            CircuitScope.Resolver => "resolver",
            _ => "global",
        };

    public static string Of(FallbackResult value) =>
        value switch
        {
            FallbackResult.Success => "success",
            FallbackResult.NoResult => "no_result",
            FallbackResult.Timeout => "timeout",
            FallbackResult.Skipped => "skipped",
            _ => "error",
        };

    public static string Of(BrokerOperation value) =>
        value switch
        {
            BrokerOperation.Create => "create",
            BrokerOperation.List => "list",
            BrokerOperation.Produce => "produce",
            BrokerOperation.ProduceBatch => "produce_batch",
            _ => "consume",
        };

    public static string Of(ObjectStoreOperation value) =>
        value switch
        {
            ObjectStoreOperation.Get => "get",
            ObjectStoreOperation.Put => "put",
            ObjectStoreOperation.Delete => "delete",
            ObjectStoreOperation.List => "list",
            ObjectStoreOperation.Head => "head",
            _ => "copy",
        };
}
