namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// Quantiles of positive values with a relative error of at most 1 %: counts in buckets whose bounds grow by 2 %.
/// </summary>
/// <seealso href="https://arxiv.org/abs/1908.10693">DDSketch</seealso>
internal sealed class QuantileSketch
{
    private const double Error = 0.01;
    private const double Gamma = (1 + Error) / (1 - Error);

    // 2.0e-9 to 2.4e9 in steps of 2 %: from nanoseconds in seconds to a human life
    private const int LowestIndex = -1000;
    private const int HighestIndex = 1080;
    private const int Step = 64;

    private static readonly double LogGamma = Math.Log(Gamma);

    private int _offset;
    private uint[] _counts = [];
    private uint _zeroes;

    public long Count { get; private set; }

    public void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        Count++;

        // nothing that is timed or counted is negative
        if (value <= 0)
            _zeroes++;
        else
            Increment(Math.Clamp((int)Math.Ceiling(Math.Log(value) / LogGamma), LowestIndex, HighestIndex), 1);
    }

    public void Add(QuantileSketch other)
    {
        Count += other.Count;
        _zeroes += other._zeroes;
        for (var i = 0; i < other._counts.Length; i++)
        {
            if (other._counts[i] > 0)
                Increment(other._offset + i, other._counts[i]);
        }
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _zeroes = 0;
        Count = 0;
    }

    /// <summary>The value at rank ⌈q·n⌉ of the sorted values (nearest rank), or NaN where there is none.</summary>
    public double Quantile(double q)
    {
        if (Count == 0)
            return double.NaN;
        var rank = Math.Max(1, (long)Math.Ceiling(q * Count - 1e-9));
        long seen = _zeroes;
        if (rank <= seen)
            return 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return 2 * Math.Pow(Gamma, _offset + i) / (Gamma + 1);
        }

        return double.NaN;
    }

    private void Increment(int index, uint by)
    {
        if (_counts.Length == 0)
            (_offset, _counts) = (index - Step / 2, new uint[Step]);
        if (index < _offset)
            Grow(_offset - index, 0);
        else if (index >= _offset + _counts.Length)
            Grow(0, index - (_offset + _counts.Length) + 1);
        _counts[index - _offset] += by;
    }

    private void Grow(int below, int above)
    {
        below = (below + Step - 1) / Step * Step;
        above = (above + Step - 1) / Step * Step;
        var counts = new uint[_counts.Length + below + above];
        _counts.CopyTo(counts, below);
        (_counts, _offset) = (counts, _offset - below);
    }
}
