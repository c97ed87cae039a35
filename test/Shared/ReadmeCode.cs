namespace OtelPipeline.Testing;

/// <summary>
/// Keeps the samples of a README true: every <c>```csharp</c> block must stand in a source file whose methods are tests that run it. White
/// space does not count, for the formatter breaks lines otherwise, and <c>using</c> directives may stand anywhere in the source file.
/// </summary>
internal static class ReadmeCode
{
    /// <summary>Fails where a block of the README does not stand in one of the source files.</summary>
    public static void AssertStandsIn(string readmePath, params string[] sourcePaths)
    {
        var sources = sourcePaths.Select(File.ReadAllText).ToList();
        var squeezed = sources.Select(Squeeze).ToList();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (line, block) in Blocks(File.ReadAllLines(readmePath)))
            {
                var missing = block.Where(l => IsUsing(l) && !sources.Any(s => s.Contains(l, StringComparison.Ordinal))).ToList();
                var code = string.Join('\n', block.Where(static l => !IsUsing(l)));
                Assert.That(
                    missing.Count == 0 && squeezed.Any(s => s.Contains(Squeeze(code), StringComparison.Ordinal)),
                    Is.True,
                    $"The C# block at {readmePath}:{line} does not stand in a Readme*.cs file of its test project: change one of the two.\n"
                        + (missing.Count > 0 ? string.Join('\n', missing) : code)
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

    private static string Squeeze(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal)
        && line.EndsWith(';')
        && !line.Contains('=', StringComparison.Ordinal)
        && !line.StartsWith("using var", StringComparison.Ordinal);
}
