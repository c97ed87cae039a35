namespace QuickStart;

/// <summary>Tells which files a run wrote and what to do with them.</summary>
internal sealed class WrittenFiles(string output)
{
    private static readonly string[] s_folders = ["results", "spans", "logs", "metrics"];
    private static readonly string[] s_files = ["metrics.prom", "metrics.json"];

    private readonly Dictionary<string, DateTime> _before = Files(output);

    public void WriteTo(TextWriter writer)
    {
        var written = Files(output)
            .Where(f => _before.GetValueOrDefault(f.Key) != f.Value)
            .Select(f => f.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (written.Count > 0)
            writer.WriteLine("   Written");
        foreach (var file in written)
            writer.WriteLine($"     {file}");
        writer.WriteLine();
        writer.WriteLine("   Next");
        if (written.Find(f => f.EndsWith(".csv", StringComparison.Ordinal)) is { } csv)
            Suggest(writer, "the result", $"head {csv}");
        if (written.Find(f => f.StartsWith(Path.Combine(output, "logs"), StringComparison.Ordinal) && IsJsonLines(f)) is { } log)
            Suggest(writer, "what happened, in order", $"jq -r '.resourceLogs[].scopeLogs[].logRecords[].body.stringValue' {log}");
        if (written.Exists(f => f.EndsWith(".parquet", StringComparison.Ordinal)))
            Suggest(
                writer,
                "nodes of all runs, slowest first, with DuckDB",
                $"duckdb -c \"select node_name, count(*), max(duration_nano) / 1e6 as ms from '{Path.Combine(output, "spans", "**", "*.parquet")}' "
                    + "where node_name is not null group by all order by ms desc\""
            );
        Suggest(writer, "a run that fails", "dotnet run --project examples/QuickStart -- --fail-at parse");
        Suggest(
            writer,
            "send everything to a collector, too",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 dotnet run --project examples/QuickStart"
        );
        writer.WriteLine();
    }

    private static bool IsJsonLines(string file) => file.EndsWith(".jsonl", StringComparison.Ordinal);

    private static void Suggest(TextWriter writer, string why, string command)
    {
        writer.WriteLine($"     # {why}");
        writer.WriteLine($"     {command}");
    }

    private static Dictionary<string, DateTime> Files(string output) =>
        s_folders
            .Select(folder => Path.Combine(output, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Concat(s_files.Select(file => Path.Combine(output, file)).Where(File.Exists))
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);
}
