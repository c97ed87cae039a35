using System.Buffers;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A field of all rows of a row group: a code for each row, the same only where the value is the same; -1 where there is none.</summary>
internal abstract class FieldColumn : IDisposable
{
    private static readonly double Unknown = double.NegativeInfinity;

    private double[]? _numbers;

    /// <summary>More than any code.</summary>
    public abstract int CodeCount { get; }

    /// <summary>Empty where no row has a value.</summary>
    public abstract ReadOnlySpan<int> Codes { get; }

    /// <summary>The value of a row that has a code.</summary>
    public abstract FieldValue Value(int row);

    /// <summary>The value of a row as a number; NaN where it has none or it is no number.</summary>
    public double Number(int row)
    {
        var codes = Codes;
        if (codes.IsEmpty || codes[row] is not (>= 0 and var code))
            return double.NaN;
        if (_numbers is null)
        {
            _numbers = ArrayPool<double>.Shared.Rent(CodeCount);
            Array.Fill(_numbers, Unknown, 0, CodeCount);
        }

        ref var number = ref _numbers[code];
        if (number == Unknown)
            number = Value(row) is { Type: FieldType.Int or FieldType.Float } value ? value.Double : double.NaN;
        return number;
    }

    public virtual void Dispose()
    {
        if (_numbers is not null)
            ArrayPool<double>.Shared.Return(_numbers);
        _numbers = null;
    }
}

/// <summary>A column of text.</summary>
internal sealed class TextFieldColumn(TextColumn column) : FieldColumn
{
    public override int CodeCount => column.ValueCount;

    public override ReadOnlySpan<int> Codes => column.Numbers;

    public override FieldValue Value(int row) => FieldValue.Of(column[row]);

    public string? Text(int row) => column[row];
}

/// <summary>Whatever is computed for a row, with as many codes as rows; or small numbers, which are their own codes.</summary>
internal sealed class NumberFieldColumn : FieldColumn
{
    private const int Small = 16;

    private readonly int[] _codes;
    private readonly int _rows;
    private readonly Func<int, FieldValue> _value;

    private NumberFieldColumn(int[] codes, int rows, int codeCount, Func<int, FieldValue> value) =>
        (_codes, _rows, CodeCount, _value) = (codes, rows, codeCount, value);

    public override int CodeCount { get; }

    public override ReadOnlySpan<int> Codes => _codes.AsSpan(0, _rows);

    /// <summary>Null where a number is not small.</summary>
    public static NumberFieldColumn? OfWords(NumberColumn column, FieldType type, int rows)
    {
        var codes = ArrayPool<int>.Shared.Rent(rows);
        for (var i = 0; i < rows; i++)
        {
            codes[i] = column.Int32(i);
            if ((uint)codes[i] < Small)
                continue;
            ArrayPool<int>.Shared.Return(codes);
            return null;
        }

        return new NumberFieldColumn(codes, rows, Small, row => FieldValue.Scalar(type, codes[row]));
    }

    public static NumberFieldColumn OfRows(int rows, Func<int, FieldValue> value)
    {
        var codes = ArrayPool<int>.Shared.Rent(rows);
        for (var i = 0; i < rows; i++)
            codes[i] = value(i).IsNil ? -1 : i;
        return new NumberFieldColumn(codes, rows, rows, value);
    }

    public override FieldValue Value(int row) => _value(row);

    public override void Dispose()
    {
        base.Dispose();
        ArrayPool<int>.Shared.Return(_codes);
    }
}

/// <summary>A key of a map.</summary>
internal sealed class KeyFieldColumn(MapKey key, int rows) : FieldColumn
{
    public override int CodeCount => key.CodeCount;

    public override ReadOnlySpan<int> Codes => key.Codes.AsSpan(0, rows);

    public override FieldValue Value(int row) => FieldValue.Of(key.Value(row));

    public override void Dispose()
    {
        base.Dispose();
        key.Dispose();
    }
}
