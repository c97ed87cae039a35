using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OtelPipeline.Data;

/// <summary>
/// The 16 bytes that name a trace. The all-zero value means "none", as in the W3C Trace Context recommendation.
/// </summary>
public readonly record struct TraceId
{
    /// <summary>Number of bytes in a trace id.</summary>
    public const int Size = 16;

    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>Creates an id from its two halves, most significant first.</summary>
    public TraceId(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>True for the all-zero id, which stands for "no trace".</summary>
    public bool IsEmpty => (_high | _low) == 0;

    /// <summary>Creates an id from 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 16 bytes long.</exception>
    public static TraceId FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A trace id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        return new TraceId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    /// <summary>Reads 32 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException"><paramref name="hex"/> is anything else.</exception>
    public static TraceId Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var id) ? id : throw new FormatException($"'{hex}' is no trace id: 32 hexadecimal digits are expected.");

    /// <summary>Reads 32 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, [MaybeNullWhen(false)] out TraceId id)
    {
        Span<byte> utf8 = stackalloc byte[Size * 2];
        id = default;
        return hex.Length == utf8.Length
            && Encoding.UTF8.TryGetBytes(hex, utf8, out var written)
            && written == utf8.Length
            && TryParse(utf8, out id);
    }

    /// <summary>Reads 32 hexadecimal digits of either case in UTF-8; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Hex, out TraceId id) => TryParse(utf8Hex, out id, out _);

    internal static bool TryParse(ReadOnlySpan<byte> utf8Hex, out TraceId id, out bool upperCase)
    {
        id = default;
        upperCase = false;
        if (
            utf8Hex.Length != Size * 2
            || !Hex.TryDecode(utf8Hex[..16], out var high, out var upperHigh)
            || !Hex.TryDecode(utf8Hex[16..], out var low, out var upperLow)
        )
        {
            return false;
        }

        id = new TraceId(high, low);
        upperCase = upperHigh | upperLow;
        return true;
    }

    /// <summary>Writes the 16 bytes in network order.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter than 16 bytes.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>Writes 32 lower-case hexadecimal digits in UTF-8; false when <paramref name="destination"/> is shorter than that.</summary>
    public bool TryFormat(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.TryToHexStringLower(bytes, destination, out _);
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
