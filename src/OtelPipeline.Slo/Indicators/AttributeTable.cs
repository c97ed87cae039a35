using System.Runtime.InteropServices;
using OtelPipeline.Data;
using OtelPipeline.Signals;

namespace OtelPipeline.Slo.Indicators;

/// <summary>The attribute values of the events that two samples keep, each once and by number, and how many of the events have it.</summary>
internal sealed class AttributeTable
{
    // of one event; what the SDK allows
    private const int MaxAttributes = 128;

    private readonly Dictionary<(string Key, AttributeValue Value), ushort> _numbers = [];
    private readonly List<(string Key, AttributeValue Value, int Good, int Bad)> _entries = [];
    private readonly Stack<ushort> _free = [];

    // of the event that is looked at
    private readonly List<ushort> _found = [];

    public IEnumerable<(string Key, AttributeValue Value, int Good, int Bad)> Counts => _entries.Where(static e => e.Good + e.Bad > 0);

    /// <summary>Counts the values of an event; their numbers, the least first, are valid until the next one is counted.</summary>
    public ReadOnlySpan<ushort> Count<T>(in T record, bool isBad)
        where T : struct, IRecord
    {
        _found.Clear();
        record.CopyTo(this);
        _found.Sort();
        var numbers = CollectionsMarshal.AsSpan(_found);
        Change(numbers, isBad, 1);
        return numbers;
    }

    /// <summary>Takes back what was counted.</summary>
    public void Release(ReadOnlySpan<ushort> numbers, bool isBad) => Change(numbers, isBad, -1);

    /// <summary>The values as text, which is the same for all events that have the same ones.</summary>
    public string Text(ReadOnlySpan<ushort> numbers)
    {
        var texts = new string[numbers.Length];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = $"{_entries[numbers[i]].Key}={_entries[numbers[i]].Value}";
        Array.Sort(texts, StringComparer.Ordinal);
        return string.Join('\n', texts);
    }

    /// <summary>Called by the event for each of its attributes.</summary>
    public void Add(string key, AttributeValue value)
    {
        if (
            value.Kind is not (AttributeKind.String or AttributeKind.Int64 or AttributeKind.Boolean)
            || SaysNothing(key)
            || _found.Count == MaxAttributes
        )
            return;
        if (!_numbers.TryGetValue((key, value), out var number))
        {
            // a row of a file is used again for the next one
            var kept = value.Kind == AttributeKind.String ? new AttributeValue(value.AsString()) : value;
            if (!_free.TryPop(out number))
            {
                number = (ushort)_entries.Count;
                _entries.Add(default);
            }

            _entries[number] = (key, kept, 0, 0);
            _numbers.Add((key, kept), number);
        }

        _found.Add(number);
    }

    private void Change(ReadOnlySpan<ushort> numbers, bool isBad, int change)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        foreach (var number in numbers)
        {
            ref var entry = ref entries[number];
            if (isBad)
                entry.Bad += change;
            else
                entry.Good += change;
            if (entry.Good + entry.Bad > 0)
                continue;
            _numbers.Remove((entry.Key, entry.Value));
            _free.Push(number);
            entry = default;
        }
    }

    // ids are different for everyone, and the rest is the same for everyone
    private static bool SaysNothing(string key) =>
        key is PipelineAttributes.RunId or "url.full" or "url.path" or "url.query"
        || key.StartsWith("code.", StringComparison.Ordinal)
        || key.StartsWith("thread.", StringComparison.Ordinal);
}
