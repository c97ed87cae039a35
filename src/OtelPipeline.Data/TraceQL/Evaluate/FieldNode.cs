namespace OtelPipeline.Data.TraceQL;

/// <summary>An expression, compiled for one kind of record.</summary>
internal abstract class FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public abstract FieldValue Evaluate(in TSource source);

    /// <summary>Whether it is true of the record; anything but true is false.</summary>
    public virtual bool Test(in TSource source) => Evaluate(source).IsTrue;
}

internal sealed class LiteralNode<TSource>(FieldValue value) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source) => value;
}

internal sealed class AndNode<TSource>(FieldNode<TSource> left, FieldNode<TSource> right) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source)
    {
        var value = left.Evaluate(source);
        return value.Type == FieldType.Boolean && !value.IsTrue ? value : Evaluation.Binary(Operator.And, value, right.Evaluate(source));
    }

    public override bool Test(in TSource source) => left.Test(source) && right.Test(source);
}

internal sealed class OrNode<TSource>(FieldNode<TSource> left, FieldNode<TSource> right) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source)
    {
        var value = left.Evaluate(source);
        return value.IsTrue ? value
            // what cannot be computed is not true
            : value.Type == FieldType.Error ? right.Evaluate(source)
            : Evaluation.Binary(Operator.Or, value, right.Evaluate(source));
    }
}

internal sealed class BinaryNode<TSource>(Operator op, FieldNode<TSource> left, FieldNode<TSource> right) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source) => Evaluation.Binary(op, left.Evaluate(source), right.Evaluate(source));
}

internal sealed class UnaryNode<TSource>(Operator op, FieldNode<TSource> operand) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source) => Evaluation.Unary(op, operand.Evaluate(source));
}

/// <summary>A computed value that is compared with a literal.</summary>
internal sealed class TestNode<TSource>(FieldNode<TSource> operand, ValueTest test) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source)
    {
        var value = operand.Evaluate(source);
        return value.Type == FieldType.Error ? value : FieldValue.Of(test.Test(value));
    }
}
