using System.Buffers.Text;

namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    /// <summary>A 64-bit integer: a string of digits by OTLP/JSON, a number in the wild.</summary>
    private bool TryReadInt64(ref JsonScanner json, out long value)
    {
        if (json.TryReadString(out var text))
            return TryParseInt64(Name(text), out value);
        if (json.TryReadNumber(out var digits, out _))
        {
            leniencies.Count(Leniency.NumberForInt64);
            return TryParseInt64(digits, out value);
        }

        value = 0;
        Unexpected(ref json);
        return false;
    }

    /// <summary>An unsigned 64-bit integer, clamped to what a signed one holds; 0 when it is none.</summary>
    private long ReadUInt63(ref JsonScanner json)
    {
        TryReadInt64(ref json, out var value);
        if (value >= 0)
            return value;
        leniencies.Count(Leniency.NumberOutOfRange);
        return 0;
    }

    private uint ReadUInt32(ref JsonScanner json) => (uint)ReadInteger(ref json, 0, uint.MaxValue);

    private int ReadInt32(ref JsonScanner json) => (int)ReadInteger(ref json, int.MinValue, int.MaxValue);

    private long ReadInteger(ref JsonScanner json, long min, long max)
    {
        long value = 0;
        if (json.TryReadNumber(out var digits, out _))
            value = ParseInt64(digits);
        else if (json.TryReadString(out var text))
        {
            leniencies.Count(Leniency.StringForNumber);
            value = ParseInt64(Name(text));
        }
        else
            Unexpected(ref json);

        if (value >= min && value <= max)
            return value;
        leniencies.Count(Leniency.NumberOutOfRange);
        return Math.Clamp(value, min, max);
    }

    private int ReadEnum(ref JsonScanner json, OtlpEnum type)
    {
        long value = 0;
        if (json.TryReadNumber(out var digits, out _))
            value = ParseInt64(digits);
        else if (json.TryReadString(out var text))
        {
            var name = Name(text);
            if (name.Length > 0 && (char.IsAsciiDigit((char)name[0]) || name[0] == '-'))
            {
                leniencies.Count(Leniency.StringForNumber);
                value = ParseInt64(name);
            }
            else
            {
                value = type.Find(name);
                if (value >= 0)
                    leniencies.Count(Leniency.EnumName);
            }
        }
        else
            Unexpected(ref json);

        if (value >= 0 && value < type.Names.Length)
            return (int)value;
        leniencies.Count(Leniency.InvalidEnum);
        return 0;
    }

    /// <summary>A floating-point number; NaN and the infinities are strings by OTLP/JSON.</summary>
    private bool TryReadDouble(ref JsonScanner json, out double value)
    {
        if (json.TryReadUsualDouble(out value))
            return true;
        if (json.TryReadNumber(out var digits, out _))
        {
            value = JsonScanner.ParseDouble(digits);
            if (double.IsInfinity(value))
                leniencies.Count(Leniency.NumberOutOfRange);
            return true;
        }

        if (!json.TryReadString(out var text))
        {
            Unexpected(ref json);
            return false;
        }

        var name = Name(text);
        if (name.SequenceEqual("NaN"u8))
            value = double.NaN;
        else if (name.SequenceEqual("Infinity"u8))
            value = double.PositiveInfinity;
        else if (name.SequenceEqual("-Infinity"u8))
            value = double.NegativeInfinity;
        else if (JsonScanner.TryParseDouble(name, out value))
            leniencies.Count(Leniency.StringForNumber);
        else
        {
            leniencies.Count(Leniency.InvalidNumber);
            return false;
        }

        return true;
    }

    private bool TryReadBoolean(ref JsonScanner json, out bool value)
    {
        if (json.TryReadBoolean(out value))
            return true;
        Unexpected(ref json);
        return false;
    }

    private bool ReadBoolean(ref JsonScanner json) => TryReadBoolean(ref json, out var value) && value;

    private TraceId ReadTraceId(ref JsonScanner json)
    {
        if (!json.TryReadString(out var text))
        {
            Unexpected(ref json);
            return default;
        }

        if (TraceId.TryParse(text.Raw, out var id, out var upperCase))
        {
            if (upperCase)
                leniencies.Count(Leniency.UpperCaseHex);
            return id;
        }

        Span<byte> bytes = stackalloc byte[TraceId.Size];
        return TryReadBase64Id(text, bytes) ? TraceId.FromBytes(bytes) : default;
    }

    private SpanId ReadSpanId(ref JsonScanner json)
    {
        if (!json.TryReadString(out var text))
        {
            Unexpected(ref json);
            return default;
        }

        if (SpanId.TryParse(text.Raw, out var id, out var upperCase))
        {
            if (upperCase)
                leniencies.Count(Leniency.UpperCaseHex);
            return id;
        }

        Span<byte> bytes = stackalloc byte[SpanId.Size];
        return TryReadBase64Id(text, bytes) ? SpanId.FromBytes(bytes) : default;
    }

    private bool TryReadBase64Id(Utf8Text text, Span<byte> bytes)
    {
        var name = Name(text);
        if (name.IsEmpty)
            return false;
        var unpadded = name.TrimEnd((byte)'=');
        Span<byte> decoded = stackalloc byte[32];
        if (unpadded.Length <= 40 && TryDecodeBase64(unpadded, decoded, out var written) && written == bytes.Length)
        {
            leniencies.Count(Leniency.Base64Id);
            decoded[..written].CopyTo(bytes);
            return true;
        }

        leniencies.Count(Leniency.InvalidId);
        return false;
    }

    /// <summary>Base64 in the standard or the URL alphabet, without padding.</summary>
    private static bool TryDecodeBase64(ReadOnlySpan<byte> unpadded, Span<byte> destination, out int written)
    {
        var url = unpadded.Length <= 256 ? stackalloc byte[unpadded.Length] : new byte[unpadded.Length];
        unpadded.CopyTo(url);
        url.Replace((byte)'+', (byte)'-');
        url.Replace((byte)'/', (byte)'_');
        return Base64Url.DecodeFromUtf8(url, destination, out var consumed, out written) == System.Buffers.OperationStatus.Done
            && consumed == url.Length;
    }

    private long ParseInt64(ReadOnlySpan<byte> text) => TryParseInt64(text, out var value) ? value : 0;

    private bool TryParseInt64(ReadOnlySpan<byte> text, out long value)
    {
        if (!JsonScanner.TryParseInt64(text, out value, out var outOfRange))
        {
            leniencies.Count(Leniency.InvalidNumber);
            return false;
        }

        if (outOfRange)
            leniencies.Count(Leniency.NumberOutOfRange);
        return true;
    }
}
