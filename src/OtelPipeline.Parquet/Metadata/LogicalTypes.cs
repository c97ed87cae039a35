using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>
/// Annotations in their two forms: the LogicalType union, and the older ConvertedType that writers must set beside it
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).
/// </summary>
internal static class LogicalTypes
{
    private static readonly ParquetLogicalKind[] ByUnionField =
    [
        ParquetLogicalKind.None,
        ParquetLogicalKind.String,
        ParquetLogicalKind.Map,
        ParquetLogicalKind.List,
        ParquetLogicalKind.Enum,
        ParquetLogicalKind.Decimal,
        ParquetLogicalKind.Date,
        ParquetLogicalKind.Time,
        ParquetLogicalKind.Timestamp,
        ParquetLogicalKind.Interval,
        ParquetLogicalKind.Integer,
        ParquetLogicalKind.Unknown,
        ParquetLogicalKind.Json,
        ParquetLogicalKind.Bson,
        ParquetLogicalKind.Uuid,
        ParquetLogicalKind.Float16,
    ];

    public static ParquetLogicalType Read(ref ThriftReader reader)
    {
        var result = default(ParquetLogicalType);
        reader.Struct();
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            if (reader.Type != ThriftType.Struct)
            {
                reader.Skip();
                continue;
            }

            var kind = reader.Field < ByUnionField.Length ? ByUnionField[reader.Field] : ParquetLogicalKind.Other;
            result = ReadParameters(ref reader, kind);
        }

        reader.EndStruct(outer);
        return result;
    }

    public static ParquetLogicalType FromConverted(int code, int precision, int scale) =>
        code switch
        {
            0 => new(ParquetLogicalKind.String),
            1 or 2 => new(ParquetLogicalKind.Map),
            3 => new(ParquetLogicalKind.List),
            4 => new(ParquetLogicalKind.Enum),
            5 => new(ParquetLogicalKind.Decimal, Precision: precision, Scale: scale),
            6 => new(ParquetLogicalKind.Date),
            7 => new(ParquetLogicalKind.Time, ParquetTimeUnit.Milliseconds, IsUtc: true),
            8 => new(ParquetLogicalKind.Time, ParquetTimeUnit.Microseconds, IsUtc: true),
            9 => new(ParquetLogicalKind.Timestamp, ParquetTimeUnit.Milliseconds, IsUtc: true),
            10 => new(ParquetLogicalKind.Timestamp, ParquetTimeUnit.Microseconds, IsUtc: true),
            >= 11 and <= 14 => new(ParquetLogicalKind.Integer, BitWidth: 8 << (code - 11)),
            >= 15 and <= 18 => new(ParquetLogicalKind.Integer, BitWidth: 8 << (code - 15), IsSigned: true),
            19 => new(ParquetLogicalKind.Json),
            20 => new(ParquetLogicalKind.Bson),
            21 => new(ParquetLogicalKind.Interval),
            _ => new(ParquetLogicalKind.Other),
        };

    /// <summary>Writes fields 6 (ConvertedType), 7, 8 (scale, precision) and 10 (LogicalType) of a schema element.</summary>
    public static void Write(ThriftWriter writer, ParquetLogicalType type)
    {
        int? converted = type.Kind switch
        {
            ParquetLogicalKind.String => 0,
            ParquetLogicalKind.Map => 1,
            ParquetLogicalKind.List => 3,
            ParquetLogicalKind.Decimal => 5,
            ParquetLogicalKind.Date => 6,
            ParquetLogicalKind.Timestamp when type.Unit == ParquetTimeUnit.Milliseconds => 9,
            ParquetLogicalKind.Timestamp when type.Unit == ParquetTimeUnit.Microseconds => 10,
            ParquetLogicalKind.Json => 19,
            _ => null,
        };
        if (converted is { } code)
            writer.I32(6, code);
        if (type.Kind == ParquetLogicalKind.Decimal)
        {
            writer.I32(7, type.Scale);
            writer.I32(8, type.Precision);
        }

        writer.BeginField(10);
        writer.BeginField(Array.IndexOf(ByUnionField, type.Kind));
        if (type.Kind == ParquetLogicalKind.Decimal)
        {
            writer.I32(1, type.Scale);
            writer.I32(2, type.Precision);
        }
        else if (type.Kind == ParquetLogicalKind.Timestamp)
        {
            writer.Bool(1, type.IsUtc);
            writer.BeginField(2);
            writer.Empty((int)type.Unit);
            writer.End();
        }

        writer.End();
        writer.End();
    }

    private static ParquetLogicalType ReadParameters(ref ThriftReader reader, ParquetLogicalKind kind)
    {
        int first = 0,
            second = 0;
        bool flag = false,
            signed = false;
        var unit = default(ParquetTimeUnit);
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (kind, reader.Field)
            {
                case (ParquetLogicalKind.Decimal or ParquetLogicalKind.Integer, 1):
                    first = reader.I32();
                    break;
                case (ParquetLogicalKind.Decimal, 2):
                    second = reader.I32();
                    break;
                case (ParquetLogicalKind.Integer, 2):
                    signed = reader.Bool();
                    break;
                case (ParquetLogicalKind.Time or ParquetLogicalKind.Timestamp, 1):
                    flag = reader.Bool();
                    break;
                case (ParquetLogicalKind.Time or ParquetLogicalKind.Timestamp, 2):
                    unit = ReadUnit(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        return kind switch
        {
            ParquetLogicalKind.Decimal => new(kind, Scale: first, Precision: second),
            ParquetLogicalKind.Integer => new(kind, BitWidth: first, IsSigned: signed),
            _ => new(kind, unit, flag),
        };
    }

    private static ParquetTimeUnit ReadUnit(ref ThriftReader reader)
    {
        var unit = default(ParquetTimeUnit);
        reader.Struct();
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            unit = (ParquetTimeUnit)reader.Field;
            reader.Skip();
        }

        reader.EndStruct(outer);
        return unit;
    }
}
