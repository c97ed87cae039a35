using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// A fixed buffer that JSON is written into without allocating. A write that does not fit sets <see cref="Overflowed"/> and is
/// left out; the format then goes back to <see cref="Position"/> as it was before the record and starts a new line.
/// </summary>
internal sealed partial class JsonBuffer(int capacity = JsonBuffer.MaxLineBytes)
{
    /// <summary>Longest line, its newline included: the collector's file receiver splits lines over 1 MiB and loses them.</summary>
    public const int MaxLineBytes = 900_000;

    /// <summary>Longest string, in UTF-16 units, of a record that does not fit into a line of its own (see <see cref="Shrinking"/>).</summary>
    public const int ShrunkStringLength = 8_192;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
            + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
    );

    private readonly byte[] _bytes = new byte[capacity];
    private int _position;

    /// <summary>Cleans what could not be redacted before (see <see cref="OtelPipeline.Internal.RedactionService"/>); null leaves it as it is.</summary>
    public Func<string, object?, object?>? Redaction { get; set; }

    /// <summary>A value of a span event, a link or a scope as it may be written.</summary>
    public object? Clean(string key, object? value) => Redaction is null ? value : Redaction(key, value);

    /// <summary>Bytes written. Setting it to an earlier value forgets what came after, an overflow included.</summary>
    public int Position
    {
        get => _position;
        set
        {
            _position = value;
            Overflowed = false;
        }
    }

    public bool Overflowed { get; private set; }

    /// <summary>
    /// Set while a record is written that is too large for a line of its own: strings are cut to <see cref="ShrunkStringLength"/>
    /// and lists end when the line is full.
    /// </summary>
    public bool Shrinking { get; set; }

    /// <summary>True when no further attribute, event or link should be started; while shrinking, a third of the line is kept free.</summary>
    public bool Full => Overflowed || (Shrinking && _position > _bytes.Length / 3 * 2);

    /// <summary>While shrinking: true when what was just started took the room that the end of the record needs, and must go.</summary>
    public bool Tight => Shrinking && (Overflowed || _position > _bytes.Length / 6 * 5);

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _position);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(ReadOnlySpan<byte> utf8)
    {
        if (utf8.TryCopyTo(_bytes.AsSpan(_position)))
            _position += utf8.Length;
        else
            Overflowed = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        var bytes = _bytes;
        var position = _position;
        if ((uint)position < (uint)bytes.Length)
        {
            bytes[position] = value;
            _position = position + 1;
        }
        else
            Overflowed = true;
    }

    /// <summary>A quoted, escaped JSON string; lone surrogates become U+FFFD, since UTF-8 has no form for them.</summary>
    public void String(ReadOnlySpan<char> value)
    {
        if (Shrinking && value.Length > ShrunkStringLength)
            value = value[..ShrunkStringLength];
        // room for the quotes and for a whole vector behind the text
        if (_bytes.Length - _position < value.Length + 2 + Vector128<byte>.Count)
        {
            Byte((byte)'"');
            Text(value);
            Byte((byte)'"');
            return;
        }

        ref var target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _position);
        target = (byte)'"';
        var plain = CopyPlain(value, ref Unsafe.Add(ref target, 1));
        _position += 1 + plain;
        if (plain < value.Length)
            Text(value[plain..]);
        Byte((byte)'"');
    }

    /// <summary>
    /// Copies the characters of <paramref name="value"/> up to the first that is no ASCII or must be escaped, and returns how many they are.
    /// It may write up to 16 bytes behind them, which do not count.
    /// </summary>
    private static int CopyPlain(ReadOnlySpan<char> value, ref byte target)
    {
        ref var source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(value));
        var length = value.Length;
        var i = 0;
        if (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian && length >= 4)
        {
            if (length < 8)
            {
                // two halves of four, which overlap
                var halves = Vector128
                    .Create(
                        Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref source)),
                        Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref source, length - 4)))
                    )
                    .AsUInt16();
                if (IsPlain(halves))
                {
                    var bytes = Vector128.Narrow(halves, halves).AsUInt64().ToScalar();
                    Unsafe.WriteUnaligned(ref target, (uint)bytes);
                    Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, length - 4), (uint)(bytes >> 32));
                    return length;
                }
            }
            else
            {
                while (i < length)
                {
                    // the last vector ends with the text, and overlaps the one before
                    var at = Math.Min(i, length - 8);
                    var part = Vector128.LoadUnsafe(ref source, (nuint)at);
                    if (!IsPlain(part))
                        break;
                    Vector128.Narrow(part, part).GetLower().StoreUnsafe(ref target, (nuint)at);
                    i = at + 8;
                }
            }
        }

        for (; i < length; i++)
        {
            var character = Unsafe.Add(ref source, i);
            if ((uint)(character - 0x20) > 0x5f || character == '"' || character == '\\')
                break;
            Unsafe.Add(ref target, i) = (byte)character;
        }

        return i;
    }

    // x - 0x20 > 0x7f - 0x20 holds for control characters, which wrap, and for all that is no ASCII
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlain(Vector128<ushort> part) =>
        (
            Vector128.GreaterThan(part - Vector128.Create((ushort)0x20), Vector128.Create((ushort)0x5f))
            | Vector128.Equals(part, Vector128.Create((ushort)'"'))
            | Vector128.Equals(part, Vector128.Create((ushort)'\\'))
        ) == Vector128<ushort>.Zero;

    /// <summary>Like <see cref="String"/>, without the quotes.</summary>
    public void Text(ReadOnlySpan<char> value)
    {
        while (true)
        {
            var escape = value.IndexOfAny(Escaped);
            var plain = escape < 0 ? value : value[..escape];
            if (Utf8.FromUtf16(plain, _bytes.AsSpan(_position), out _, out var written) != OperationStatus.Done)
            {
                Overflowed = true;
                return;
            }

            _position += written;
            if (escape < 0)
                return;
            Escape(value[escape]);
            value = value[(escape + 1)..];
        }
    }

    private void Escape(char value)
    {
        switch (value)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            default:
                Raw("\\u00"u8);
                Byte((byte)(value < 0x10 ? '0' : '1'));
                Byte("0123456789abcdef"u8[value & 15]);
                break;
        }
    }

    public void Bool(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Base64(ReadOnlySpan<byte> value)
    {
        if (Shrinking && value.Length > ShrunkStringLength)
            value = value[..ShrunkStringLength];
        Byte((byte)'"');
        if (System.Buffers.Text.Base64.EncodeToUtf8(value, _bytes.AsSpan(_position), out _, out var written) == OperationStatus.Done)
            _position += written;
        else
            Overflowed = true;
        Byte((byte)'"');
    }

    public void TraceId(ActivityTraceId id) => Hex(id.ToHexString());

    public void SpanId(ActivitySpanId id) => Hex(id.ToHexString());

    // the hexadecimal text is what these structs hold: no conversion, no allocation
    private void Hex(string hex)
    {
        Byte((byte)'"');
        if (System.Text.Ascii.FromUtf16(hex, _bytes.AsSpan(_position), out var written) == OperationStatus.Done)
            _position += written;
        else
            Overflowed = true;
        Byte((byte)'"');
    }
}
