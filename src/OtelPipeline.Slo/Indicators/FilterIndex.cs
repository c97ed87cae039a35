using System.Collections.Frozen;
using System.Text.RegularExpressions;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// The filters of one signal, each text once, found by the name that they ask for: an event that no objective wants costs a look into one table.
/// </summary>
internal sealed partial class FilterIndex
{
    private readonly FrozenDictionary<string, FilterEntry[]> _byName;
    private readonly FilterEntry[] _others;

    private FilterIndex(FrozenDictionary<string, FilterEntry[]> byName, FilterEntry[] others, FilterEntry[] all) =>
        (_byName, _others, All) = (byName, others, all);

    /// <summary>All filters, so that those that a record may match stand in the order in which <see cref="Find"/> gives them.</summary>
    public IReadOnlyList<FilterEntry> All { get; }

    /// <summary>Whether nothing of the signal is wanted.</summary>
    public bool IsEmpty => _byName.Count == 0 && _others.Length == 0;

    /// <summary>Whether only records with one of certain names are wanted.</summary>
    public bool IsByNameOnly => _others.Length == 0;

    /// <summary>The filters that a record of this name may match.</summary>
    public ReadOnlySpan<FilterEntry> Find(string name) => _byName.TryGetValue(name, out var entries) ? entries : _others;

    /// <summary>Collects filters and who wants what matches them.</summary>
    /// <param name="ofSpans">Whether the records are spans, of which <c>event:name</c> is not the name.</param>
    internal sealed class Builder(bool ofSpans)
    {
        private readonly Dictionary<string, (FilterEntry Entry, List<Subscription> Subscriptions)> _filters = new(StringComparer.Ordinal);

        /// <exception cref="TraceQLException">The text is no filter of single records.</exception>
        public void Add(string? text, Subscription subscription)
        {
            var key = text ?? "";
            if (!_filters.TryGetValue(key, out var filter))
                _filters[key] = filter = (
                    new FilterEntry(text is null ? null : SpanFilter.Parse(text), NameIn(key) is not null && NameAlone.IsMatch(key)),
                    []
                );
            filter.Subscriptions.Add(subscription);
        }

        public FilterIndex Build()
        {
            foreach (var (entry, subscriptions) in _filters.Values)
                entry.Subscriptions = [.. subscriptions];
            var others = _filters.Where(f => NameIn(f.Key) is null).Select(static f => f.Value.Entry).ToArray();
            var byName = _filters
                .Where(f => NameIn(f.Key) is not null)
                .GroupBy(f => NameIn(f.Key)!, static f => f.Value.Entry)
                .ToFrozenDictionary(static g => g.Key, g => (FilterEntry[])[.. g, .. others], StringComparer.Ordinal);
            return new FilterIndex(byName, others, [.. _filters.Values.Select(static f => f.Entry).Except(others), .. others]);
        }

        // only where the name is the first of conditions that must all be true; anything else is tried on every record
        private string? NameIn(string filter) =>
            !filter.Contains("||", StringComparison.Ordinal)
            && NameFirst.Match(filter) is { Success: true } match
            && (match.Groups["scope"].Value != "event:" || !ofSpans)
                ? match.Groups["name"].Value
                : null;
    }

    [GeneratedRegex("""^\s*\{\s*(?<scope>span:|event:)?name\s*=\s*"(?<name>[^"\\]*)"\s*(?:&&|\}\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex NameFirst { get; }

    [GeneratedRegex("""^\s*\{\s*(?:span:|event:)?name\s*=\s*"[^"\\]*"\s*\}\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex NameAlone { get; }
}

/// <summary>One filter, and who wants what matches it.</summary>
internal sealed class FilterEntry(SpanFilter? filter, bool isName)
{
    /// <summary>Null for everything.</summary>
    public SpanFilter? Filter => filter;

    /// <summary>What is left to try of a record that was found by its name.</summary>
    public SpanFilter? Rest => isName ? null : filter;

    public Subscription[] Subscriptions { get; set; } = [];
}

/// <summary>What an objective does with an event that matches a filter.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="IsLiveness">Whether the filter shows only that there is life.</param>
/// <param name="Good">For a ratio: what makes an event of the total good; null for none.</param>
/// <param name="Bad">For a ratio: what makes an event of the total bad; null for none.</param>
internal sealed record Subscription(CompiledObjective Objective, bool IsLiveness, SpanFilter? Good, SpanFilter? Bad)
{
    /// <summary>Which bit <see cref="ColumnQuestions"/> gave to <see cref="Good"/> or <see cref="Bad"/>.</summary>
    public int Bit { get; set; }
}
