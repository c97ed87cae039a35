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
    private readonly FilterStage _stage;
    private readonly FetchPlan _plan;
    private readonly bool _planIsImplied;
    private FieldNode<SpanSource>? _spans;
    private FieldNode<EventSource>? _events;
    private FieldNode<MetricPointSource>? _points;
    private FieldNode<LiveSource>? _live;

    internal SpanFilter(string text, FilterStage stage)
    {
        Text = text;
        _stage = stage;
        _plan = FetchPlan.Of([stage]);
        _planIsImplied = _plan.IsImpliedBy(stage.Expression);
    }

    /// <summary>The text of the filter.</summary>
    public string Text { get; }

    /// <summary>What the filter says, where that is all there is to know; null where the plan of the query leaves out records for which it is true.</summary>
    internal (FieldExpression Expression, FetchPlan Plan)? ByItself => _planIsImplied ? (_stage.Expression, _plan) : null;

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
        return Matches(_spans ??= NodeCompiler<SpanSource>.Compile(_stage.Expression, _plan), new SpanSource(span));
    }

    /// <summary>Whether an event (log record) matches.</summary>
    public bool Matches(EventRow record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Matches(_events ??= NodeCompiler<EventSource>.Compile(_stage.Expression, _plan), new EventSource(record));
    }

    /// <summary>Whether a metric point matches.</summary>
    public bool Matches(MetricPointRow point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return Matches(_points ??= NodeCompiler<MetricPointSource>.Compile(_stage.Expression, _plan), new MetricPointSource(point));
    }

    /// <summary>Whether a live span matches.</summary>
    /// <param name="activity">The span, ended or not.</param>
    /// <param name="resource">What <c>resource.x</c> looks at; an activity does not know its resource.</param>
    public bool Matches(Activity activity, ResourceInfo? resource = null)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return Matches(
            _live ??= NodeCompiler<LiveSource>.Compile(_stage.Expression, _plan),
            new LiveSource(activity, resource ?? ResourceInfo.Empty)
        );
    }

    private bool Matches<TSource>(FieldNode<TSource> node, TSource source)
        where TSource : struct, IFieldSource => node.Test(source) && (_planIsImplied || _plan.Fetches(source, isInTree: false));

    /// <summary>The text of the filter.</summary>
    public override string ToString() => Text;
}
