using OtelPipeline.Data.Json;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>The spans of one row group as columns, each decoded when a query first asks for it.</summary>
internal sealed class SpanColumnGroup(
    ParquetReader file,
    ParquetRowGroup group,
    PromotedSources promoted,
    JsonRowParser json,
    ParquetRowSelection rows
) : IDisposable
{
    // more keys than that are no dictionary of keys
    private const int MaxKeys = 10_000;

    private readonly GroupColumns _columns = new(file, group, rows);
    private readonly Dictionary<string, TextColumn> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumberColumn> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MapColumns> _maps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>?> _keys = new(StringComparer.Ordinal);

    public int RowCount => _columns.RowCount;

    /// <summary>Which rows of the row group these are.</summary>
    public ParquetRowSelection Rows => rows;

    public TextColumn Text(string name)
    {
        if (!_texts.TryGetValue(name, out var column))
            _texts.Add(name, column = _columns.Text(name));
        return column;
    }

    public NumberColumn Number(string name)
    {
        if (!_numbers.TryGetValue(name, out var column))
            _numbers.Add(name, column = _columns.Number(name));
        return column;
    }

    /// <summary>The attribute of a row; false when it has none.</summary>
    public bool TryGet(FieldScope scope, string key, int row, out FieldValue value)
    {
        value = default;
        if (MightHave(scope, key) && Map(scope).TryGet(row, key, out var attribute))
        {
            value = FieldValue.Of(attribute);
            return true;
        }

        if (scope != FieldScope.Span || PromotedColumn(key) is not var (name, keys))
            return false;
        foreach (var other in keys)
        {
            // then the column repeats what is in the map
            if (MightHave(scope, other) && Map(scope).TryGet(row, other, out _))
                return false;
        }

        value = _columns.IsText(name)
            ? Text(name)[row] is { } text
                ? FieldValue.Of(text)
                : default
            : FieldValue.Of(Number(name).Value(row));
        return !value.IsNil;
    }

    /// <summary>The text column that holds exactly the attribute in this row group: NULL where a span does not have it.</summary>
    public TextColumn? TextOf(string key) =>
        PromotedColumn(key) is var (name, keys) && _columns.IsText(name) && !Array.Exists(keys, other => MightHave(FieldScope.Span, other))
            ? Text(name)
            : null;

    /// <summary>False when no row has the attribute in its map.</summary>
    public bool MightHave(FieldScope scope, string key)
    {
        var name = MapName(scope);
        if (!_keys.TryGetValue(name, out var keys))
            _keys.Add(name, keys = ReadKeys(file, group, name));
        return keys is null || keys.Contains(key);
    }

    public void Dispose() => _columns.Dispose();

    private static string MapName(FieldScope scope) =>
        scope switch
        {
            FieldScope.Resource => "resource_attributes",
            FieldScope.Instrumentation => "scope_attributes",
            _ => "attributes",
        };

    private MapColumns Map(FieldScope scope)
    {
        var name = MapName(scope);
        if (!_maps.TryGetValue(name, out var map))
            _maps.Add(name, map = new MapColumns(_columns, name, json));
        return map;
    }

    private (string Name, string[] Keys)? PromotedColumn(string key)
    {
        foreach (var column in promoted.Columns)
        {
            if (column.Keys[0] == key)
                return column;
        }

        return null;
    }

    /// <summary>The keys of a map, from the dictionary alone. Null when there is no dictionary that surely has all.</summary>
    public static HashSet<string>? ReadKeys(ParquetReader file, ParquetRowGroup group, string name)
    {
        var column = file.Schema.Columns.FirstOrDefault(candidate => candidate.Field.Name == name);
        if (column is null)
            return [];
        if (group.RowCount == 0 || !group.Columns[column.Ordinal].Encodings.Contains(ParquetEncoding.RleDictionary))
            return null;
        using var values = group.ReadDictionary(column);
        if (values is null or { ValueCount: 0 or > MaxKeys })
            return null;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.ValueCount; i++)
            keys.Add(System.Text.Encoding.UTF8.GetString(values.Value(i)));
        return keys;
    }
}

/// <summary>One row of a <see cref="SpanColumnGroup"/>; for queries that ask for no events and links.</summary>
internal readonly struct ColumnSource(SpanColumnGroup group, int row) : IFieldSource
{
    public TraceId TraceId => TraceId.TryParse(group.Text("trace_id").Bytes(row), out var id) ? id : default;

    public SpanId SpanId => SpanId.TryParse(group.Text("span_id").Bytes(row), out var id) ? id : default;

    public SpanId ParentId => SpanId.TryParse(group.Text("parent_span_id").Bytes(row), out var id) ? id : default;

    public bool IsSpan => true;

    public FieldValue Get(Intrinsic intrinsic) =>
        intrinsic switch
        {
            Intrinsic.Name => FieldValue.Of(group.Text("name")[row] ?? ""),
            Intrinsic.Kind => FieldValue.Of((SpanKind)group.Number("kind").Int32(row)),
            Intrinsic.Status => FieldValue.Of((SpanStatusCode)group.Number("status_code").Int32(row)),
            Intrinsic.StatusMessage => FieldValue.Of(group.Text("status_message")[row] ?? ""),
            Intrinsic.Duration => FieldValue.Duration(group.Number("duration_nano").Integer(row) ?? 0),
            Intrinsic.InstrumentationName => FieldValue.Of(group.Text("scope_name")[row] ?? ""),
            Intrinsic.InstrumentationVersion => FieldValue.Of(group.Text("scope_version")[row] ?? ""),
            _ => default,
        };

    public bool TryGet(FieldScope scope, string key, out FieldValue value) => group.TryGet(scope, key, row, out value);

    public int Count(FieldScope scope) => 0;

    public bool TryGet(in FieldReference field, int index, out FieldValue value)
    {
        value = default;
        return false;
    }

    public TraceId LinkTraceId(int index) => default;

    public SpanId LinkSpanId(int index) => default;
}
