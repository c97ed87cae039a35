namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// <c>.x = "a" || .x = "b"</c>, <c>.x != "a" &amp;&amp; .x != "b"</c> and the like, which Tempo asks its storage for as one condition with a list of
/// values of one type.
/// </summary>
internal sealed class ListTest : ValueTest
{
    private readonly ValueTest[] _tests;
    private readonly bool _all;

    private ListTest(List<ValueTest> tests, bool all)
        : base(tests[0].Operator, tests[0].Literal) => (_tests, _all) = ([.. tests], all);

    /// <returns>Null when the expression is no such list.</returns>
    public static ListTest? TryCreate(BinaryExpression expression, out FieldReference? field)
    {
        field = null;
        var (all, tests) = (expression.Operator == Operator.And, new List<ValueTest>());
        return Collect(expression, expression.Operator, ref field, tests) ? new ListTest(tests, all) : null;
    }

    protected override bool TestSame(in FieldValue value) => TestOther(value);

    protected override bool TestOther(in FieldValue value)
    {
        foreach (var test in _tests)
        {
            if (test.Test(value) != _all)
                return !_all;
        }

        return _all;
    }

    private static bool Collect(FieldExpression expression, Operator joint, ref FieldReference? field, List<ValueTest> tests)
    {
        if (expression is not BinaryExpression binary)
            return false;
        if (binary.Operator == joint)
            return Collect(binary.Left, joint, ref field, tests) && Collect(binary.Right, joint, ref field, tests);
        var (reference, literal) = (binary.Left, binary.Right) switch
        {
            (ReferenceExpression left, LiteralExpression right) => (left, right),
            (LiteralExpression left, ReferenceExpression right) => (right, left),
            _ => (null, null),
        };
        var (op, type) = (binary.Operator, literal?.Value.Type ?? FieldType.Nil);
        var fits = joint == Operator.Or ? op is Operator.Equal or Operator.Regex : op is Operator.NotEqual or Operator.NotRegex;
        if (!fits || type is not (FieldType.String or FieldType.Int or FieldType.Float or FieldType.Boolean))
            return false;
        if (tests.Count == 0)
            field = reference!.Field;
        else if (reference!.Field != field || tests[0].Operator != op || tests[0].Literal.Type != type)
            return false;
        tests.Add(Create(op, literal!.Value));
        return true;
    }
}
