using System.Text.Json;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>A folder of its own for a test, with the telemetry that was written into it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "otelpipeline-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string[] Files(string signal)
    {
        var folder = System.IO.Path.Combine(Path, signal);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Every line of a signal, parsed; a line that is no JSON fails here.</summary>
    public List<JsonElement> Lines(string signal)
    {
        var lines = new List<JsonElement>();
        foreach (var file in Files(signal))
        {
            var text = File.ReadAllText(file);
            if (text.Length > 0)
                Assert.That(text, Does.EndWith("\n"), file);
            foreach (var line in text.Split('\n')[..^1])
                lines.Add(JsonDocument.Parse(line).RootElement);
        }

        return lines;
    }

    /// <summary>All spans, log records or metrics, in the order of the files, after the shape of their lines has been checked.</summary>
    public List<JsonElement> Records(string signal)
    {
        var records = new List<JsonElement>();
        foreach (var line in Lines(signal))
        {
            OtlpShape.Check(line);
            records.AddRange(OtlpShape.Records(line));
        }

        return records;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
