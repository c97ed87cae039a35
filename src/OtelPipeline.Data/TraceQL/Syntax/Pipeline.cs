namespace OtelPipeline.Data.TraceQL;

/// <summary>A step of a pipeline: takes the sets of spans of one trace and gives others.</summary>
/// <param name="Start">Where it stands in the query.</param>
internal abstract record Stage(int Start);

/// <summary><c>{ … }</c>.</summary>
internal sealed record FilterStage(int Start, FieldExpression Expression) : Stage(Start);

/// <summary><c>{ … } &gt;&gt; { … }</c> and the like.</summary>
internal sealed record CombineStage(int Start, SpansetOperator Operator, Stage Left, Stage Right) : Stage(Start);

/// <summary>A pipeline in parentheses, as a side of a combination.</summary>
internal sealed record PipelineStage(int Start, IReadOnlyList<Stage> Stages) : Stage(Start);

/// <summary><c>count() &gt; 2</c>.</summary>
internal sealed record ScalarFilterStage(int Start, Operator Operator, ScalarExpression Left, ScalarExpression Right) : Stage(Start);

/// <summary><c>by(…)</c>.</summary>
internal sealed record GroupStage(int Start, FieldExpression Expression, string Label) : Stage(Start);

/// <summary><c>coalesce()</c>.</summary>
internal sealed record CoalesceStage(int Start) : Stage(Start);

/// <summary><c>select(…)</c>.</summary>
internal sealed record SelectStage(int Start, IReadOnlyList<FieldReference> Fields) : Stage(Start);

/// <summary>A number that is computed from a set of spans.</summary>
/// <param name="Start">Where it stands in the query.</param>
internal abstract record ScalarExpression(int Start)
{
    public abstract FieldType ImpliedType { get; }
}

internal sealed record ScalarLiteral(int Start, FieldValue Value) : ScalarExpression(Start)
{
    public override FieldType ImpliedType => Value.Type;
}

internal sealed record AggregateExpression(int Start, Aggregate Aggregate, FieldExpression? Operand, string Label) : ScalarExpression(Start)
{
    public override FieldType ImpliedType => Operand?.ImpliedType ?? FieldType.Int;
}

internal sealed record ScalarOperation(int Start, Operator Operator, ScalarExpression Left, ScalarExpression Right)
    : ScalarExpression(Start)
{
    public override FieldType ImpliedType => Left.ImpliedType != FieldType.Attribute ? Left.ImpliedType : Right.ImpliedType;
}

internal enum Aggregate : byte
{
    Count,
    Min,
    Max,
    Sum,
    Avg,
}
