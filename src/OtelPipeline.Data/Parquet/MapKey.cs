using System.Buffers;

namespace OtelPipeline.Data.Parquet;

/// <summary>Where a key stands in the maps of a row group: for each row the entry and the number of its value, -1 where it is not there.</summary>
internal sealed class MapKey : IDisposable
{
    private readonly TextColumn _values;

    public MapKey(TextColumn values, int rows)
    {
        _values = values;
        Entries = ArrayPool<int>.Shared.Rent(Math.Max(1, rows));
        Codes = ArrayPool<int>.Shared.Rent(Math.Max(1, rows));
        Array.Fill(Codes, -1, 0, rows);
    }

    public int[] Entries { get; }

    public int[] Codes { get; }

    public int CodeCount => _values.ValueCount;

    /// <summary>The type of all values; null before there is one.</summary>
    public AttributeType? Type { get; set; }

    /// <summary>The value of a row that has the key.</summary>
    public AttributeValue Value(int row) => Type!.Read(_values, Entries[row]);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(Entries);
        ArrayPool<int>.Shared.Return(Codes);
    }
}
