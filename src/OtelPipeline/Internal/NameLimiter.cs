using System.Collections.Concurrent;

namespace OtelPipeline.Internal;

/// <summary>Lets a limited number of different names through to metrics and folds the rest, so that a name made of data cannot grow the series without bound.</summary>
internal sealed class NameLimiter
{
    public const string Other = "_other";

    /// <summary>How many names of one kind reach metrics where nothing else is set.</summary>
    public const int Default = 1_000;

    private static int s_ofProcess = Default;

    private readonly int? _limit;

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>A limiter of names that belong to no pipeline; its limit is <see cref="OfProcess"/>.</summary>
    public NameLimiter() { }

    public NameLimiter(int limit) => _limit = limit;

    /// <summary>How many names of one kind reach metrics where they belong to no pipeline.</summary>
    public static int OfProcess
    {
        get => Volatile.Read(ref s_ofProcess);
        set => Volatile.Write(ref s_ofProcess, value);
    }

    public string Fold(string name)
    {
        if (_names.TryGetValue(name, out var known))
            return known;
        if (Volatile.Read(ref _count) >= (_limit ?? OfProcess))
            return Other;
        if (_names.TryAdd(name, name))
            Interlocked.Increment(ref _count);
        return name;
    }
}
