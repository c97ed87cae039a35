using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>Builds the field tree from the flat list of schema elements.</summary>
internal static class SchemaReader
{
    /// <summary>Far beyond what any writer nests; keeps a hostile schema from exhausting the stack.</summary>
    private const int DeepestField = 64;

    private const int MostColumns = 100_000;

    public static ParquetSchema Read(ref ThriftReader reader)
    {
        var count = reader.List(ThriftType.Struct);
        if (count == 0)
            throw new CorruptException("the schema is empty", reader.Position);
        if (count > MostColumns)
            throw new CorruptException(
                $"the schema has {count} elements, more than the {MostColumns} that this library reads",
                reader.Position
            );
        var elements = new SchemaElement[count];
        for (var i = 0; i < count; i++)
            elements[i] = ReadElement(ref reader);
        var next = 1;
        var fields = ReadChildren(elements, ref next, elements[0].ChildCount, 1, reader.Position);
        if (next != count)
            throw new CorruptException($"the schema has {count} elements, but its tree holds {next}", reader.Position);
        return ParquetSchema.FromFile(fields);
    }

    private static ParquetField[] ReadChildren(SchemaElement[] elements, ref int next, int count, int depth, int position)
    {
        if (depth > DeepestField)
            throw new CorruptException($"the schema is nested deeper than {DeepestField}", position);
        if (count > elements.Length - next)
            throw new CorruptException($"a schema group announces {count} fields, {elements.Length - next} are left", position);
        var fields = new ParquetField[count];
        for (var i = 0; i < count; i++)
        {
            if (next >= elements.Length)
                throw new CorruptException("the schema's tree holds more fields than its list", position);
            var element = elements[next++];
            if (element.Repetition is not { } repetition)
                throw new CorruptException($"schema field '{element.Name}' has no repetition", position);
            var isGroup = element.Type is null;
            if (isGroup && element.ChildCount == 0)
                throw new CorruptException($"schema field '{element.Name}' has neither a type nor fields of its own", position);
            if (!isGroup && element.ChildCount != 0)
                throw new CorruptException($"schema field '{element.Name}' has both a type and fields of its own", position);
            var fixedLength = element.Type == ParquetType.FixedLenByteArray ? element.TypeLength : 0;
            if (element.Type == ParquetType.FixedLenByteArray && fixedLength <= 0)
                throw new CorruptException($"schema field '{element.Name}' has the impossible length {fixedLength}", position);
            fields[i] = new ParquetField(element.Name, repetition, element.Type, fixedLength, element.Logical);
            if (isGroup)
                fields[i].Children = ReadChildren(elements, ref next, element.ChildCount, depth + 1, position);
        }

        return fields;
    }

    private static SchemaElement ReadElement(ref ThriftReader reader)
    {
        var element = new SchemaElement();
        int? converted = null;
        int scale = 0,
            precision = 0;
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    element.Type = (ParquetType)Limited(reader.I32(), 7, "physical type", reader.Position);
                    break;
                case 2:
                    element.TypeLength = reader.I32();
                    break;
                case 3:
                    element.Repetition = (ParquetRepetition)Limited(reader.I32(), 2, "repetition", reader.Position);
                    break;
                case 4:
                    element.Name = reader.String();
                    break;
                case 5:
                    element.ChildCount = Limited(reader.I32(), MostColumns, "field count", reader.Position);
                    break;
                case 6:
                    converted = reader.I32();
                    break;
                case 7:
                    scale = reader.I32();
                    break;
                case 8:
                    precision = reader.I32();
                    break;
                case 10 when reader.Type == ThriftType.Struct:
                    element.Logical = LogicalTypes.Read(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        if (element.Logical.Kind is ParquetLogicalKind.None or ParquetLogicalKind.Other && converted is { } code)
            element.Logical = LogicalTypes.FromConverted(code, precision, scale);
        return element;
    }

    private static int Limited(int value, int most, string what, int position) =>
        value >= 0 && value <= most ? value : throw new CorruptException($"{value} is no {what}", position);

    private sealed class SchemaElement
    {
        public ParquetType? Type;
        public int TypeLength;
        public ParquetRepetition? Repetition;
        public string Name = "";
        public int ChildCount;
        public ParquetLogicalType Logical;
    }
}
