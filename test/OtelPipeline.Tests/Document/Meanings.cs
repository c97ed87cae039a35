using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests.Document;

/// <summary>What names mean, in the words of the constants' documentation comments.</summary>
internal static partial class Meanings
{
    private static readonly string[] s_sources =
    [
        .. Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline", "Signals"), "Pipeline*.cs"),
        Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.AspNetCore", "Health", "HealthSignals.cs"),
    ];

    // of the semantic conventions (https://opentelemetry.io/docs/specs/semconv/) and of the exporters, which have no constants
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["otel.component.name"] = "Name of an exporter, one of its kind in the process (semantic conventions).",
        ["otel.component.type"] = "Kind of an exporter (semantic conventions).",
        ["pipeline.exporter.retention.reason"] = "Which limit a file that was deleted had passed: count, size or age.",
    };

    public static Dictionary<string, string> Read()
    {
        var meanings = new Dictionary<string, string>(s_others);
        foreach (var source in s_sources)
        {
            foreach (Match match in Constants().Matches(File.ReadAllText(source)))
            {
                var summary = Summary()
                    .Match(match.Groups["comment"].Value.Replace("///", "", StringComparison.Ordinal))
                    .Groups["text"]
                    .Value;
                summary = Tags().Replace(summary, static m => m.Groups["name"].Value);
                meanings[match.Groups["value"].Value] = string.Join(
                    ' ',
                    summary.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                );
            }
        }

        return meanings;
    }

    [GeneratedRegex(
        """(?<comment>(?:[ \t]*///.*\n)+)[ \t]*public (?:const string \w+ =|static readonly EventId \w+ = new\(\d+,)\s*"(?<value>[^"]+)"\)?;"""
    )]
    private static partial Regex Constants();

    [GeneratedRegex("<summary>(?<text>.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex("""</?c>|<see cref="(?<name>[^"]+)"\s*/>|<see href="(?<name>[^"]+)"\s*/>""")]
    private static partial Regex Tags();
}
