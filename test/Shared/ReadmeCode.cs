namespace OtelPipeline.Testing;

/// <summary>
/// Keeps the samples of a README true: every <c>```csharp</c> block must stand, line by line, in a source file whose methods are tests that run
/// it. Indentation and empty lines do not count, and <c>using</c> directives may stand anywhere in the source file.
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
        var source = Lines(File.ReadAllLines(sourcePath));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (line, block) in blocks)
            {
                var missing = block.Where(l => IsUsing(l) && !source.Contains(l)).ToList();
                var code = block.Where(static l => !IsUsing(l)).ToList();
                var stands = Enumerable.Range(0, source.Count).Any(at => source.Skip(at).Take(code.Count).SequenceEqual(code));
                Assert.That(
                    stands && missing.Count == 0,
                    Is.True,
                    $"The C# block at {readmePath}:{line} does not stand in {sourcePath} word for word: change one of the two.\n"
                        + string.Join('\n', missing.Count > 0 ? missing : code)
                );
            }
        }
    }

    private static IEnumerable<(int Line, List<string> Block)> Blocks(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp")
                continue;
            var end = Array.FindIndex(lines, i + 1, static l => l.Trim() == "```");
            yield return (i + 1, Lines(lines[(i + 1)..(end < 0 ? lines.Length : end)]));
            i = end < 0 ? lines.Length : end;
        }
    }

    private static List<string> Lines(string[] lines) => [.. lines.Select(static l => l.Trim()).Where(static l => l.Length > 0)];

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal)
        && line.EndsWith(';')
        && !line.Contains('=', StringComparison.Ordinal)
        && !line.StartsWith("using var", StringComparison.Ordinal);
}
