namespace OtelPipeline.Data.TraceQL;

/// <summary>Says whether a query can judge spans one by one.</summary>
internal static class TraceNeed
{
    public static bool Of(SyntaxTree tree) => tree.Stages.Any(Of) || tree.Metrics is not null && Of(tree.Metrics);

    private static bool Of(MetricsExpression metrics) =>
        metrics switch
        {
            MetricsPipeline pipeline => pipeline.Stages.Any(Of)
                || pipeline.By.Any(field => field.NeedsTrace)
                || pipeline.Field is { NeedsTrace: true },
            MetricsOperation operation => Of(operation.Left) || Of(operation.Right),
            MetricsScalarOperation operation => Of(operation.Series),
            _ => Of(((MetricsFilter)metrics).Series),
        };

    public static bool OfStages(IReadOnlyList<Stage> stages) => stages.Any(Of);

    private static bool Of(Stage stage) =>
        stage switch
        {
            FilterStage filter => Of(filter.Expression),
            SelectStage select => select.Fields.Any(field => field.NeedsTrace),
            _ => true,
        };

    public static bool Of(FieldExpression expression) =>
        expression switch
        {
            ReferenceExpression reference => reference.Field.NeedsTrace,
            UnaryExpression unary => Of(unary.Operand),
            BinaryExpression binary => Of(binary.Left) || Of(binary.Right),
            _ => false,
        };
}
