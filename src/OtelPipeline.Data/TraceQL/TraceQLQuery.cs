using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A query in <see href="https://grafana.com/docs/tempo/latest/traceql/">TraceQL</see>, the language of Grafana Tempo, read and checked.</summary>
/// <remarks>What is supported is listed in <c>docs/traceql.md</c> of this package.</remarks>
public sealed class TraceQLQuery
{
    private TraceQLQuery(string text, SyntaxTree tree)
    {
        Text = text;
        Tree = tree;
        NeedsWholeTraces = TraceNeed.Of(tree);
        Filter = tree is { Metrics: null, Stages: [FilterStage stage] } && !NeedsWholeTraces ? new SpanFilter(text, stage) : null;
    }

    /// <summary>The text of the query.</summary>
    public string Text { get; }

    /// <summary>True when the result is time series (<c>| rate()</c>), false when it is spans.</summary>
    public bool IsMetrics => Tree.Metrics is not null;

    /// <summary>
    /// True when all spans of a trace are needed to judge one: for relations between spans, numbers of spans, groups, and intrinsics such as
    /// <c>traceDuration</c>. False when each span can be judged alone, as it comes.
    /// </summary>
    public bool NeedsWholeTraces { get; }

    /// <summary>The filter that the query consists of; null when it is more than one filter of single spans.</summary>
    public SpanFilter? Filter { get; }

    internal SyntaxTree Tree { get; }

    /// <summary>Reads a query.</summary>
    /// <exception cref="TraceQLException">The text is no query, or one that is not supported; the message shows where and why.</exception>
    public static TraceQLQuery Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TraceQLQuery(text, new Checker(text).Check(Parser.Parse(text)));
    }

    /// <summary>Reads a query; false when it is none, and why.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TraceQLQuery? query, [NotNullWhen(false)] out TraceQLException? error)
    {
        try
        {
            (query, error) = (Parse(text), null);
            return true;
        }
        catch (TraceQLException exception)
        {
            (query, error) = (null, exception);
            return false;
        }
    }

    /// <summary>The text of the query.</summary>
    public override string ToString() => Text;
}
