using OtelPipeline.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>The filters of a pipeline that judges spans one by one, over columns.</summary>
internal sealed class ColumnFilter
{
    private readonly FetchPlan _plan;
    private readonly bool _planIsImplied;
    private readonly ColumnMask[] _masks;
    private readonly ColumnBounds _bounds;

    private ColumnFilter(IReadOnlyList<Stage> stages, long until)
    {
        var filters = stages.OfType<FilterStage>().Select(stage => stage.Expression).ToList();
        _plan = FetchPlan.Of(stages);
        _planIsImplied = _plan.All ? filters.TrueForAll(_plan.IsImpliedBy) : filters.Exists(_plan.IsImpliedBy);
        _masks =
        [
            .. filters
                .Where(filter => filter is not LiteralExpression { Value.IsTrue: true })
                .Select(filter => ColumnMask.Compile(filter, _plan)),
        ];
        _bounds = new ColumnBounds(filters, until);
    }

    /// <param name="stages">The pipeline.</param>
    /// <param name="fields">What else the query asks of a span.</param>
    /// <param name="until">The last start that matters, in nanoseconds.</param>
    /// <returns>Null when columns are not enough: for what needs whole traces, and for events and links.</returns>
    public static ColumnFilter? TryCreate(IReadOnlyList<Stage> stages, IEnumerable<FieldReference> fields, long until) =>
        stages.All(stage => stage is SelectStage || stage is FilterStage filter && OfColumns(filter.Expression))
        && !TraceNeed.OfStages(stages)
        && fields.All(field => IsColumn(field) && !field.NeedsTrace)
            ? new ColumnFilter(stages, until)
            : null;

    /// <summary>The rows that can match, by bounds and bloom filters alone.</summary>
    public ParquetRowSelection Select(ParquetReader file, ParquetRowGroup group) => _bounds.Select(file, group);

    /// <summary>Sets the flags of the rows that match and clears the others.</summary>
    public void Mask(SpanColumnGroup columns, Span<bool> mask)
    {
        mask.Fill(true);
        foreach (var filter in _masks)
            filter.Apply(columns, mask);
        for (var i = 0; i < mask.Length && !_planIsImplied; i++)
            mask[i] = mask[i] && _plan.Fetches(new ColumnSource(columns, i), isInTree: false);
    }

    private static bool OfColumns(FieldExpression expression) =>
        expression switch
        {
            ReferenceExpression reference => IsColumn(reference.Field),
            UnaryExpression unary => OfColumns(unary.Operand),
            BinaryExpression binary => OfColumns(binary.Left) && OfColumns(binary.Right),
            _ => true,
        };

    private static bool IsColumn(FieldReference field) => field.Scope is not (FieldScope.Event or FieldScope.Link);
}
