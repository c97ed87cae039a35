using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// A TraceQL filter, <c>{ … }</c>, that is true or false of one record: of a live <see cref="Activity"/> or of a row of a file. Matching
/// allocates nothing, throws nothing and can be done by several threads at once.
/// </summary>
/// <remarks>
/// The same text finds the same spans in Tempo; see <c>docs/traceql.md</c> of this package. Of an event (log record), <c>event:name</c> and
/// <c>name</c> are its name and <c>.x</c> and <c>event.x</c> its attributes; of a metric point, <c>name</c> is the name of the metric and
/// <c>.x</c> an attribute. What a record does not have is nil: no comparison with it is true.
/// </remarks>
public sealed class SpanFilter
{
    private readonly FieldExpression _expression;
    private FieldNode<SpanSource>? _spans;
    private FieldNode<EventSource>? _events;
    private FieldNode<MetricPointSource>? _points;
    private FieldNode<LiveSource>? _live;

    internal SpanFilter(string text, FieldExpression expression)
    {
        Text = text;
        _expression = expression;
    }

    /// <summary>The text of the filter.</summary>
    public string Text { get; }

    internal FieldExpression Expression => _expression;

    /// <summary>Reads a filter.</summary>
    /// <exception cref="TraceQLException">
    /// The text is no query, is more than one filter, or asks for what only the whole trace can tell, such as <c>traceDuration</c>.
    /// </exception>
    public static SpanFilter Parse(string text)
    {
        var query = TraceQLQuery.Parse(text);
        return query.Filter
            ?? throw new TraceQLException(
                text,
                0,
                query.NeedsWholeTraces
                    ? "a filter of single records is expected: it cannot ask for other spans, for the trace or for numbers of spans"
                    : "a filter of single records, { … }, is expected"
            );
    }

    /// <summary>Reads a filter; false when it is none, and why.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpanFilter? filter, [NotNullWhen(false)] out TraceQLException? error)
    {
        try
        {
            (filter, error) = (Parse(text), null);
            return true;
        }
        catch (TraceQLException exception)
        {
            (filter, error) = (null, exception);
            return false;
        }
    }

    /// <summary>Whether a span matches.</summary>
    public bool Matches(SpanRow span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return (_spans ??= NodeCompiler<SpanSource>.Compile(_expression)).Test(new SpanSource(span));
    }

    /// <summary>Whether an event (log record) matches.</summary>
    public bool Matches(EventRow record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (_events ??= NodeCompiler<EventSource>.Compile(_expression)).Test(new EventSource(record));
    }

    /// <summary>Whether a metric point matches.</summary>
    public bool Matches(MetricPointRow point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return (_points ??= NodeCompiler<MetricPointSource>.Compile(_expression)).Test(new MetricPointSource(point));
    }

    /// <summary>Whether a live span matches.</summary>
    /// <param name="activity">The span, ended or not.</param>
    /// <param name="resource">What <c>resource.x</c> looks at; an activity does not know its resource.</param>
    public bool Matches(Activity activity, ResourceInfo? resource = null)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return (_live ??= NodeCompiler<LiveSource>.Compile(_expression)).Test(new LiveSource(activity, resource ?? ResourceInfo.Empty));
    }

    /// <summary>The text of the filter.</summary>
    public override string ToString() => Text;
}
