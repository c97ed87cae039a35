using System.IO.Enumeration;

namespace OtelPipeline.Cli.Input;

/// <summary>Names that a user asks for, with <c>*</c> and <c>?</c>; none stands for all.</summary>
internal sealed class NamePattern(string[]? patterns)
{
    public bool Matches(string? name)
    {
        if (patterns is null || patterns.Length == 0)
            return true;
        if (name is null)
            return false;
        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
                return true;
        }

        return false;
    }
}
