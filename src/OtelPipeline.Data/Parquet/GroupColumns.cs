using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>Loads columns of one row group by name and lets them go together.</summary>
internal sealed class GroupColumns(ParquetReader file, ParquetRowGroup group, ParquetRowSelection? rows = null) : IDisposable
{
    private readonly List<IDisposable> _loaded = [];

    public int RowCount { get; } = (int)Math.Min(rows?.RowCount ?? group.RowCount, int.MaxValue);

    public TextColumn Text(string name)
    {
        var column = file.Schema.Find(name);
        return Keep(new TextColumn(column is null ? null : Load(column) as ParquetBytes ?? throw WrongType(column, "text")));
    }

    public NumberColumn Number(string name)
    {
        var column = file.Schema.Find(name);
        var values = column is null ? null : Load(column);
        return values is ParquetBytes ? throw WrongType(column!, "a number") : Keep(new NumberColumn(values));
    }

    /// <summary>Keys and values of a MAP, whatever its writer called them.</summary>
    public (TextColumn Keys, TextColumn Values) Map(string name)
    {
        var columns = file.Schema.Columns.Where(column => column.Field.Name == name).ToArray();
        if (columns.Length == 0)
            return (new TextColumn(null), new TextColumn(null));
        if (columns.Length != 2 || columns.Any(column => column.Type != ParquetType.ByteArray || column.MaxRepetitionLevel != 1))
            throw new InvalidDataException($"Column '{name}' is no map of text to text: it cannot hold attributes.");
        return (Keep(new TextColumn((ParquetBytes)Load(columns[0]))), Keep(new TextColumn((ParquetBytes)Load(columns[1]))));
    }

    public bool IsText(string name) => file.Schema.Find(name)?.Type is ParquetType.ByteArray;

    public void Dispose()
    {
        foreach (var column in _loaded)
            column.Dispose();
    }

    private T Keep<T>(T column)
        where T : IDisposable
    {
        _loaded.Add(column);
        return column;
    }

    private ParquetColumnValues Load(ParquetColumn column)
    {
        ParquetColumnValues values = column.Type switch
        {
            ParquetType.Boolean => group.Read<bool>(column.Path, rows),
            ParquetType.Int32 => group.Read<int>(column.Path, rows),
            ParquetType.Int64 => group.Read<long>(column.Path, rows),
            ParquetType.Float => group.Read<float>(column.Path, rows),
            ParquetType.Double => group.Read<double>(column.Path, rows),
            ParquetType.ByteArray => group.ReadBytes(column.Path, rows),
            _ => throw WrongType(column, "a number or text"),
        };
        if (values.RowCount == RowCount)
            return values;
        var found = values.RowCount;
        values.Dispose();
        throw new InvalidDataException($"Column '{column.Path}' has {found} rows, its row group {RowCount}.");
    }

    private static InvalidDataException WrongType(ParquetColumn column, string expected) =>
        new($"Column '{column.Path}' is {column.Type}; telemetry tables have {expected} there.");
}
