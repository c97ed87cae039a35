namespace StreamBroker;

/// <summary>What the command line says.</summary>
internal sealed record Settings(
    string Output,
    string Format,
    string Urls,
    TimeSpan Duration,
    int Rate,
    int Seed,
    string? Fault,
    bool HasTelemetry,
    bool HasNativeHistograms,
    int TraceEvery
)
{
    public bool WritesJsonLines => Format is "jsonl" or "both";
    public bool WritesParquet => Format is "parquet" or "both";

    /// <summary>Bytes that the segment cache may hold.</summary>
    public long CacheBytes => Fault == Faults.CacheCold ? 4 << 10 : 32 << 20;
}

/// <summary>What can be made to go wrong, to show what that looks like.</summary>
internal static class Faults
{
    /// <summary>Consumers are slower than producers.</summary>
    public const string ConsumerLag = "consumer-lag";

    /// <summary>The object store takes nothing.</summary>
    public const string ObjectStore = "object-store";

    /// <summary>The segment cache is far too small.</summary>
    public const string CacheCold = "cache-cold";

    /// <summary>The metadata store fails once everything runs.</summary>
    public const string MetadataStore = "metadata-store";

    /// <summary>A consumer joins and leaves its group all the time.</summary>
    public const string Rebalance = "rebalance";

    public static readonly string[] All = [ConsumerLag, ObjectStore, CacheCold, MetadataStore, Rebalance];
}

/// <summary>Sizes and times that nobody has had a reason to change.</summary>
internal static class Limits
{
    /// <summary>A segment that has reached this is closed.</summary>
    public const long SegmentBytes = 128 << 10;

    /// <summary>How long a producer collects records.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a consumer looks for records.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Most batches of one partition that a consumer takes at once.</summary>
    public const int PollBatches = 16;

    /// <summary>When no more records come, consumers catch up for as long as some are committed in this time.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);
}
