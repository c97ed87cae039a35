using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OtelPipeline.Parquet.Tests;

/// <summary>
/// Puts rows together again from columns and their levels, for any nesting, and turns them into the JSON that DuckDB writes for the same rows:
/// 64-bit integers and decimals as text, NaN and infinities as null, bytes with \x escapes, MAPs as lists of keys and values.
/// </summary>
internal sealed class RowAssembler
{
    private readonly ParquetSchema _schema;
    private readonly List<Cursor> _cursors = [];
    private int _next;

    private RowAssembler(ParquetSchema schema) => _schema = schema;

    public static List<JsonObject> Read(string path)
    {
        using var reader = ParquetReader.Open(path);
        return Read(reader);
    }

    public static List<JsonObject> Read(ParquetReader reader)
    {
        var rows = new List<JsonObject>();
        foreach (var group in reader.RowGroups)
        {
            var assembler = new RowAssembler(reader.Schema);
            foreach (var column in reader.Schema.Columns)
                assembler._cursors.Add(Cursor.Create(group, column));
            for (long row = 0; row < group.RowCount; row++)
                rows.Add(assembler.ReadRow());
            foreach (var cursor in assembler._cursors)
                Assert.That(cursor.Position, Is.EqualTo(cursor.Values.Count), cursor.Values.Column.Path);
            assembler._cursors.ForEach(c => c.Values.Dispose());
        }

        Assert.That(rows, Has.Count.EqualTo(reader.RowCount));
        return rows;
    }

    private JsonObject ReadRow()
    {
        _next = 0;
        var row = new JsonObject();
        foreach (var field in _schema.Fields)
            row[field.Name] = Read(field, 0, 0);
        return row;
    }

    private JsonNode? Read(ParquetField field, int definition, int repetition)
    {
        if (field.Repetition == ParquetRepetition.Required)
            return ReadOne(field, definition, repetition);
        definition++;
        var first = _cursors[_next];
        if (field.Repetition == ParquetRepetition.Optional)
            return first.Definition < definition ? Skip(field, null) : ReadOne(field, definition, repetition);
        repetition++;
        var list = new JsonArray();
        if (first.Definition < definition)
            return Skip(field, list);
        var start = _next;
        do
        {
            _next = start;
            list.Add(ReadOne(field, definition, repetition));
        } while (first.Repetition == repetition);
        return list;
    }

    private JsonNode? ReadOne(ParquetField field, int definition, int repetition)
    {
        if (field.Type is not null)
            return _cursors[_next++].Take();
        var members = new JsonObject();
        foreach (var child in field.Children)
            members[child.Name] = Read(child, definition, repetition);
        return Unwrap(field, members);
    }

    private JsonNode? Skip(ParquetField field, JsonNode? result)
    {
        foreach (var _ in Leaves(field))
            _cursors[_next++].Position++;
        return result;
    }

    private static IEnumerable<ParquetField> Leaves(ParquetField field) => field.Type is null ? field.Children.SelectMany(Leaves) : [field];

    /// <summary>LIST and MAP groups become plain lists.</summary>
    private static JsonNode? Unwrap(ParquetField field, JsonObject members)
    {
        if (field.LogicalType.Kind is not (ParquetLogicalKind.List or ParquetLogicalKind.Map) || members.Count != 1)
            return members;
        var (_, inner) = members.Single();
        var repeated = field.Children[0];
        if (inner is not JsonArray array)
            return members;
        members.Clear();
        if (field.LogicalType.Kind == ParquetLogicalKind.List && repeated.Children.Count == 1 && repeated.Name != "array")
        {
            var elements = new JsonArray();
            foreach (var item in array)
                elements.Add(item!.AsObject().Single().Value?.DeepClone());
            return elements;
        }

        return array;
    }

    private abstract class Cursor
    {
        public int Position;

        public abstract ParquetColumnValues Values { get; }

        public int Definition => Values.Column.MaxDefinitionLevel == 0 ? 0 : Values.DefinitionLevels[Position];

        public int Repetition => Values.Column.MaxRepetitionLevel == 0 || Position >= Values.Count ? 0 : Values.RepetitionLevels[Position];

        public JsonNode? Take()
        {
            var entry = Position++;
            return Values.IsNull(entry) ? null : Value(entry);
        }

        protected abstract JsonNode? Value(int entry);

        public static Cursor Create(ParquetRowGroup group, ParquetColumn column) =>
            column.Type switch
            {
                ParquetType.Boolean => new Numbers<bool>(group.Read<bool>(column), v => JsonValue.Create(v)),
                ParquetType.Int32 => new Numbers<int>(group.Read<int>(column), v => FromInt(column, v)),
                ParquetType.Int64 => new Numbers<long>(group.Read<long>(column), v => FromLong(column, v)),
                ParquetType.Int96 => new Numbers<Int96>(group.Read<Int96>(column), v => FromTicks(v.ToUnixNanoseconds() / 100)),
                ParquetType.Float => new Numbers<float>(group.Read<float>(column), v => FromDouble(v)),
                ParquetType.Double => new Numbers<double>(group.Read<double>(column), FromDouble),
                _ => new Bytes(group.ReadBytes(column)),
            };

        private static JsonValue? FromInt(ParquetColumn column, int value) =>
            column.Leaf.LogicalType.Kind switch
            {
                ParquetLogicalKind.Date => JsonValue.Create(
                    DateTime.UnixEpoch.AddDays(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                ),
                ParquetLogicalKind.Decimal => FromDecimal(column, value),
                _ => JsonValue.Create(value),
            };

        private static JsonValue? FromLong(ParquetColumn column, long value) =>
            column.Leaf.LogicalType switch
            {
                { Kind: ParquetLogicalKind.Timestamp, Unit: ParquetTimeUnit.Milliseconds } => FromTicks(value * 10_000),
                { Kind: ParquetLogicalKind.Timestamp, Unit: ParquetTimeUnit.Microseconds } => FromTicks(value * 10),
                { Kind: ParquetLogicalKind.Timestamp } => FromTicks(value / 100),
                { Kind: ParquetLogicalKind.Decimal } => FromDecimal(column, value),
                _ => JsonValue.Create(value.ToString(CultureInfo.InvariantCulture)),
            };

        private static JsonValue FromDecimal(ParquetColumn column, long value)
        {
            var scale = (byte)column.Leaf.LogicalType.Scale;
            return JsonValue.Create(
                new decimal((int)Math.Abs(value), (int)(Math.Abs(value) >> 32), 0, value < 0, scale).ToString(CultureInfo.InvariantCulture)
            );
        }

        private static JsonValue FromTicks(long ticks)
        {
            var text = DateTime.UnixEpoch.AddTicks(ticks).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
            return JsonValue.Create(text.TrimEnd('0').TrimEnd('.'));
        }

        private static JsonValue? FromDouble(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
    }

    private sealed class Numbers<T>(ParquetValues<T> values, Func<T, JsonNode?> convert) : Cursor
        where T : unmanaged
    {
        public override ParquetColumnValues Values => values;

        protected override JsonNode? Value(int entry) => convert(values.Values[entry]);
    }

    private sealed class Bytes(ParquetBytes values) : Cursor
    {
        public override ParquetColumnValues Values => values;

        protected override JsonNode? Value(int entry)
        {
            var kind = values.Column.Leaf.LogicalType.Kind;
            if (kind is ParquetLogicalKind.String or ParquetLogicalKind.Json or ParquetLogicalKind.Enum)
                return JsonValue.Create(values.GetString(entry));
            if (kind == ParquetLogicalKind.Uuid)
                return JsonValue.Create(new Guid(values[entry], bigEndian: true).ToString());
            var text = new StringBuilder();
            foreach (var b in values[entry])
                text.Append(b is >= 32 and < 127 and not ((byte)'\'' or (byte)'"') ? ((char)b).ToString() : $"\\x{b:X2}");
            return JsonValue.Create(text.ToString());
        }
    }
}
