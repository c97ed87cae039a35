namespace OtelPipeline.Testing;

/// <summary>
/// Keeps the samples of a README true: every <c>```csharp</c> block must stand, word for word, in a source file whose methods are tests that
/// run it. White space does not count, for a formatter breaks lines as it likes, and <c>using</c> directives may stand anywhere in the file.
/// </summary>
internal static class ReadmeCode
{
    /// <summary>Fails where a block of the README does not stand in the source file.</summary>
    public static void AssertStandsIn(string readmePath, string sourcePath)
    {
        var blocks = Blocks(File.ReadAllLines(readmePath)).ToList();
        if (blocks.Count == 0)
            return;
        Assert.That(File.Exists(sourcePath), Is.True, $"{readmePath} has C# samples: put them into tests in {sourcePath}.");
        var source = Squeezed(File.ReadAllLines(sourcePath));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (line, block) in blocks)
            {
                var stands =
                    source.Contains(Squeezed(block.Where(static l => !IsUsing(l))), StringComparison.Ordinal)
                    && block.Where(IsUsing).All(l => source.Contains(Squeezed([l]), StringComparison.Ordinal));
                Assert.That(
                    stands,
                    Is.True,
                    $"The C# block at {readmePath}:{line} does not stand in {sourcePath} word for word: change one of the two.\n"
                        + string.Join('\n', block)
                );
            }
        }
    }

    private static IEnumerable<(int Line, string[] Block)> Blocks(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp")
                continue;
            var end = Array.FindIndex(lines, i + 1, static l => l.Trim() == "```");
            end = end < 0 ? lines.Length : end;
            yield return (i + 1, lines[(i + 1)..end]);
            i = end;
        }
    }

    private static string Squeezed(IEnumerable<string> lines) =>
        string.Concat(lines.SelectMany(static l => l).Where(static c => !char.IsWhiteSpace(c)));

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal)
        && line.TrimEnd().EndsWith(';')
        && !line.StartsWith("using var", StringComparison.Ordinal);
}
