using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>Orders of values as ColumnOrder of parquet.thrift defines them, over values in PLAIN form.</summary>
internal static class ValueOrder
{
    /// <summary>Whether the smallest and largest values can be stated and used at all.</summary>
    public static bool HasOrder(ParquetColumn column) =>
        column.Leaf.LogicalType.Kind switch
        {
            ParquetLogicalKind.Interval or ParquetLogicalKind.Other or ParquetLogicalKind.Float16 => false,
            ParquetLogicalKind.Decimal => column.Type is ParquetType.Int32 or ParquetType.Int64,
            _ => column.Type != ParquetType.Int96,
        };

    /// <summary>Without a stated order only the bounds of signed numbers are beyond doubt.</summary>
    public static bool TrustsBounds(ParquetColumn column, bool typeDefinedOrder) =>
        typeDefinedOrder ? HasOrder(column) : IsSignedNumber(column) && HasOrder(column);

    public static bool IsSignedNumber(ParquetColumn column) =>
        column.Type is ParquetType.Boolean or ParquetType.Int32 or ParquetType.Int64 or ParquetType.Float or ParquetType.Double
        && !IsUnsigned(column)
        && HasOrder(column);

    public static bool IsUnsigned(ParquetColumn column) => column.Leaf.LogicalType is { Kind: ParquetLogicalKind.Integer, IsSigned: false };

    /// <summary>Whether the bytes can be a value of the column at all; bounds of foreign files may be anything.</summary>
    public static bool IsValid(ParquetColumn column, ReadOnlySpan<byte> value) =>
        column.Type switch
        {
            ParquetType.Boolean => value.Length == 1,
            ParquetType.Int32 => value.Length == 4,
            ParquetType.Int64 => value.Length == 8,
            ParquetType.Float => value.Length == 4 && !float.IsNaN(MemoryMarshal.Read<float>(value)),
            ParquetType.Double => value.Length == 8 && !double.IsNaN(MemoryMarshal.Read<double>(value)),
            ParquetType.ByteArray => true,
            ParquetType.FixedLenByteArray => true,
            _ => false,
        };

    public static int Compare(ParquetColumn column, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        column.Type switch
        {
            ParquetType.Boolean => a[0].CompareTo(b[0]),
            ParquetType.Int32 when IsUnsigned(column) => BinaryPrimitives
                .ReadUInt32LittleEndian(a)
                .CompareTo(BinaryPrimitives.ReadUInt32LittleEndian(b)),
            ParquetType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(a).CompareTo(BinaryPrimitives.ReadInt32LittleEndian(b)),
            ParquetType.Int64 when IsUnsigned(column) => BinaryPrimitives
                .ReadUInt64LittleEndian(a)
                .CompareTo(BinaryPrimitives.ReadUInt64LittleEndian(b)),
            ParquetType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(a).CompareTo(BinaryPrimitives.ReadInt64LittleEndian(b)),
            ParquetType.Float => BinaryPrimitives.ReadSingleLittleEndian(a).CompareTo(BinaryPrimitives.ReadSingleLittleEndian(b)),
            ParquetType.Double => BinaryPrimitives.ReadDoubleLittleEndian(a).CompareTo(BinaryPrimitives.ReadDoubleLittleEndian(b)),
            _ => a.SequenceCompareTo(b),
        };
}
