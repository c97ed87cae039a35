namespace Simulation;

/// <summary>SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same numbers for the same seed, on every machine and in every version of .NET.</summary>
internal sealed class Random64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>True in <paramref name="perMille"/> of 1,000 cases.</summary>
    public bool Happens(int perMille) => Below(1_000) < perMille;
}
