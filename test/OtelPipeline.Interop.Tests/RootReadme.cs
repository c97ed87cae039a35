using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>The README at the root of the repository.</summary>
internal static partial class RootReadme
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "README.md")).ReplaceLineEndings("\n");

    public static IReadOnlyList<string> Blocks(string language) =>
        [.. Fences().Matches(Text).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["text"].Value)];

    /// <summary>The one C# sample that holds a text.</summary>
    public static string Sample(string marker) => Blocks("csharp").Single(s => s.Contains(marker, StringComparison.Ordinal));

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
