namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// What of a record a query gets to see. Tempo's storage hands to a query only spans and values that its conditions ask for, and what it does not
/// hand over is nil: to find the same spans is to look through the same glasses. For comparisons of a field with a value of its own type,
/// joined by <c>&amp;&amp;</c> or <c>||</c>, this changes nothing; <c>docs/traceql.md</c> lists where it does.
/// </summary>
internal sealed class FetchPlan
{
    private readonly FetchConditions _conditions;

    private FetchPlan(FetchConditions conditions)
    {
        _conditions = conditions;
        // .x can be on the span or on the resource
        All = conditions.All && !conditions.Items.Exists(item => item.Field is { IsIntrinsic: false, Scope: FieldScope.None });
        Trace = FetchScope.Of(FieldScope.Span, conditions, All, ofTrace: true);
        Span = FetchScope.Of(FieldScope.Span, conditions, All);
        Resource = FetchScope.Of(FieldScope.Resource, conditions, All);
        Event = FetchScope.Of(FieldScope.Event, conditions, All);
        Link = FetchScope.Of(FieldScope.Link, conditions, All);
        Instrumentation = FetchScope.Of(FieldScope.Instrumentation, conditions, All);
    }

    public bool All { get; }

    public FetchScope Trace { get; }

    public FetchScope Span { get; }

    public FetchScope Resource { get; }

    public FetchScope Event { get; }

    public FetchScope Link { get; }

    public FetchScope Instrumentation { get; }

    public static FetchPlan Of(IEnumerable<Stage> stages) => new(FetchConditions.Of(stages));

    public FetchScope Of(in FieldReference field) =>
        field.Scope switch
        {
            _ when FetchScope.IsOfTrace(field.Intrinsic) => Trace,
            FieldScope.Resource => Resource,
            FieldScope.Event => Event,
            FieldScope.Link => Link,
            FieldScope.Instrumentation => Instrumentation,
            _ => Span,
        };

    /// <summary>
    /// Whether every record for which the expression is true is one that the storage gives anyway, so that <see cref="Fetches"/> need not be asked.
    /// </summary>
    public bool IsImpliedBy(FieldExpression expression) =>
        expression switch
        {
            LiteralExpression => _conditions.Everything && !All,
            ReferenceExpression => true,
            UnaryExpression { Operator: Operator.Exists or Operator.NotExists, Operand: ReferenceExpression } => true,
            BinaryExpression { Operator: Operator.And or Operator.Or } list when ListTest.TryCreate(list, out _) is not null => true,
            BinaryExpression { Operator: Operator.And } and => All
                ? IsImpliedBy(and.Left) && IsImpliedBy(and.Right)
                : IsImpliedBy(and.Left) || IsImpliedBy(and.Right),
            BinaryExpression { Operator: Operator.Or } or => !All && IsImpliedBy(or.Left) && IsImpliedBy(or.Right),
            BinaryExpression { Left: ReferenceExpression, Right: ReferenceExpression } binary => binary.Operator.IsComparison(),
            BinaryExpression { Left: ReferenceExpression, Right: LiteralExpression } binary => binary.Operator.IsComparison(),
            BinaryExpression { Left: LiteralExpression, Right: ReferenceExpression } binary => binary.Operator.IsComparison(),
            _ => false,
        };

    /// <summary>Whether the storage gives the record to the query at all.</summary>
    /// <param name="source">The record.</param>
    /// <param name="isInTree">Whether its place in the tree of the trace is known.</param>
    public bool Fetches<TSource>(in TSource source, bool isInTree)
        where TSource : struct, IFieldSource
    {
        if (_conditions.Items.Count == 0 && !_conditions.Structure)
            return true;
        var span = Count(source, Span, FieldScope.Span);
        var (events, links) = (CountElements(source, FieldScope.Event), CountElements(source, FieldScope.Link));
        var instrumentation = Count(source, Instrumentation, FieldScope.Instrumentation);
        var resource = Count(source, Resource, FieldScope.Resource);
        if (!All)
        {
            return !Trace.IsEmpty
                || _conditions.Everything
                || _conditions.Structure && isInTree
                || span.Values + events + links + instrumentation.Values + resource.Values > 0;
        }

        return Count(source, Trace, FieldScope.Span).Complete
            && span.Complete
            && instrumentation.Complete
            && resource.Complete
            && (Event.IsEmpty || events >= 0)
            && (Link.IsEmpty || links >= 0)
            && span.Values + Math.Max(0, events) + Math.Max(0, links) >= Span.Distinct
            && instrumentation.Entries >= Instrumentation.Distinct
            && resource.Entries >= Resource.Distinct;
    }

    /// <summary>What the query sees of a field of events or links: the first that has it, as Tempo keeps them in one list.</summary>
    public FieldValue OfElements<TSource>(in TSource source, in FieldReference field)
        where TSource : struct, IFieldSource
    {
        var scope = Of(field);
        var count = source.Count(field.Scope);
        for (var i = 0; i < count; i++)
        {
            if (All && !Keeps(source, scope, i))
                continue;
            var value = Fields.OfElement(source, field, i, out var found);
            if (!found)
                continue;
            var visible = field.IsIntrinsic ? scope.Visible(field.Intrinsic, value) : scope.Visible(value);
            if (!visible.IsNil || !(field.IsIntrinsic || scope.Strict))
                return visible;
        }

        return default;
    }

    /// <summary>Whether some event or link does not have the attribute.</summary>
    public bool IsAbsentInElements<TSource>(in TSource source, in FieldReference field)
        where TSource : struct, IFieldSource
    {
        var count = source.Count(field.Scope);
        for (var i = 0; i < count; i++)
        {
            Fields.OfElement(source, field, i, out var found);
            if (!found && (!All || Keeps(source, Of(field), i)))
                return true;
        }

        return false;
    }

    /// <summary>Where all conditions must hold, those on events must hold of one event.</summary>
    private static bool Keeps<TSource>(in TSource source, FetchScope scope, int index)
        where TSource : struct, IFieldSource
    {
        var entries = 0;
        foreach (var (asked, test, _) in scope.Intrinsics)
        {
            if (test is not null && !test.Test(Fields.OfElement(source, asked, index, out _)))
                return false;
            entries++;
        }

        foreach (var field in scope.AbsentFields)
        {
            Fields.OfElement(source, field, index, out var found);
            if (found)
                return false;
            entries++;
        }

        foreach (var field in scope.KeyFields)
        {
            var value = Fields.OfElement(source, field, index, out var found);
            if (found && !(scope.Strict && scope.Visible(value).IsNil))
                entries++;
        }

        return entries >= scope.Distinct;
    }

    /// <summary>How many values of events or links are given; -1 when conditions that all must hold hold of none.</summary>
    private int CountElements<TSource>(in TSource source, FieldScope of)
        where TSource : struct, IFieldSource
    {
        var scope = of == FieldScope.Event ? Event : Link;
        if (scope.IsEmpty)
            return 0;
        var values = 0;
        var kept = false;
        var count = source.Count(of);
        for (var i = 0; i < count; i++)
        {
            if (All && !Keeps(source, scope, i))
                continue;
            kept = true;
            foreach (var (asked, _, _) in scope.Intrinsics)
                values += scope.Visible(asked.Intrinsic, Fields.OfElement(source, asked, i, out var _)).IsNil ? 0 : 1;
            foreach (var field in scope.KeyFields)
                values += scope.Visible(Fields.OfElement(source, field, i, out var _)).IsNil ? 0 : 1;
            foreach (var field in scope.AbsentFields)
            {
                Fields.OfElement(source, field, i, out var found);
                values += found ? 0 : 1;
            }
        }

        return kept || !All ? values : -1;
    }

    /// <summary>How many values of a scope are given, how many fields are there at all, and whether each column has one.</summary>
    private static (int Values, int Entries, bool Complete) Count<TSource>(in TSource source, FetchScope scope, FieldScope of)
        where TSource : struct, IFieldSource
    {
        var (values, entries, complete) = (0, 0, true);
        foreach (var (asked, _, _) in scope.Intrinsics)
        {
            var given = !scope.Visible(asked.Intrinsic, Fields.OfRecord(source, asked)).IsNil;
            values += given ? 1 : 0;
            entries += given ? 1 : 0;
            complete &= given;
        }

        var generic = 0;
        foreach (var key in scope.Keys)
        {
            if (!Fields.TryOfScope(source, of, key, out var value))
                continue;
            var given = !scope.Visible(value).IsNil;
            values += given ? 1 : 0;
            generic += given || !scope.Strict ? 1 : 0;
        }

        foreach (var key in scope.Absent)
        {
            var absent = !Fields.TryOfScope(source, of, key, out _);
            values += absent ? 1 : 0;
            entries += absent ? 1 : 0;
            complete &= absent;
        }

        return (values, entries + generic, complete && (scope.Keys.Count == 0 || generic > 0));
    }
}
