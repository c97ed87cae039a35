namespace QuickStart;

/// <summary>Tells which files a run wrote and what to do with them.</summary>
internal sealed class WrittenFiles(string output)
{
    private readonly HashSet<string> _before = [.. TelemetryFiles(output)];
    private readonly DateTime _resultsBefore = File.GetLastWriteTimeUtc(Coverage.FilesIn(output)[0]);

    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine("   Written");
        var hasResults = File.GetLastWriteTimeUtc(Coverage.FilesIn(output)[0]) != _resultsBefore;
        foreach (var file in (hasResults ? Coverage.FilesIn(output) : []).Concat(TelemetryFiles(output).Where(f => !_before.Contains(f))))
            writer.WriteLine($"     {file}");
        writer.WriteLine();
        writer.WriteLine("   Next");
        if (hasResults)
            Suggest(writer, $"head {Coverage.FilesIn(output)[0]}", "the result");
        var logs = Path.Combine(output, "logs", "*.jsonl");
        Suggest(writer, $"jq -r '.resourceLogs[].scopeLogs[].logRecords[].body.stringValue' {logs}", "what happened, in order");
        Suggest(writer, "dotnet run --project examples/QuickStart -- --fail-at parse", "a run that fails");
        Suggest(
            writer,
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 dotnet run --project examples/QuickStart",
            "send it to a collector, too"
        );
        writer.WriteLine();
    }

    private static void Suggest(TextWriter writer, string command, string why)
    {
        writer.WriteLine($"     # {why}");
        writer.WriteLine($"     {command}");
    }

    private static string[] TelemetryFiles(string output) =>
        Directory.Exists(output)
            ? [.. Directory.GetFiles(output, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
}
