using System.Globalization;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>Writes attributes as a MAP of text to text, in which a key stands once, and beside it what the text does not say.</summary>
internal sealed class AttributeColumns(ParquetWriter file, string name, OtlpText text)
{
    private readonly ParquetBytesWriter _keys = file.Bytes(name + ".key_value.key");
    private readonly ParquetBytesWriter _values = file.Bytes(name + ".key_value.value");
    private readonly ParquetBytesWriter _types = file.Bytes(name + "_types");
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<int> _kept = [];
    private bool[] _taken = new bool[64];

    public void Append(AttributeList list, PromotedColumns? promoted = null)
    {
        if (_taken.Length < list.Count)
            _taken = new bool[list.Count * 2];
        var taken = _taken.AsSpan(0, list.Count);
        taken.Clear();
        promoted?.Append(list, taken);
        _kept.Clear();
        _seen.Clear();
        var repeated = false;
        for (var i = 0; i < list.Count; i++)
        {
            if (taken[i])
                continue;
            if (_seen.Add(list[i].Key))
                _kept.Add(i);
            else
                repeated = true;
        }

        _keys.BeginRow(_kept.Count);
        _values.BeginRow(_kept.Count);
        foreach (var index in _kept)
        {
            var (key, value) = list[index];
            _keys.Append(key.AsSpan());
            AppendText(_values, value);
        }

        var types = text.Types(list, _kept, repeated);
        if (types.IsEmpty)
            _types.AppendNull();
        else
            _types.Append(types);
    }

    /// <summary>Appends <see cref="AttributeValue.ToString"/>, numbers without the string.</summary>
    public static void AppendText(ParquetBytesWriter column, AttributeValue value)
    {
        Span<byte> utf8 = stackalloc byte[32];
        var length = 0;
        if (
            value.Kind == AttributeKind.Int64 && value.AsInt64().TryFormat(utf8, out length, default, CultureInfo.InvariantCulture)
            || value.Kind == AttributeKind.Double && value.AsDouble().TryFormat(utf8, out length, "R", CultureInfo.InvariantCulture)
        )
        {
            column.Append(utf8[..length]);
        }
        else
            column.Append((value.Kind == AttributeKind.String ? value.AsString() : value.ToString()).AsSpan());
    }
}
