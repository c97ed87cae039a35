using System.Text;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>The text of a column in a row group; a column that the file does not have is NULL in all rows.</summary>
internal sealed class TextColumn : IDisposable
{
    private readonly ParquetBytes? _values;

    // a dictionary column says the same few texts again and again
    private readonly string?[] _texts = [];

    public TextColumn(ParquetBytes? values)
    {
        _values = values;
        if (values is not null)
            _texts = new string?[values.ValueCount];
    }

    public int ValueCount => _texts.Length;

    public string? this[int entry] => Number(entry) is >= 0 and var number ? Text(number) : null;

    /// <summary>The number of the entry's value, the same for the same text of a dictionary; -1 for NULL.</summary>
    public int Number(int entry) => _values is null ? -1 : _values.Numbers[entry];

    /// <summary>Whether some entry is NULL; so is every entry of a column that the file does not have.</summary>
    public bool HasNulls => _values is null || _values.NullCount > 0;

    /// <summary>The numbers of all entries; empty when the file does not have the column.</summary>
    public ReadOnlySpan<int> Numbers => _values is null ? default : _values.Numbers;

    /// <summary>0 where a row of a MAP or LIST begins.</summary>
    public ReadOnlySpan<byte> RepetitionLevels => _values is null ? default : _values.RepetitionLevels;

    /// <summary>The text in UTF-8, empty for NULL.</summary>
    public ReadOnlySpan<byte> Bytes(int entry) => _values is null ? default : _values[entry];

    public string Text(int number) => _texts[number] ??= Encoding.UTF8.GetString(_values!.Value(number));

    public ReadOnlySpan<byte> Utf8(int number) => _values!.Value(number);

    public Range Row(int row) => _values is null ? default : _values.Row(row);

    public void Dispose() => _values?.Dispose();
}
