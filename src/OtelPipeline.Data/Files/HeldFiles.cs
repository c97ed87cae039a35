using System.Globalization;
using System.Text.Json;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Files of one signal whose records lie in compacted ones, by their names relative to the folder of the signal. Names are never used twice. As
/// JSON: <c>{"20261120T100000000Z-a-*.jsonl":"0-17,19"}</c>.
/// </summary>
internal sealed class HeldFiles
{
    private readonly SortedDictionary<string, SortedSet<long>> _series = new(StringComparer.Ordinal);

    public bool IsEmpty => _series.Count == 0;

    public void Add(string relativePath)
    {
        if (TryKey(relativePath, out var key, out var sequence))
            Of(key).Add(sequence);
    }

    public void Add(HeldFiles others)
    {
        foreach (var (key, sequences) in others._series)
            Of(key).UnionWith(sequences);
    }

    public bool Contains(string relativePath) =>
        TryKey(relativePath, out var key, out var sequence) && _series.TryGetValue(key, out var sequences) && sequences.Contains(sequence);

    /// <summary>The names, those of compressed files without the compression.</summary>
    public IEnumerable<string> Names() =>
        from series in _series
        from sequence in series.Value
        select series.Key.Replace("*", sequence.ToString("D6", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (key, sequences) in _series)
            json.WriteString(key, string.Join(',', Ranges(sequences)));
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A range is none.</exception>
    public static HeldFiles Read(JsonElement element)
    {
        var held = new HeldFiles();
        foreach (var series in element.EnumerateObject())
        {
            var sequences = held.Of(series.Name);
            foreach (var range in (series.Value.GetString() ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var ends = range.Split('-');
                var last = long.Parse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture);
                for (var i = long.Parse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture); i <= last; i++)
                    sequences.Add(i);
            }
        }

        return held;
    }

    private SortedSet<long> Of(string key)
    {
        if (!_series.TryGetValue(key, out var sequences))
            _series[key] = sequences = [];
        return sequences;
    }

    private static IEnumerable<string> Ranges(SortedSet<long> sequences)
    {
        long first = -1,
            last = -1;
        foreach (var sequence in sequences)
        {
            if (first >= 0 && sequence != last + 1)
            {
                yield return Text(first, last);
                first = -1;
            }

            last = sequence;
            first = first < 0 ? sequence : first;
        }

        if (first >= 0)
            yield return Text(first, last);
    }

    private static string Text(long first, long last) =>
        first == last ? first.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}");

    /// <summary>The path with a star for the sequence; a compressed file is the same as the one it was made of.</summary>
    private static bool TryKey(string relativePath, out string key, out long sequence)
    {
        key = "";
        sequence = 0;
        if (!TelemetryFileName.TryParse(relativePath, out var name))
            return false;
        sequence = name.Sequence;
        var folder = (Path.GetDirectoryName(relativePath) ?? "").Replace('\\', '/');
        key =
            (folder.Length == 0 ? "" : folder + "/")
            + name.Series
            + "-*"
            + (name.IsTable ? TelemetryFileName.Table : TelemetryFileName.Lines);
        return true;
    }
}
