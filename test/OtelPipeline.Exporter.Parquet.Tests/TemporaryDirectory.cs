using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>A folder of its own for a test, with the telemetry that was written into it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("otelpipeline-parquet-").FullName;

    /// <summary>Files of a signal, as paths below its folder.</summary>
    public string[] Files(string signal, string pattern = "*.parquet")
    {
        var folder = System.IO.Path.Combine(Path, signal);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetFiles(folder, pattern, SearchOption.AllDirectories)
                    .Select(file => System.IO.Path.GetRelativePath(folder, file))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    /// <summary>All rows of the Parquet files; a file that cannot be read throws.</summary>
    public List<TRow> Rows<TRow>(string signal)
        where TRow : TelemetryRow => Rows<TRow>(Files(signal).Select(file => System.IO.Path.Combine(Path, signal, file)));

    public static List<TRow> Rows<TRow>(IEnumerable<string> paths)
        where TRow : TelemetryRow => [.. TelemetryReader.ReadAsync(paths, new() { Strict = true }).ToBlockingEnumerable().Cast<TRow>()];

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
