namespace OtelPipeline.Data;

/// <summary>
/// Counts leniencies of the document being read; they reach the report only when the document as a whole could be read.
/// </summary>
internal sealed class LeniencyCounter
{
    public static readonly int Kinds = Enum.GetValues<Leniency>().Length;

    private readonly long[] _counts = new long[Kinds];

    /// <summary>True when nothing was counted since the last move.</summary>
    public bool IsClean { get; private set; } = true;

    public long Total { get; private set; }

    public void Count(Leniency leniency)
    {
        _counts[(int)leniency]++;
        Total++;
        IsClean = false;
    }

    /// <summary>Adds what was counted to <paramref name="target"/> and starts anew.</summary>
    public void MoveTo(long[] target)
    {
        if (IsClean)
            return;
        for (var i = 0; i < _counts.Length; i++)
            target[i] += _counts[i];
        Clear();
    }

    /// <summary>Which kinds were counted, and how often.</summary>
    public IEnumerable<(Leniency Leniency, long Count)> Counted()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
                yield return ((Leniency)i, _counts[i]);
        }
    }

    public void Clear()
    {
        if (IsClean)
            return;
        Array.Clear(_counts);
        Total = 0;
        IsClean = true;
    }
}
