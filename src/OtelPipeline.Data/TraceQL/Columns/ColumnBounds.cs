using OtelPipeline.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>What a query's filters say about columns with bounds, so that row groups and pages without any match are not read.</summary>
internal sealed class ColumnBounds
{
    private readonly List<Bound> _filters = [];

    public ColumnBounds(IEnumerable<FieldExpression> filters, long until)
    {
        foreach (var filter in filters)
            Add(filter);
        // a span that started before may have ended within: only the end is a bound of the start
        if (until != long.MaxValue)
            Add("start_time_unix_nano", ParquetType.Int64, ParquetFilter.Between<long>("start_time_unix_nano", null, until));
    }

    /// <summary>The rows that can match.</summary>
    public ParquetRowSelection Select(ParquetReader file, ParquetRowGroup group)
    {
        if (_filters.Count == 0)
            return ParquetRowSelection.All(group.RowCount);
        var usable = new List<ParquetFilter>(_filters.Count);
        foreach (var (column, type, filter) in _filters)
        {
            if (file.Schema.Find(column)?.Type == type)
                usable.Add(filter);
        }

        return group.Select([.. usable]);
    }

    private void Add(string column, ParquetType type, ParquetFilter filter) => _filters.Add(new Bound(column, type, filter));

    private void Add(FieldExpression expression)
    {
        if (expression is not BinaryExpression binary)
            return;
        if (binary.Operator == Operator.And)
        {
            Add(binary.Left);
            Add(binary.Right);
            return;
        }

        if (binary is not { Left: ReferenceExpression { Field: var field }, Right: LiteralExpression { Value: var literal } })
            return;
        switch (field.Intrinsic, binary.Operator, literal.Type)
        {
            case (Intrinsic.TraceId, Operator.Equal, FieldType.String):
                Add("trace_id", ParquetType.ByteArray, ParquetFilter.Equal("trace_id", literal.Text.PadLeft(TraceId.Size * 2, '0')));
                break;
            case (Intrinsic.Name, Operator.Equal, FieldType.String):
                Add("name", ParquetType.ByteArray, ParquetFilter.Equal("name", literal.Text));
                break;
            case (Intrinsic.Kind, Operator.Equal, FieldType.Kind):
                Add("kind", ParquetType.Int32, ParquetFilter.Equal("kind", (int)literal.Bits));
                break;
            case (Intrinsic.Status, Operator.Equal, FieldType.Status):
                Add("status_code", ParquetType.Int32, ParquetFilter.Equal("status_code", (int)literal.Bits));
                break;
            case (Intrinsic.Duration, Operator.Equal, FieldType.Duration):
                Add("duration_nano", ParquetType.Int64, ParquetFilter.Equal("duration_nano", literal.Bits));
                break;
            case (Intrinsic.Duration, Operator.Greater or Operator.GreaterEqual, FieldType.Duration):
                Add("duration_nano", ParquetType.Int64, ParquetFilter.Between<long>("duration_nano", literal.Bits, null));
                break;
            case (Intrinsic.Duration, Operator.Less or Operator.LessEqual, FieldType.Duration):
                Add("duration_nano", ParquetType.Int64, ParquetFilter.Between<long>("duration_nano", null, literal.Bits));
                break;
        }
    }

    private sealed record Bound(string Column, ParquetType Type, ParquetFilter Filter);
}
