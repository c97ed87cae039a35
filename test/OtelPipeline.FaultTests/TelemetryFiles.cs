using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace OtelPipeline.FaultTests;

/// <summary>Reads what children wrote, without any code of the exporter.</summary>
internal sealed class TelemetryFiles
{
    /// <summary>Every record as (process, number), in the order of the lines.</summary>
    public List<(int Process, long Number)> Records { get; } = [];

    /// <summary>Lines without an end, each the last of its file.</summary>
    public int Torn { get; private set; }

    /// <summary>Complete lines that are no JSON, and files that end in the wrong place.</summary>
    public List<string> Broken { get; } = [];

    public int Files { get; private set; }

    public static TelemetryFiles Read(string folder)
    {
        var result = new TelemetryFiles();
        var files = Directory
            .GetFiles(folder, "*.jsonl*")
            .Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        // where a file and its compressed form exist side by side, they hold the same records
        foreach (var file in files.GroupBy(file => file[..file.IndexOf(".jsonl", StringComparison.Ordinal)]).Select(group => group.First()))
            result.ReadFile(file);
        return result;
    }

    private void ReadFile(string file)
    {
        Files++;
        using Stream stream = file.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(File.OpenRead(file), CompressionMode.Decompress)
            : File.OpenRead(file);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = reader.ReadToEnd();
        var lines = text.Split('\n');
        if (lines[^1].Length > 0)
            Torn++;
        for (var i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                using var document = JsonDocument.Parse(lines[i]);
                ReadLine(document.RootElement);
            }
            catch (JsonException exception)
            {
                Broken.Add($"{file}:{i + 1}: {exception.Message}");
            }
        }
    }

    private void ReadLine(JsonElement line)
    {
        if (line.TryGetProperty("attributes", out var flat))
        {
            Records.Add((flat.GetProperty("p").GetInt32(), flat.GetProperty("n").GetInt64()));
            return;
        }

        foreach (var scope in line.GetProperty("resourceSpans")[0].GetProperty("scopeSpans").EnumerateArray())
        {
            foreach (var span in scope.GetProperty("spans").EnumerateArray())
                Records.Add(((int)Number(span, "p"), Number(span, "n")));
        }
    }

    private static long Number(JsonElement span, string key) =>
        long.Parse(
            span.GetProperty("attributes")
                .EnumerateArray()
                .First(attribute => attribute.GetProperty("key").GetString() == key)
                .GetProperty("value")
                .GetProperty("intValue")
                .GetString()!
        );
}
