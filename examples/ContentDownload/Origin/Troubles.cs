namespace ContentDownload.Origin;

/// <summary>What is wrong with an item at its origin.</summary>
internal enum Trouble
{
    None,

    /// <summary>404 everywhere.</summary>
    Missing,

    /// <summary>404 at the primary.</summary>
    OnlyInMirrors,

    /// <summary>404 at the primary and the mirrors.</summary>
    OnlyInArchive,

    /// <summary>The first answer of each host breaks off in the middle.</summary>
    BreaksOff,

    /// <summary>The first answer of each host is complete by its own account, but half as long.</summary>
    TooShort,

    /// <summary>The primary has it with a wrong byte.</summary>
    DamagedAtPrimary,

    /// <summary>Everybody has it with a wrong byte.</summary>
    Damaged,

    /// <summary>The first answer of each host is 500.</summary>
    FailsOnce,

    /// <summary>The body comes in drops.</summary>
    Slow,
}

/// <summary>What goes wrong, decided by the seed: the same items have the same troubles each time.</summary>
internal sealed class Troubles
{
    private readonly Dictionary<string, Trouble> _byItem = [];
    private readonly int _seed;

    public Troubles(IReadOnlyList<OriginFile> files, Fault fault, int seed)
    {
        Fault = fault;
        _seed = seed;
        var troubles = new Trouble[files.Count];
        var next = 0;
        foreach (var (trouble, share) in Shares(fault))
        {
            var count = Math.Max(1, (int)Math.Round(share * files.Count));
            for (var i = 0; i < count && next < troubles.Length; i++)
                troubles[next++] = trouble;
        }

        new Random(seed).Shuffle(troubles);
        for (var i = 0; i < troubles.Length; i++)
            _byItem[files[i].Id] = troubles[i];
    }

    public Fault Fault { get; }

    public Trouble Of(OriginFile file) => _byItem[file.Id];

    /// <summary>Whether a host answers nothing but 500.</summary>
    public bool IsDown(string host, OriginFile file) =>
        Hosts.IsMirror(host)
            ? Fault == Fault.BreakerOpens || host == Hosts.BrokenMirror
            : Fault == Fault.BreakerOpens && host == Hosts.Primary && Dice(file) < 0.6;

    /// <summary>Time until the first byte of an answer.</summary>
    public TimeSpan Latency(string host, OriginFile file) =>
        Fault switch
        {
            Fault.TtfrP50 when host == Hosts.Primary && Dice(file) < 0.7 => TimeSpan.FromSeconds(3.3 + Dice(file)),
            Fault.TtfrP95 when host == Hosts.Archive => TimeSpan.FromSeconds(20.5),
            _ => TimeSpan.FromMilliseconds(100 + 300 * Dice(file)),
        };

    private static (Trouble, double)[] Shares(Fault fault) =>
        [
            (Trouble.Missing, fault == Fault.Yield ? 0.25 : 0.02),
            (Trouble.OnlyInMirrors, 0.04),
            (Trouble.OnlyInArchive, fault == Fault.TtfrP95 ? 0.09 : 0.01),
            (Trouble.BreaksOff, 0.03),
            (Trouble.TooShort, 0.01),
            (Trouble.DamagedAtPrimary, 0.01),
            (Trouble.FailsOnce, 0.02),
            (Trouble.Slow, 0.02),
            .. fault == Fault.Corruption ? [(Trouble.Damaged, 0.03)] : Array.Empty<(Trouble, double)>(),
        ];

    // 0 to 1, always the same for an item
    private double Dice(OriginFile file) => new Random(HashCode.Combine(_seed, int.Parse(file.Id.AsSpan(2)))).NextDouble();
}
