using System.Text;
using System.Text.Json;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Files;

/// <summary>What the footer of a compacted file says of its group; all files of a group say the same.</summary>
/// <param name="Parts">
/// The files of the group, relative to the folder of the signal. All of them were complete before the first got its name: with one, all are
/// there, those that are still to be renamed with <see cref="TelemetryFileName.Compacting"/> behind their names.
/// </param>
/// <param name="Holds">The files whose records the group holds, and those that earlier groups in it held.</param>
/// <param name="Of">
/// The series of JSON lines that the group was made of while its process was still writing: its records count as long as those lines do.
/// </param>
internal sealed record CompactedFile(IReadOnlyList<string> Parts, HeldFiles Holds, string? Of)
{
    /// <summary>Reads the footer; null where the file is no compacted one, or cannot be read: whoever reads its rows will say why.</summary>
    public static CompactedFile? TryRead(string path)
    {
        try
        {
            using var file = ParquetReader.Open(path);
            return file.KeyValueMetadata.TryGetValue(ParquetKeys.Compaction, out var text) ? Parse(text) : null;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or JsonException
                        or InvalidOperationException
                        or FormatException
                        or KeyNotFoundException
                        or OverflowException
            )
        {
            return null;
        }
    }

    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("parts");
            foreach (var part in Parts)
                json.WriteStringValue(part);
            json.WriteEndArray();
            json.WritePropertyName("holds");
            Holds.Write(json);
            if (Of is not null)
                json.WriteString("of", Of);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static CompactedFile Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        return new CompactedFile(
            [.. root.GetProperty("parts").EnumerateArray().Select(part => part.GetString() ?? "")],
            HeldFiles.Read(root.GetProperty("holds")),
            root.TryGetProperty("of", out var of) ? of.GetString() : null
        );
    }
}
