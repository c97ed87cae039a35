using System.Globalization;
using ContentDownload.Downloads;
using OtelPipeline;
using OtelPipeline.Slo;

namespace ContentDownload;

/// <summary>Tells people what was downloaded and what to do with what was written.</summary>
internal sealed class Report(Settings settings, DownloadPipeline pipeline)
{
    private static readonly string[] s_folders = ["results", "spans", "logs", "metrics"];

    private readonly Dictionary<string, DateTime> _before = Files(settings.Output);

    public void WriteTo(TextWriter writer, IReadOnlyList<SloVerdict> verdicts)
    {
        var downloads = pipeline.Downloads;
        if (downloads.Count > 0)
            WriteDownloads(writer, downloads);
        if (verdicts.Count > 0)
            WriteObjectives(writer, verdicts);
        WriteFiles(writer);
    }

    private static void WriteDownloads(TextWriter writer, IReadOnlyCollection<Download> downloads)
    {
        var stored = downloads.Where(static d => d.Result == ItemResult.Success).ToList();
        writer.WriteLine("   Downloads");
        foreach (var result in Enum.GetValues<ItemResult>())
        {
            var count = downloads.Count(d => d.Result == result);
            if (count > 0)
                Line(writer, result.ToString().ToLowerInvariant(), $"{count, 6:N0}   {(double)count / downloads.Count:0.0%}");
        }

        foreach (var tier in stored.GroupBy(static d => (d.Tier, d.Source)).OrderBy(static t => t.Key))
            Line(writer, $"from the {tier.Key.Source}", $"{tier.Count(), 6:N0}");
        Line(writer, "resumed", $"{stored.Count(static d => d.Resumed > 0), 6:N0}");
        Line(writer, "stored", $"{stored.Sum(static d => (long)d.Facts.Size) / 1e6, 6:N1} MB");
        writer.WriteLine();
    }

    private static void WriteObjectives(TextWriter writer, IReadOnlyList<SloVerdict> verdicts)
    {
        writer.WriteLine("   Objectives (slo.yaml)");
        foreach (var verdict in verdicts)
        {
            // of thresholds and limits the value itself says more than the share that was good
            var value = verdict switch
            {
                { Reason: { } reason } => reason,
                { Actual: { } actual } => actual.ToString("0.###", CultureInfo.InvariantCulture),
                _ => verdict.Sli?.ToString("0.0% 'good'", CultureInfo.InvariantCulture),
            };
            var result = verdict.Result.ToString().ToLowerInvariant();
            writer.WriteLine($"     {result, -5} {verdict.Slo.Name, -18} {verdict.Slo.DisplayName, -34} {value}");
        }

        writer.WriteLine();
    }

    private void WriteFiles(TextWriter writer)
    {
        var output = settings.Output;
        var written = Files(output)
            .Where(f => _before.GetValueOrDefault(f.Key) != f.Value)
            .Select(static f => f.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        writer.WriteLine("   Written");
        writer.WriteLine($"     {Path.Combine(output, "content")}{Path.DirectorySeparatorChar}");
        foreach (var file in written)
            writer.WriteLine($"     {file}");
        writer.WriteLine();
        writer.WriteLine("   Next");
        if (written.Find(static f => f.EndsWith(".csv", StringComparison.Ordinal)) is { } csv)
            Suggest(writer, "what became of each item", $"head {csv}");
        if (written.Exists(static f => f.EndsWith(".jsonl", StringComparison.Ordinal)))
            Suggest(
                writer,
                "every request, whoever answered it",
                $"jq -r '.resourceLogs[].scopeLogs[].logRecords[] | select(.eventName == \"pipeline.http.request\") | .body.stringValue' {Path.Combine(output, "logs", "*.jsonl")}"
            );
        if (written.Exists(static f => f.EndsWith(".parquet", StringComparison.Ordinal)))
            Suggest(
                writer,
                "requests by role and status, with DuckDB",
                $"duckdb -c \"select attributes['pipeline.http.role'] as role, attributes['http.response.status_code'] as status, count(*) from '{Path.Combine(output, "spans", "**", "*.parquet")}' where kind = 3 group by all order by all\""
            );
        Suggest(writer, "what it looks like when something is wrong", "dotnet run --project examples/ContentDownload -- --fault http-429");
        writer.WriteLine();
    }

    private static void Line(TextWriter writer, string label, string text) => writer.WriteLine($"     {label, -18}{text}");

    private static void Suggest(TextWriter writer, string why, string command)
    {
        writer.WriteLine($"     # {why}");
        writer.WriteLine($"     {command}");
    }

    private static Dictionary<string, DateTime> Files(string output) =>
        s_folders
            .Select(folder => Path.Combine(output, folder))
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .ToDictionary(static file => file, File.GetLastWriteTimeUtc);
}
