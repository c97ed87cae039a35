using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OtelPipeline.Data.Files;

/// <summary>
/// <c>&lt;utc start&gt;-&lt;instance&gt;-&lt;sequence&gt;.jsonl</c> or <c>.parquet</c>, as the exporters name their files. Start and instance
/// name a series, whose sequence begins at 0.
/// </summary>
internal readonly record struct TelemetryFileName(DateTime Start, string Instance, long Sequence, string Extension)
{
    public const string Lines = ".jsonl";
    public const string Table = ".parquet";

    /// <summary>The instance in the names of files that a compaction made.</summary>
    public const string CompactedInstance = "compacted";

    /// <summary>
    /// Follows the extension of a compacted file until all files of its group are complete; not the ending that the Parquet exporter clears
    /// away.
    /// </summary>
    public const string Compacting = ".compacting.tmp";

    private const string StartFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    public bool IsTable => Extension == Table;

    /// <summary>Whether it has rows, in whatever compression: temporary files have none yet.</summary>
    public bool HasRows => Extension is Lines or ".jsonl.gz" or ".jsonl.zst" or Table;

    public string Series => $"{ToStart(Start)}-{Instance}";

    public static string ToStart(DateTime utc) => utc.ToString(StartFormat, CultureInfo.InvariantCulture);

    public static string Compacted(DateTime start, int sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{ToStart(start)}-{CompactedInstance}-{sequence:D6}{Table}");

    public static bool TryParse(string path, out TelemetryFileName name)
    {
        name = default;
        var file = Path.GetFileName(path);
        var dot = file.IndexOf('.', StringComparison.Ordinal);
        var stem = dot < 0 ? file : file[..dot];
        var first = stem.IndexOf('-', StringComparison.Ordinal);
        var last = stem.LastIndexOf('-');
        if (
            first < 0
            || last <= first
            || !DateTime.TryParseExact(
                stem[..first],
                StartFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var start
            )
            || !long.TryParse(stem[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        )
        {
            return false;
        }

        name = new TelemetryFileName(start, stem[(first + 1)..last], sequence, dot < 0 ? "" : file[dot..]);
        return true;
    }

    /// <summary>Whether a file is one that a compaction made and completed.</summary>
    public static bool IsCompacted(string path, [NotNullWhen(true)] out string? folder)
    {
        folder = null;
        if (!TryParse(path, out var name) || name.Instance != CompactedInstance || !name.IsTable)
            return false;
        folder = SignalFolder(path);
        return true;
    }

    /// <summary>The folder of the signal: hive partitions lie between it and a Parquet file.</summary>
    public static string SignalFolder(string path)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        while (Path.GetFileName(folder).Contains('=', StringComparison.Ordinal))
            folder = Path.GetDirectoryName(folder) ?? "";
        return folder;
    }
}
