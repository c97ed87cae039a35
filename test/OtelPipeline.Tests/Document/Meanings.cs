using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests.Document;

/// <summary>What names mean, in the words of the constants' documentation comments.</summary>
internal static partial class Meanings
{
    // of the semantic conventions (https://opentelemetry.io/docs/specs/semconv/) and of the exporters, which have no constants
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["otel.component.name"] = "Name of an exporter, one of its kind in the process (semantic conventions).",
        ["otel.component.type"] = "Kind of an exporter (semantic conventions).",
        ["pipeline.exporter.retention.reason"] = "Which limit a file that was deleted had passed: count, size or age.",
    };

    /// <param name="of">The class of the constants, <c>PipelineAttributes</c> or <c>PipelineEvents</c>: some names are both an attribute's and an event's.</param>
    public static Dictionary<string, string> Read(string of)
    {
        var meanings = new Dictionary<string, string>(s_others);
        var sources = Directory
            .GetFiles(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline", "Signals"), of + "*.cs")
            .Append(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.AspNetCore", "Health", "HealthSignals.cs"));
        foreach (var source in sources)
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
