using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>
/// The numbers of a column in a row group, whatever type the writer chose; a column that the file does not have is NULL in all rows.
/// </summary>
internal sealed class NumberColumn(ParquetColumnValues? values) : IDisposable
{
    public long? Integer(int row) =>
        values switch
        {
            null => null,
            _ when values.IsNull(row) => null,
            ParquetValues<long> longs => longs.Values[row],
            ParquetValues<int> integers => integers.Values[row],
            ParquetValues<bool> booleans => booleans.Values[row] ? 1 : 0,
            ParquetValues<double> doubles => (long)doubles.Values[row],
            _ => null,
        };

    /// <summary>All values, when they are 64-bit integers and none is NULL.</summary>
    public bool TryGetLongs(out ReadOnlySpan<long> longs)
    {
        longs = values is ParquetValues<long> { NullCount: 0 } all ? all.Values : default;
        return values is ParquetValues<long> { NullCount: 0 };
    }

    public double? Number(int row) =>
        values switch
        {
            null => null,
            _ when values.IsNull(row) => null,
            ParquetValues<double> doubles => doubles.Values[row],
            ParquetValues<float> singles => singles.Values[row],
            _ => Integer(row),
        };

    public int Int32(int row) => (int)(Integer(row) ?? 0);

    public uint UInt32(int row) => (uint)(Integer(row) ?? 0);

    /// <summary>The value as an attribute of the column's own type.</summary>
    public AttributeValue Value(int row) =>
        values switch
        {
            null => default,
            _ when values.IsNull(row) => default,
            ParquetValues<bool> booleans => booleans.Values[row],
            ParquetValues<double> or ParquetValues<float> => Number(row)!.Value,
            _ => Integer(row) is { } integer ? integer : default(AttributeValue),
        };

    public long[] Integers(int row) => List(row, values as ParquetValues<long>);

    public double[] Numbers(int row) => List(row, values as ParquetValues<double>);

    public void Dispose() => values?.Dispose();

    private static T[] List<T>(int row, ParquetValues<T>? values)
        where T : unmanaged => values is null ? [] : values.Values[values.Row(row)].ToArray();
}
