using System.Globalization;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Finds files that rotation once wrote and that are gone. Names are <c>start-instance-sequence.jsonl</c> with a UTC start that holds no
/// hyphen; start and instance name a series, and every series counts from 0.
/// </summary>
internal sealed class SequenceGaps
{
    private readonly Dictionary<(string Directory, string Start, string Instance), SortedSet<long>> _sequences = [];

    public void Note(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        var dot = name.IndexOf(".jsonl", StringComparison.Ordinal);
        if (dot < 0)
            return;
        name = name[..dot];
        var first = name.IndexOf('-');
        var last = name.LastIndexOf('-');
        if (
            first < 8
            || last == first
            || !char.IsAsciiDigit(name[0])
            || !char.IsAsciiDigit(name[7])
            || !long.TryParse(name[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        )
        {
            return;
        }

        var key = (Path.GetDirectoryName(path) ?? "", name[..first].ToString(), name[(first + 1)..last].ToString());
        if (!_sequences.TryGetValue(key, out var sequences))
            _sequences[key] = sequences = [];
        sequences.Add(sequence);
    }

    public IEnumerable<RotationGap> Find()
    {
        foreach (var ((directory, _, instance), sequences) in _sequences)
        {
            long expected = 0;
            foreach (var sequence in sequences)
            {
                if (sequence > expected)
                    yield return new RotationGap(directory, instance, expected, sequence - 1);
                expected = sequence + 1;
            }
        }
    }
}
