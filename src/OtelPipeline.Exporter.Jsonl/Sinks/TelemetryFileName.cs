using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// <c>&lt;utc start&gt;-&lt;instance&gt;-&lt;sequence&gt;.jsonl</c>. Start and instance name a series, whose sequence begins at 0 and
/// has no gaps but those that retention makes.
/// </summary>
internal sealed record TelemetryFileName(string Start, string Instance, int Sequence, string Extension)
{
    public const string Plain = ".jsonl";

    /// <summary>Follows the extension of a compressed file until it is complete.</summary>
    public const string Temporary = ".tmp";

    private const string StartFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    /// <summary>The name without its extension: the same for a file and its compressed form.</summary>
    public string Stem => $"{Start}-{Instance}-{Sequence:D6}";

    public bool IsTemporary => Extension.EndsWith(Temporary, StringComparison.Ordinal);

    public static string ToStart(DateTime utc) => utc.ToString(StartFormat, CultureInfo.InvariantCulture);

    /// <summary>An instance id as it stands in file names.</summary>
    public static string ToInstance(string id)
    {
        var name = new StringBuilder(id.Length);
        foreach (var character in id)
            name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '_');
        if (name.Length > 100)
            name.Length = 100;
        return name.Length == 0 ? "unknown" : name.ToString();
    }

    public static bool TryParse(string path, [NotNullWhen(true)] out TelemetryFileName? name)
    {
        name = null;
        var file = Path.GetFileName(path);
        var dot = file.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || file[dot..] is not (Plain or ".jsonl.gz" or ".jsonl.zst" or ".jsonl.gz" + Temporary or ".jsonl.zst" + Temporary))
            return false;
        var stem = file[..dot];
        var first = stem.IndexOf('-', StringComparison.Ordinal);
        var last = stem.LastIndexOf('-');
        if (
            first < 0
            || last <= first
            || !DateTime.TryParseExact(stem[..first], StartFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            || !int.TryParse(stem[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        )
            return false;
        name = new TelemetryFileName(stem[..first], stem[(first + 1)..last], sequence, file[dot..]);
        return name.Stem == stem;
    }
}
