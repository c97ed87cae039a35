namespace OtelPipeline.Slo.Indicators;

/// <summary>The quantiles of a rolling window, of four parts of it and the one that has begun: information, no verdict rests on it.</summary>
internal sealed class RollingSketch(long windowNanos)
{
    private const int Parts = 4;

    private readonly QuantileSketch?[] _parts = new QuantileSketch?[Parts + 1];
    private readonly long _partNanos = Math.Max(1, windowNanos / Parts);
    private long _newest = long.MinValue;

    public void Add(long timeNanos, double value)
    {
        var part = timeNanos / _partNanos;
        if (part > _newest)
            Advance(part);
        else if (part < _newest - Parts)
            return;
        (_parts[(int)(part % _parts.Length)] ??= new QuantileSketch()).Add(value);
    }

    public QuantileSketch Sum(long nowNanos)
    {
        Advance(Math.Max(_newest, nowNanos / _partNanos));
        var sum = new QuantileSketch();
        foreach (var part in _parts)
        {
            if (part is not null)
                sum.Add(part);
        }

        return sum;
    }

    private void Advance(long part)
    {
        for (var passed = Math.Max(_newest + 1, part - Parts); passed <= part; passed++)
            _parts[(int)(passed % _parts.Length)]?.Clear();
        _newest = part;
    }
}
