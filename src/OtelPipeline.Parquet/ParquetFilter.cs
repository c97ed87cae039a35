using System.Runtime.InteropServices;
using System.Text;

namespace OtelPipeline.Parquet;

/// <summary>A condition on a column, for <see cref="ParquetRowGroup.Select"/>. NULL never satisfies it.</summary>
public sealed class ParquetFilter
{
    private ParquetFilter(string path, Type type, byte[]? min, byte[]? max)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        ValueType = type;
        Min = min;
        Max = max;
    }

    /// <summary>Path of the column.</summary>
    public string Path { get; }

    internal Type ValueType { get; }

    /// <summary>PLAIN form; null for no bound.</summary>
    internal byte[]? Min { get; }

    internal byte[]? Max { get; }

    internal bool IsEquality => Min is not null && ReferenceEquals(Min, Max);

    /// <summary>The column has the value.</summary>
    public static ParquetFilter Equal<T>(string path, T value)
        where T : unmanaged => Both(path, typeof(T), ToBytes(value));

    /// <summary>The column has the text.</summary>
    public static ParquetFilter Equal(string path, string value) => Both(path, typeof(byte[]), Encoding.UTF8.GetBytes(value));

    /// <summary>The column has the bytes.</summary>
    public static ParquetFilter Equal(string path, ReadOnlySpan<byte> value) => Both(path, typeof(byte[]), value.ToArray());

    /// <summary>The column lies between two values, both included; null leaves one side open.</summary>
    public static ParquetFilter Between<T>(string path, T? min, T? max)
        where T : unmanaged => new(path, typeof(T), min is { } a ? ToBytes(a) : null, max is { } b ? ToBytes(b) : null);

    /// <summary>The text lies between two texts in the order of their UTF-8 bytes, both included; null leaves one side open.</summary>
    public static ParquetFilter Between(string path, string? min, string? max) =>
        new(path, typeof(byte[]), min is null ? null : Encoding.UTF8.GetBytes(min), max is null ? null : Encoding.UTF8.GetBytes(max));

    private static ParquetFilter Both(string path, Type type, byte[] value) => new(path, type, value, value);

    private static byte[] ToBytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
