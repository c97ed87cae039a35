namespace OtelPipeline.Parquet;

/// <summary>The fields of a file, and its columns: the leaves of the field tree, in the order of the file. Immutable.</summary>
public sealed class ParquetSchema
{
    private readonly Dictionary<string, ParquetColumn> _byPath = new(StringComparer.Ordinal);

    /// <summary>Creates a schema for writing.</summary>
    /// <exception cref="ArgumentException">There is no field, or two have the same name.</exception>
    public ParquetSchema(params ParquetField[] fields)
        : this(new List<ParquetField>(Checked(fields))) { }

    private ParquetSchema(List<ParquetField> fields)
    {
        Fields = fields;
        var columns = new List<ParquetColumn>();
        foreach (var field in fields)
            AddColumns(columns, field, [], 0, 0, 0, field);
        Columns = columns;
        foreach (var column in columns)
            _byPath.TryAdd(column.Path, column);
        // a LIST is also found by the name of its field
        foreach (var group in columns.GroupBy(c => c.Field))
        {
            if (group.Count() == 1)
                _byPath.TryAdd(group.Key.Name, group.First());
        }
    }

    /// <summary>The fields at the top.</summary>
    public IReadOnlyList<ParquetField> Fields { get; }

    /// <summary>The leaves, in the order of the file.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Finds a column by its path ("id", "attributes.key_value.key") or, where a field holds one column only, by the field's name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public ParquetColumn this[string path] =>
        Find(path)
        ?? throw new KeyNotFoundException(
            $"There is no column '{path}'; the columns are: {string.Join(", ", Columns.Select(c => c.Path))}."
        );

    /// <summary>As the indexer, but null where there is no such column.</summary>
    public ParquetColumn? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _byPath.GetValueOrDefault(path);
    }

    /// <summary>A schema as a file has it, where names may repeat.</summary>
    internal static ParquetSchema FromFile(ParquetField[] fields) => new(new List<ParquetField>(fields));

    private static ParquetField[] Checked(ParquetField[] fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Length == 0)
            throw new ArgumentException("A schema needs at least one field.", nameof(fields));
        var duplicate = fields.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null)
            throw new ArgumentException($"Two fields are named '{duplicate.Key}'.", nameof(fields));
        return fields;
    }

    private static void AddColumns(
        List<ParquetColumn> columns,
        ParquetField field,
        IReadOnlyList<string> parents,
        int definition,
        int repetition,
        int elementLevel,
        ParquetField top
    )
    {
        string[] path = [.. parents, field.Name];
        if (field.Repetition != ParquetRepetition.Required)
            definition++;
        if (field.Repetition == ParquetRepetition.Repeated)
        {
            repetition++;
            elementLevel = definition;
        }

        if (field.Type is { } type)
            columns.Add(new ParquetColumn(columns.Count, path, top, field, type, definition, repetition, elementLevel));
        foreach (var child in field.Children)
            AddColumns(columns, child, path, definition, repetition, elementLevel, top);
    }
}

/// <summary>A leaf of a schema.</summary>
public sealed class ParquetColumn
{
    internal ParquetColumn(
        int ordinal,
        string[] pathParts,
        ParquetField field,
        ParquetField leaf,
        ParquetType type,
        int maxDefinitionLevel,
        int maxRepetitionLevel,
        int elementLevel
    )
    {
        Ordinal = ordinal;
        PathParts = pathParts;
        Path = string.Join('.', pathParts);
        Field = field;
        Leaf = leaf;
        Type = type;
        MaxDefinitionLevel = maxDefinitionLevel;
        MaxRepetitionLevel = maxRepetitionLevel;
        ElementLevel = elementLevel;
    }

    /// <summary>The place among the columns of the file, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>The names from the top, joined by dots.</summary>
    public string Path { get; }

    /// <summary>The field at the top that holds this column.</summary>
    public ParquetField Field { get; }

    /// <summary>The field that is this column.</summary>
    public ParquetField Leaf { get; }

    /// <summary>How values are stored.</summary>
    public ParquetType Type { get; }

    /// <summary>The definition level of a value that is there; lower levels mean NULL or an empty list at that depth.</summary>
    public int MaxDefinitionLevel { get; }

    /// <summary>0 for a flat column, 1 for a LIST or MAP, more for lists of lists.</summary>
    public int MaxRepetitionLevel { get; }

    internal string[] PathParts { get; }

    /// <summary>From this definition level on an entry is an element of the innermost list; one less is an empty list, lower a NULL list.</summary>
    internal int ElementLevel { get; }

    /// <summary>Path and type, for people.</summary>
    public override string ToString() => $"{Path} {Type} ({Leaf.LogicalType.Kind})";
}
