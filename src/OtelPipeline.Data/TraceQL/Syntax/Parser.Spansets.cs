namespace OtelPipeline.Data.TraceQL;

/// <content>Sets of spans and what combines them.</content>
internal sealed partial class Parser
{
    /// <summary>Sets of spans as a side of an operator, which combines filters with filters and pipelines in parentheses with such.</summary>
    /// <param name="Stage">What gives them.</param>
    /// <param name="IsFilter">Whether it is a filter or a combination of filters.</param>
    /// <param name="IsPipeline">Whether it is a pipeline in parentheses, which a filter in parentheses can be, or a combination of such.</param>
    /// <param name="StartsAsFilter">Whether the leftmost side is a filter: as the first of all sides it is one even in parentheses.</param>
    private sealed record Spansets(Stage Stage, bool IsFilter, bool IsPipeline, bool StartsAsFilter);

    private FilterStage ParseFilter()
    {
        var start = Take().Start;
        if (TryTake(TokenKind.CloseBrace))
            return new FilterStage(start, new LiteralExpression(start, FieldValue.Of(true)));
        var expression = ParseField();
        Expect(TokenKind.CloseBrace, "'}' or an operator");
        return new FilterStage(start, expression);
    }

    private Spansets CombineSpansets(Token token, CombineStage stage, Spansets left, Spansets right)
    {
        var (filters, pipelines) = (left.IsFilter && right.IsFilter, left.IsPipeline && right.IsPipeline);
        return filters || pipelines ? new Spansets(stage, filters, pipelines, left.StartsAsFilter) : throw OnlyPipelines(token.Start);
    }

    private TraceQLException OnlyPipelines(int position) =>
        Error(
            position,
            "a pipeline can only be combined with pipelines, all in parentheses: make one of a filter, as in ({ … } | count() > 0)"
        );

    private static SpansetOperator? SpansetOperatorOf(TokenKind kind) =>
        kind switch
        {
            TokenKind.And => SpansetOperator.And,
            TokenKind.Or => SpansetOperator.Union,
            TokenKind.Greater => SpansetOperator.Child,
            TokenKind.Less => SpansetOperator.Parent,
            TokenKind.Descendant => SpansetOperator.Descendant,
            TokenKind.Ancestor => SpansetOperator.Ancestor,
            TokenKind.Sibling => SpansetOperator.Sibling,
            TokenKind.NotChild => SpansetOperator.NotChild,
            TokenKind.NotParent => SpansetOperator.NotParent,
            TokenKind.NotDescendant => SpansetOperator.NotDescendant,
            TokenKind.NotAncestor => SpansetOperator.NotAncestor,
            TokenKind.NotRegex => SpansetOperator.NotSibling,
            TokenKind.UnionChild => SpansetOperator.UnionChild,
            TokenKind.UnionParent => SpansetOperator.UnionParent,
            TokenKind.UnionDescendant => SpansetOperator.UnionDescendant,
            TokenKind.UnionAncestor => SpansetOperator.UnionAncestor,
            TokenKind.UnionSibling => SpansetOperator.UnionSibling,
            _ => null,
        };
}
