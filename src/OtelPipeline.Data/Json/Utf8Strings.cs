using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace OtelPipeline.Data.Json;

/// <summary>
/// Turns UTF-8 into strings and remembers the short ones, since telemetry says the same few hundred words over and over. The memory is a
/// fixed table in which a newcomer replaces whoever sat in its place.
/// </summary>
internal sealed class Utf8Strings(LeniencyCounter leniencies)
{
    private const int Slots = 2048;
    private const int LongestRemembered = 64;

    private readonly Slot[] _slots = new Slot[Slots];
    private byte[] _scratch = [];

    public string Get(Utf8Text text) => text.Escaped ? GetEscaped(text.Raw) : Get(text.Raw);

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        if (utf8.Length > LongestRemembered)
            return Decode(utf8);
        var hash = Hash(utf8);
        ref var slot = ref _slots[hash % Slots];
        // the hash first: a look at a string that turns out to be another costs a cache miss, and unique values are common
        if (slot.Hash == hash && slot.Text is { } known && known.Length == utf8.Length && EqualsWidened(utf8, known))
            return known;
        var text = Decode(utf8);
        // with as many characters as bytes it is ASCII, or holds U+FFFD, which no byte equals
        if (text.Length == utf8.Length)
            slot = new Slot(hash, text);
        return text;
    }

    /// <summary>The bytes that an escaped JSON string stands for; valid until the next call.</summary>
    public ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        // an escape is never shorter than what it stands for, except a lone surrogate: 6 bytes for 3
        if (_scratch.Length < raw.Length)
            _scratch = new byte[Math.Max(256, raw.Length)];
        var written = 0;
        var i = 0;
        while (i < raw.Length)
        {
            var next = raw[i..].IndexOf((byte)'\\');
            var plain = next < 0 ? raw[i..] : raw.Slice(i, next);
            plain.CopyTo(_scratch.AsSpan(written));
            written += plain.Length;
            i += plain.Length;
            if (next < 0)
                break;
            if (raw[i + 1] == 'u')
                written += UnescapeUnicode(raw, ref i).EncodeToUtf8(_scratch.AsSpan(written));
            else
            {
                _scratch[written++] = raw[i + 1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var other => other,
                };
                i += 2;
            }
        }

        return _scratch.AsSpan(0, written);
    }

    private string GetEscaped(ReadOnlySpan<byte> raw)
    {
        var text = Get(Unescape(raw));
        if (_scratch.Length > 1024 * 1024)
            _scratch = [];
        return text;
    }

    private Rune UnescapeUnicode(ReadOnlySpan<byte> raw, ref int i)
    {
        var first = HexUnit(raw, i + 2);
        i += 6;
        if (Rune.TryCreate(first, out var rune))
            return rune;
        if (i + 6 <= raw.Length && raw[i] == '\\' && raw[i + 1] == 'u' && Rune.TryCreate(first, HexUnit(raw, i + 2), out rune))
        {
            i += 6;
            return rune;
        }

        leniencies.Count(Leniency.LoneSurrogate);
        return Rune.ReplacementChar;
    }

    private static char HexUnit(ReadOnlySpan<byte> raw, int start)
    {
        var value = 0;
        for (var i = start; i < start + 4; i++)
        {
            var c = raw[i];
            value = (value << 4) | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        return (char)value;
    }

    private string Decode(ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
            return Encoding.Latin1.GetString(utf8);
        if (!Utf8.IsValid(utf8))
            leniencies.Count(Leniency.InvalidUtf8);
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>True when each byte is the code of the character at its place; both have the same length.</summary>
    private static bool EqualsWidened(ReadOnlySpan<byte> bytes, string text)
    {
        var chars = MemoryMarshal.AsBytes(text.AsSpan());
        if (bytes.Length < 8)
        {
            if (bytes.Length < 4)
            {
                for (var i = 0; i < bytes.Length; i++)
                {
                    if (bytes[i] != text[i])
                        return false;
                }

                return true;
            }

            var tail = bytes.Length - 4;
            return Widen(MemoryMarshal.Read<uint>(bytes)) == MemoryMarshal.Read<ulong>(chars)
                && Widen(MemoryMarshal.Read<uint>(bytes[tail..])) == MemoryMarshal.Read<ulong>(chars[(tail * 2)..]);
        }

        // the last step overlaps the one before
        for (var i = 0; i < bytes.Length; i += 8)
        {
            var at = Math.Min(i, bytes.Length - 8);
            var wide = Vector128.WidenLower(Vector128.CreateScalar(MemoryMarshal.Read<ulong>(bytes[at..])).AsByte());
            if (wide.AsByte() != Vector128.Create(chars.Slice(at * 2, 16)))
                return false;
        }

        return true;
    }

    private readonly record struct Slot(uint Hash, string? Text);

    private static ulong Widen(uint four)
    {
        ulong wide = four;
        wide = (wide | (wide << 16)) & 0x0000FFFF0000FFFF;
        return (wide | (wide << 8)) & 0x00FF00FF00FF00FF;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        ulong head,
            tail;
        if (utf8.Length >= 8)
        {
            head = MemoryMarshal.Read<ulong>(utf8);
            tail = MemoryMarshal.Read<ulong>(utf8[^8..]);
            if (utf8.Length > 16)
                head += MemoryMarshal.Read<ulong>(utf8[(utf8.Length / 2)..]) * 0x9E3779B97F4A7C15;
        }
        else if (utf8.Length >= 4)
        {
            head = MemoryMarshal.Read<uint>(utf8);
            tail = MemoryMarshal.Read<uint>(utf8[^4..]);
        }
        else
        {
            head = utf8[0];
            tail = ((ulong)utf8[utf8.Length / 2] << 8) | utf8[^1];
        }

        var mixed = ((head ^ (tail << 29) ^ (tail >> 35)) + (ulong)utf8.Length) * 0x9FB21C651E98DF25;
        return (uint)(mixed >> 40);
    }
}
