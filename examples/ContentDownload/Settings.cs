namespace ContentDownload;

/// <summary>What the command line asked for.</summary>
internal sealed record Settings(
    string Output,
    string Format,
    Fault Fault,
    int Seed,
    int Count,
    bool HasTelemetry,
    int AwaitedScrapes,
    int LingerSeconds,
    int? Port
);

/// <summary>What goes wrong on purpose: each breaks one objective of slo.yaml.</summary>
internal enum Fault
{
    None,

    /// <summary>A quarter of the items is nowhere.</summary>
    Yield,

    /// <summary>The first byte of most items takes more than 3 seconds.</summary>
    TtfrP50,

    /// <summary>Some items are in the archive only, which takes more than 20 seconds to find them.</summary>
    TtfrP95,

    /// <summary>The origin throws out whatever is under way when its quota is used up.</summary>
    Http429,

    /// <summary>The catalog lets nobody keep its answers.</summary>
    MetadataCache,

    /// <summary>The quota was cut to less than what is needed.</summary>
    LimiterDelayP95,

    /// <summary>All mirrors are down, and most of the primary.</summary>
    BreakerOpens,

    /// <summary>Some items are damaged wherever one asks.</summary>
    Corruption,
}

/// <summary>The words of <c>--fault</c>.</summary>
internal static class Faults
{
    public static readonly Dictionary<string, Fault> ByName = new(StringComparer.Ordinal)
    {
        ["yield"] = Fault.Yield,
        ["ttfr-p50"] = Fault.TtfrP50,
        ["ttfr-p95"] = Fault.TtfrP95,
        ["http-429"] = Fault.Http429,
        ["metadata-cache"] = Fault.MetadataCache,
        ["limiter-delay-p95"] = Fault.LimiterDelayP95,
        ["breaker-opens"] = Fault.BreakerOpens,
        ["corruption"] = Fault.Corruption,
    };
}
