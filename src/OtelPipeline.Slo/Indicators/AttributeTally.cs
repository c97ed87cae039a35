using OtelPipeline.Signals;

namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// Which attribute values the bad events have and the others have not. Once there are many, a sample of each is looked at. Which events that is depends on the
/// events alone: in whatever order files are read, the same causes are named.
/// </summary>
internal sealed class AttributeTally
{
    private readonly AttributeTable _values = new();
    private readonly EventSample _good;
    private readonly EventSample _bad;

    public AttributeTally() => (_good, _bad) = (new EventSample(_values, isBad: false), new EventSample(_values, isBad: true));

    /// <summary>How many good events there were.</summary>
    public long Good => _good.Seen;

    /// <summary>How many bad ones.</summary>
    public long Bad => _bad.Seen;

    public void Add<T>(in T record, bool isBad)
        where T : struct, IRecord => (isBad ? _bad : _good).Add(record);

    /// <summary>When the bad events became more than so many; about when, where there were more than are kept. 0 where they did not.</summary>
    public long TimeOfBad(double count) => _bad.TimeOf((long)Math.Floor(count));

    /// <summary>What is over-represented among the bad events, the most telling first.</summary>
    /// <param name="bad">How many bad events there were.</param>
    /// <param name="good">How many others.</param>
    /// <param name="max">How many to give.</param>
    public List<(string Key, string Value, double ShareOfBad, double ShareOfAll)> Causes(double bad, double good, int max)
    {
        // a value that is common among the bad and less so among the others; without others, only what names a place tells something
        var found = Shares(bad, good)
            .Where(f => f.OfBad >= 0.1 && (_good.Count > 0 ? f.OfBad > f.OfGood * 1.2 : CauseKeys.IsPlace(f.Key)))
            .ToList();

        // trouble that spares nobody: the place where most of the bad events were
        if (found.Count == 0)
            found = [.. Shares(bad, good).Where(static f => f.OfBad >= 0.5 && CauseKeys.IsPlace(f.Key))];

        // what names a place comes before what describes the consequence there
        return
        [
            .. found
                .OrderByDescending(static f => CauseKeys.IsPlace(f.Key) && f.OfBad >= 0.3)
                .ThenByDescending(Weight)
                .ThenBy(static f => CauseKeys.Rank(f.Key))
                .ThenBy(static f => f.Key, StringComparer.Ordinal)
                .ThenBy(static f => f.Value, StringComparer.Ordinal)
                .Take(max)
                .Select(static f => (f.Key, f.Value, f.OfBad, f.OfAll)),
        ];
    }

    private IEnumerable<(string Key, string Value, double OfBad, double OfGood, double OfAll)> Shares(double bad, double good)
    {
        foreach (var (key, value, ofGoods, ofBads) in _values.Counts)
        {
            var ofBad = (double)ofBads / Math.Max(1, _bad.Count);
            var ofGood = (double)ofGoods / Math.Max(1, _good.Count);
            yield return (key, value.ToString(), ofBad, ofGood, bad + good > 0 ? (ofBad * bad + ofGood * good) / (bad + good) : ofBad);
        }
    }

    private double Weight((string Key, string Value, double OfBad, double OfGood, double OfAll) found) =>
        found.OfBad * Math.Log2(1 + found.OfBad / Math.Max(found.OfGood, 0.5 / Math.Max(1, _good.Count)));
}

/// <summary>Attributes that say where something went wrong.</summary>
internal static class CauseKeys
{
    private const int None = 9;

    public static bool IsPlace(string key) => Rank(key) < None;

    public static int Rank(string key) =>
        key switch
        {
            "server.address" => 0,
            PipelineAttributes.FallbackTier or PipelineAttributes.FallbackSource => 1,
            PipelineAttributes.CircuitBreakerName or PipelineAttributes.RateLimiterName => 2,
            "http.response.status_code" => 3,
            "file.path" or PipelineAttributes.DatasetName => 4,
            _ => None,
        };
}
