using System.Collections.Concurrent;

namespace OtelPipeline.Internal;

/// <summary>Lets a limited number of different names through to metrics and folds the rest, so that a name made of data cannot grow the series without bound.</summary>
internal sealed class NameLimiter(int limit)
{
    public const string Other = "_other";

    /// <summary>How many names of one kind reach metrics where nothing else is set.</summary>
    public const int Default = 1_000;

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private int _count;

    public string Fold(string name)
    {
        if (_names.TryGetValue(name, out var known))
            return known;
        if (Volatile.Read(ref _count) >= limit)
            return Other;
        if (_names.TryAdd(name, name))
            Interlocked.Increment(ref _count);
        return name;
    }
}
