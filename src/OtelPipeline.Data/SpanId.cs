using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OtelPipeline.Data;

/// <summary>
/// The 8 bytes that name a span inside its trace. The all-zero value means "none", as in the W3C Trace Context recommendation.
/// </summary>
public readonly record struct SpanId
{
    /// <summary>Number of bytes in a span id.</summary>
    public const int Size = 8;

    private readonly ulong _value;

    /// <summary>Creates an id from its value in network order.</summary>
    public SpanId(ulong value) => _value = value;

    /// <summary>True for the all-zero id, which stands for "no span".</summary>
    public bool IsEmpty => _value == 0;

    /// <summary>Creates an id from 8 bytes in network order.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 8 bytes long.</exception>
    public static SpanId FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A span id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        return new SpanId(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>Reads 16 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException"><paramref name="hex"/> is anything else.</exception>
    public static SpanId Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var id) ? id : throw new FormatException($"'{hex}' is no span id: 16 hexadecimal digits are expected.");

    /// <summary>Reads 16 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, [MaybeNullWhen(false)] out SpanId id)
    {
        Span<byte> utf8 = stackalloc byte[Size * 2];
        id = default;
        return hex.Length == utf8.Length
            && Encoding.UTF8.TryGetBytes(hex, utf8, out var written)
            && written == utf8.Length
            && TryParse(utf8, out id);
    }

    /// <summary>Reads 16 hexadecimal digits of either case in UTF-8; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Hex, out SpanId id) => TryParse(utf8Hex, out id, out _);

    internal static bool TryParse(ReadOnlySpan<byte> utf8Hex, out SpanId id, out bool upperCase)
    {
        upperCase = false;
        if (utf8Hex.Length == Size * 2 && Hex.TryDecode(utf8Hex, out var value, out upperCase))
        {
            id = new SpanId(value);
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>Writes the 8 bytes in network order.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter than 8 bytes.</exception>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, _value);

    /// <summary>Writes 16 lower-case hexadecimal digits in UTF-8; false when <paramref name="destination"/> is shorter than that.</summary>
    public bool TryFormat(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.TryToHexStringLower(bytes, destination, out _);
    }

    /// <summary>16 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
