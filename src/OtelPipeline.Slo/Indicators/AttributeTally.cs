using System.Runtime.InteropServices;
using OtelPipeline.Data;
using OtelPipeline.Signals;

namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// Which attribute values the bad events have and the others have not. Both are sampled once there are many, and the numbers of keys and values
/// are bounded.
/// </summary>
internal sealed class AttributeTally
{
    private const int MaxValues = 256;
    private const int MaxValuesOfKey = 48;
    private const int AllOfTheFirst = 128;
    private const int EveryOneOf = 32;
    private const int Many = 8192;
    private const int EveryOneOfMany = 512;

    private readonly Dictionary<(string Key, AttributeValue Value), Counts> _values = [];
    private readonly Dictionary<string, int> _valuesOfKey = new(StringComparer.Ordinal);
    private long _good;
    private long _bad;

    public long SampledGood { get; private set; }

    public long SampledBad { get; private set; }

    /// <summary>Whether the next event of its kind is to be looked at.</summary>
    public bool Wants(bool isBad)
    {
        ref var seen = ref isBad ? ref _bad : ref _good;
        if (seen++ >= AllOfTheFirst && seen % (seen <= Many ? EveryOneOf : EveryOneOfMany) != 0)
            return false;
        if (isBad)
            SampledBad++;
        else
            SampledGood++;
        return true;
    }

    public void Add(AttributeList attributes, bool isBad)
    {
        foreach (ref readonly var attribute in attributes.AsSpan())
            Add(attribute.Key, attribute.Value, isBad);
    }

    public void Add(string key, AttributeValue value, bool isBad)
    {
        if (value.Kind is not (AttributeKind.String or AttributeKind.Int64 or AttributeKind.Boolean) || SaysNothing(key))
            return;
        ref var counts = ref CollectionsMarshal.GetValueRefOrNullRef(_values, (key, value));
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref counts))
        {
            if (_values.Count == MaxValues)
                return;
            ref var ofKey = ref CollectionsMarshal.GetValueRefOrAddDefault(_valuesOfKey, key, out _);
            if (ofKey == MaxValuesOfKey)
                return;
            ofKey++;

            // a row of a file is used again for the next one
            var kept = value.Kind == AttributeKind.String ? new AttributeValue(value.AsString()) : value;
            counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_values, (key, kept), out _);
        }

        if (isBad)
            counts.Bad++;
        else
            counts.Good++;
    }

    /// <summary>What is over-represented among the bad events, the most telling first.</summary>
    /// <param name="bad">How many bad events there were.</param>
    /// <param name="good">How many others.</param>
    /// <param name="max">How many to give.</param>
    public List<(string Key, string Value, double ShareOfBad, double ShareOfAll)> Causes(double bad, double good, int max)
    {
        // a value that is common among the bad and less so among the others; without others, only what names a place tells something
        var found = Shares(bad, good)
            .Where(f => f.OfBad >= 0.1 && (SampledGood > 0 ? f.OfBad > f.OfGood * 1.2 : CauseKeys.IsPlace(f.Key)))
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
                .Take(max)
                .Select(static f => (f.Key, f.Value, f.OfBad, f.OfAll)),
        ];
    }

    private IEnumerable<(string Key, string Value, double OfBad, double OfGood, double OfAll)> Shares(double bad, double good)
    {
        foreach (var ((key, value), counts) in _values)
        {
            var ofBad = (double)counts.Bad / Math.Max(1, SampledBad);
            var ofGood = (double)counts.Good / Math.Max(1, SampledGood);
            yield return (key, value.ToString(), ofBad, ofGood, bad + good > 0 ? (ofBad * bad + ofGood * good) / (bad + good) : ofBad);
        }
    }

    private double Weight((string Key, string Value, double OfBad, double OfGood, double OfAll) found) =>
        found.OfBad * Math.Log2(1 + found.OfBad / Math.Max(found.OfGood, 0.5 / Math.Max(1, SampledGood)));

    // ids are different for everyone, and the rest is the same for everyone
    private static bool SaysNothing(string key) =>
        key is PipelineAttributes.RunId or "url.full" or "url.path" or "url.query"
        || key.StartsWith("code.", StringComparison.Ordinal)
        || key.StartsWith("thread.", StringComparison.Ordinal);

    private struct Counts
    {
        public uint Good;
        public uint Bad;
    }
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
