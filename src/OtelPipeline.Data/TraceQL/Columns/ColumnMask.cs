using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A filter over the columns of a row group: what depends on a dictionary is computed once per entry, not once per row.</summary>
internal abstract class ColumnMask
{
    /// <summary>Clears the flags of rows for which the filter is not true; rows whose flag is not set are not looked at.</summary>
    public abstract void Apply(SpanColumnGroup group, Span<bool> mask);

    /// <summary>Whether rows are looked at one by one, which comes last.</summary>
    protected virtual bool IsSlow => false;

    public static ColumnMask Compile(FieldExpression expression, FetchPlan plan)
    {
        switch (expression)
        {
            case BinaryExpression { Operator: Operator.And } and:
                var (left, right) = (Compile(and.Left, plan), Compile(and.Right, plan));
                return left.IsSlow && !right.IsSlow ? new AndMask(right, left) : new AndMask(left, right);
            case BinaryExpression { Operator: Operator.Or } either when IsBoolean(either.Left) && IsBoolean(either.Right):
                return new OrMask(Compile(either.Left, plan), Compile(either.Right, plan));
            case BinaryExpression { Left: ReferenceExpression { Field: var field }, Right: LiteralExpression { Value: var literal } } binary
                when binary.Operator.IsComparison()
                    && OfColumn(field, ValueTest.Create(binary.Operator, literal), expression, plan) is { } mask:
                return mask;
            case BinaryExpression { Left: LiteralExpression { Value: var literal }, Right: ReferenceExpression { Field: var field } } binary
                when binary.Operator.IsEquality()
                    && OfColumn(field, ValueTest.Create(binary.Operator, literal), expression, plan) is { } mask:
                return mask;
            default:
                return new RowMask(NodeCompiler<ColumnSource>.Compile(expression, plan));
        }
    }

    // what is no boolean makes an || false, whatever the other side
    private static bool IsBoolean(FieldExpression expression) => expression is BinaryExpression binary && binary.Operator.IsBoolean();

    private static ColumnMask? OfColumn(FieldReference field, ValueTest test, FieldExpression expression, FetchPlan plan)
    {
        return (field.Intrinsic, test.Literal.Type) switch
        {
            (Intrinsic.Name, FieldType.String) => new TextMask(group => group.Text("name"), field, test, "", Row()),
            (Intrinsic.StatusMessage, FieldType.String) => new TextMask(group => group.Text("status_message"), field, test, "", Row()),
            (Intrinsic.InstrumentationName, FieldType.String) => new TextMask(group => group.Text("scope_name"), field, test, "", Row()),
            (Intrinsic.InstrumentationVersion, FieldType.String) => new TextMask(
                group => group.Text("scope_version"),
                field,
                test,
                "",
                Row()
            ),
            (Intrinsic.Duration, FieldType.Duration) => new NumberMask("duration_nano", FieldType.Duration, test),
            (Intrinsic.Kind, FieldType.Kind) => new NumberMask("kind", FieldType.Kind, test),
            (Intrinsic.Status, FieldType.Status) => new NumberMask("status_code", FieldType.Status, test),
            (Intrinsic.None, FieldType.String) when field is { Scope: FieldScope.Resource, Name: "service.name" } => new TextMask(
                group => group.Text("service_name"),
                field,
                test,
                null,
                Row()
            ),
            (Intrinsic.None, FieldType.String) when field.Scope is FieldScope.Span or FieldScope.None => new TextMask(
                group => group.TextOf(field.Name),
                field,
                test,
                null,
                Row()
            ),
            _ => null,
        };

        FieldNode<ColumnSource> Row() => NodeCompiler<ColumnSource>.Compile(expression, plan);
    }

    private sealed class AndMask(ColumnMask left, ColumnMask right) : ColumnMask
    {
        protected override bool IsSlow => left.IsSlow || right.IsSlow;

        public override void Apply(SpanColumnGroup group, Span<bool> mask)
        {
            left.Apply(group, mask);
            if (mask.Contains(true))
                right.Apply(group, mask);
        }
    }

    private sealed class OrMask(ColumnMask left, ColumnMask right) : ColumnMask
    {
        protected override bool IsSlow => left.IsSlow || right.IsSlow;

        public override void Apply(SpanColumnGroup group, Span<bool> mask)
        {
            var one = mask.ToArray();
            left.Apply(group, one);
            // the other side needs to look only where the one was false
            for (var i = 0; i < one.Length; i++)
                mask[i] &= !one[i];
            right.Apply(group, mask);
            for (var i = 0; i < one.Length; i++)
                mask[i] |= one[i];
        }
    }

    private sealed class RowMask(FieldNode<ColumnSource> node) : ColumnMask
    {
        protected override bool IsSlow => true;

        public override void Apply(SpanColumnGroup group, Span<bool> mask)
        {
            for (var i = 0; i < mask.Length; i++)
                mask[i] = mask[i] && node.Test(new ColumnSource(group, i));
        }
    }

    private sealed class NumberMask(string column, FieldType type, ValueTest test) : ColumnMask
    {
        public override void Apply(SpanColumnGroup group, Span<bool> mask)
        {
            var numbers = group.Number(column);
            if (numbers.TryGetLongs(out var longs))
            {
                for (var i = 0; i < mask.Length; i++)
                    mask[i] = mask[i] && test.Test(FieldValue.Scalar(type, longs[i]));
                return;
            }

            // few words, tested once each
            Span<bool> small = stackalloc bool[8];
            for (var i = 0; i < small.Length; i++)
                small[i] = test.Test(FieldValue.Scalar(type, i));
            for (var i = 0; i < mask.Length; i++)
            {
                if (!mask[i])
                    continue;
                var number = numbers.Integer(i) ?? 0;
                mask[i] = (ulong)number < 8 ? small[(int)number] : test.Test(FieldValue.Scalar(type, number));
            }
        }
    }

    /// <param name="find">Gives the column, or null when in this row group no column holds exactly the field.</param>
    /// <param name="field">The field.</param>
    /// <param name="test">The comparison.</param>
    /// <param name="absent">What NULL stands for; null where only the row can tell.</param>
    /// <param name="node">The comparison, for rows that are looked at one by one.</param>
    private sealed class TextMask(
        Func<SpanColumnGroup, TextColumn?> find,
        FieldReference field,
        ValueTest test,
        string? absent,
        FieldNode<ColumnSource> node
    ) : ColumnMask
    {
        public override void Apply(SpanColumnGroup group, Span<bool> mask)
        {
            if (find(group) is not { } column)
            {
                for (var i = 0; i < mask.Length; i++)
                    mask[i] = mask[i] && TestRow(group, i);
                return;
            }

            var ofNull = absent is not null && test.Test(FieldValue.Of(absent));
            var looksAtRow =
                absent is null
                && (field.Scope == FieldScope.Resource || field.Scope == FieldScope.None && MightBeOnResource(group, field.Name));
            var numbers = column.Numbers;
            if (numbers.IsEmpty)
            {
                for (var i = 0; i < mask.Length; i++)
                    mask[i] = mask[i] && (looksAtRow ? TestRow(group, i) : ofNull);
                return;
            }

            // 0 not known yet, 1 false, 2 true
            var known = new byte[column.ValueCount];
            for (var i = 0; i < mask.Length; i++)
            {
                if (!mask[i])
                    continue;
                var number = numbers[i];
                if (number < 0)
                {
                    mask[i] = looksAtRow ? TestRow(group, i) : ofNull;
                    continue;
                }

                ref var result = ref known[number];
                if (result == 0)
                    result = test.Test(FieldValue.Of(column.Text(number))) ? (byte)2 : (byte)1;
                mask[i] = result == 2;
            }
        }

        private static bool MightBeOnResource(SpanColumnGroup group, string key) =>
            key == "service.name" || group.MightHave(FieldScope.Resource, key);

        private bool TestRow(SpanColumnGroup group, int row) => node.Test(new ColumnSource(group, row));
    }
}
