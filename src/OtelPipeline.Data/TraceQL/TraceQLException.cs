using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A query that cannot be read, makes no sense, or uses what is not supported; the message shows the place and says what to do.</summary>
[SuppressMessage(
    "Design",
    "CA1032:Implement standard exception constructors",
    Justification = "Without query and position the message would be empty."
)]
public sealed class TraceQLException : FormatException
{
    internal TraceQLException(string query, int position, string reason)
        : base(Describe(query, position, reason))
    {
        Query = query;
        Position = Math.Clamp(position, 0, query.Length);
        Reason = reason;
        (Line, Column) = Place(query, Position);
    }

    /// <summary>The text of the query.</summary>
    public string Query { get; }

    /// <summary>Where in the text, counted in characters from 0; the length of the text at its end.</summary>
    public int Position { get; }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>The column in characters, counted from 1.</summary>
    public int Column { get; }

    /// <summary>What is wrong and what to do, without the place.</summary>
    public string Reason { get; }

    private static (int Line, int Column) Place(string query, int position)
    {
        var before = query.AsSpan(0, position);
        return (before.Count('\n') + 1, position - before.LastIndexOf('\n'));
    }

    private static string Describe(string query, int position, string reason)
    {
        position = Math.Clamp(position, 0, query.Length);
        var (line, column) = Place(query, position);
        var start = position - (column - 1);
        var end = query.IndexOf('\n', start);
        var text = query[start..(end < 0 ? query.Length : end)].Replace('\t', ' ').TrimEnd('\r');
        // of a long line only what stands around the place
        const int Around = 60;
        var from = Math.Max(0, column - 1 - Around);
        var to = Math.Min(text.Length, column - 1 + Around);
        return $"{line}:{column}: {reason}\n{(to > from ? text[from..to] : "")}\n{new string(' ', column - 1 - from)}^";
    }
}
