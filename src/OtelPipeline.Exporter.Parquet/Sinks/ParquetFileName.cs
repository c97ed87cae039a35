using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Parquet.Sinks;

/// <summary>
/// <c>&lt;utc start&gt;-&lt;instance&gt;-&lt;sequence&gt;.parquet</c> in <c>date=yyyy-MM-dd/hour=HH</c>. Start and instance name a series,
/// whose sequence begins at 0.
/// </summary>
internal static class ParquetFileName
{
    public const string Extension = ".parquet";

    /// <summary>Follows the extension until the file is complete.</summary>
    public const string Temporary = ".tmp";

    private const string StartFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    public static string Of(DateTime startUtc, string instance, int sequence) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{startUtc.ToString(StartFormat, CultureInfo.InvariantCulture)}-{instance}-{sequence:D6}{Extension}"
        );

    /// <summary>The hive partition of an hour since 1970.</summary>
    public static string Partition(long hour)
    {
        var time = DateTime.UnixEpoch.AddHours(hour);
        return string.Create(CultureInfo.InvariantCulture, $"date={time:yyyy-MM-dd}{Path.DirectorySeparatorChar}hour={time:HH}");
    }

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

    /// <summary>Whether a file is one that this exporter makes and has not completed.</summary>
    public static bool IsTemporary(string file)
    {
        if (!file.EndsWith(Extension + Temporary, StringComparison.Ordinal))
            return false;
        var stem = file[..^(Extension + Temporary).Length];
        var first = stem.IndexOf('-', StringComparison.Ordinal);
        var last = stem.LastIndexOf('-');
        return first > 0
            && last > first
            && DateTime.TryParseExact(stem[..first], StartFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && int.TryParse(stem[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
