namespace OtelPipeline.Slo.Windows;

/// <summary>
/// What is kept of a stretch of time. <see cref="First"/> is the number of good events, or of all events of a limit; <see cref="Second"/> is the
/// number of bad events, or the sum, minimum or maximum of a limit. Whole numbers up to 2^53 are exact.
/// </summary>
internal struct Cell
{
    public double First;
    public double Second;

    public void Add(CellKind kind, double first, double second)
    {
        Second = kind switch
        {
            CellKind.Sum => Second + second,
            CellKind.Min => First == 0 ? second : Math.Min(Second, second),
            _ => First == 0 ? second : Math.Max(Second, second),
        };
        First += first;
    }

    public void Add(CellKind kind, in Cell other)
    {
        if (other.First != 0 || other.Second != 0)
            Add(kind, other.First, other.Second);
    }
}

/// <summary>How <see cref="Cell.Second"/> of several events becomes one.</summary>
internal enum CellKind
{
    Sum,
    Min,
    Max,
}
