using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OtelPipeline.Data.Json;

/// <summary>
/// A strict pull parser over one JSON text in memory (<see href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</see>). The first error
/// sticks: every later call returns false, so that loops end and callers check <see cref="Failed"/> once.
/// </summary>
/// <remarks>
/// Own code and not Utf8JsonReader because rows must be filled at the speed of a bare Utf8JsonReader pass; the benchmark beside it tells.
/// </remarks>
internal ref partial struct JsonScanner(ReadOnlySpan<byte> data)
{
    /// <summary>How deep objects and arrays may nest; an OTLP map takes five levels.</summary>
    public const int MaxDepth = 512;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private int _depth;

    // true right after '{' or '[': what follows needs no comma before it
    private bool _first;

    public readonly int Position => _position;

    public readonly int Depth => _depth;

    public readonly bool Failed => Error is not null;

    /// <summary>Why the text is no JSON, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>True when the error is the end of the text: more bytes could make it valid.</summary>
    public bool Incomplete { get; private set; }

    public readonly ReadOnlySpan<byte> Remaining => _data[_position..];

    /// <summary>The first byte of the next value, 0 at the end of the text.</summary>
    public byte Peek()
    {
        SkipWhitespace();
        return _position < _data.Length ? _data[_position] : (byte)0;
    }

    /// <summary>Steps into an object; false (and nothing consumed) when the next value is none.</summary>
    public bool TryBeginObject() => TryBegin((byte)'{');

    /// <summary>Steps into an array; false (and nothing consumed) when the next value is none.</summary>
    public bool TryBeginArray() => TryBegin((byte)'[');

    /// <summary>Moves to the next property and returns its name as written; false at the end of the object.</summary>
    public bool NextName(out Utf8Text name)
    {
        name = default;
        if (!NextItem((byte)'}'))
            return false;
        if (_data[_position] != '"')
            return Fail("a property name in double quotes is expected");
        if (!ScanString(out name))
            return false;
        SkipWhitespace();
        if (_position >= _data.Length)
            return FailAtEnd();
        if (_data[_position] != ':')
            return Fail("':' is expected after the property name");
        _position++;
        SkipWhitespace();
        return true;
    }

    /// <summary>
    /// Moves to the next property when it has exactly this name; false (and nothing consumed) when it has not, or is written with white space.
    /// </summary>
    /// <param name="name">The name in quotes, with a colon.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNextName(PropertyName name)
    {
        var position = _position;
        if (Failed || (uint)position >= (uint)_data.Length)
            return false;
        if (!_first && _data[position++] != ',')
            return false;
        var rest = _data[position..];
        if (!(rest.Length >= Vector128<byte>.Count && name.IsShort ? name.Starts(Vector128.Create(rest)) : rest.StartsWith(name.Text)))
            return false;
        _position = position + name.Text.Length;
        _first = false;
        return true;
    }

    /// <summary>Moves to the next element; false at the end of the array.</summary>
    public bool NextElement() => NextItem((byte)']');

    /// <summary>Reads a string; false (and nothing consumed) when the next value is none.</summary>
    public bool TryReadString(out Utf8Text text)
    {
        text = default;
        return Peek() == '"' && ScanString(out text);
    }

    /// <summary>Reads the string of which <see cref="Peek"/> has just shown the opening quote; false when it is broken.</summary>
    public bool ReadString(out Utf8Text text) => ScanString(out text);

    public bool TryReadBoolean(out bool value)
    {
        value = Peek() == 't';
        return value ? ScanLiteral("true"u8) : Peek() == 'f' && ScanLiteral("false"u8);
    }

    /// <summary>Steps over the bytes given when exactly they come next, without looking at what they mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkipExactly(ReadOnlySpan<byte> expected)
    {
        if (!_data[_position..].StartsWith(expected))
            return false;
        _position += expected.Length;
        return true;
    }

    /// <summary>Steps over the value that a caller has seen before byte by byte; what it left behind is the end of an object or array.</summary>
    public bool TrySkipKnown(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || !TrySkipExactly(value))
            return false;
        _first = false;
        return true;
    }

    /// <summary>Goes back to the start of a value that is being read at the depth given.</summary>
    public void Rewind(int position, int depth)
    {
        _position = position;
        _depth = depth;
        _first = false;
    }

    /// <summary>Ends the reading for a reason that the grammar does not know.</summary>
    public void Reject(string reason) => Fail(reason);

    /// <summary>Checks one value of any kind and steps over it.</summary>
    public void Skip()
    {
        switch (Peek())
        {
            case (byte)'{':
                TryBeginObject();
                while (NextName(out _))
                    Skip();
                break;
            case (byte)'[':
                TryBeginArray();
                while (NextElement())
                    Skip();
                break;
            case (byte)'"':
                ScanString(out _);
                break;
            case (byte)'t':
                ScanLiteral("true"u8);
                break;
            case (byte)'f':
                ScanLiteral("false"u8);
                break;
            case (byte)'n':
                ScanLiteral("null"u8);
                break;
            default:
                ScanNumber(out _, out _);
                break;
        }
    }

    private bool TryBegin(byte open)
    {
        if (Failed || Peek() != open)
            return false;
        if (++_depth > MaxDepth)
            return Fail($"objects and arrays nest deeper than {MaxDepth} levels");
        _position++;
        _first = true;
        return true;
    }

    private bool NextItem(byte close)
    {
        if (Failed)
            return false;
        SkipWhitespace();
        if (_position >= _data.Length)
            return FailAtEnd();
        var first = _first;
        _first = false;
        if (_data[_position] == close)
        {
            _position++;
            _depth--;
            return false;
        }

        if (!first)
        {
            if (_data[_position] != ',')
                return Fail(close == '}' ? "',' or '}' is expected" : "',' or ']' is expected");
            _position++;
            SkipWhitespace();
            if (_position >= _data.Length)
                return FailAtEnd();
            if (_data[_position] == close)
                return Fail("a value is expected after ','");
        }

        return true;
    }

    private bool ScanLiteral(ReadOnlySpan<byte> literal)
    {
        if (Failed)
            return false;
        var rest = _data[_position..];
        if (rest.StartsWith(literal))
        {
            _position += literal.Length;
            return true;
        }

        return literal.StartsWith(rest) ? FailAtEnd() : Fail("a JSON value is expected");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipWhitespace()
    {
        if (_position < _data.Length && _data[_position] > ' ')
            return;
        SkipWhitespaceSlow();
    }

    private void SkipWhitespaceSlow()
    {
        while (_position < _data.Length && _data[_position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            _position++;
    }

    private bool Fail(string reason)
    {
        Error ??= reason;
        return false;
    }

    private bool FailAt(int position, string reason)
    {
        _position = position;
        return Fail(reason);
    }

    private bool FailAtEnd()
    {
        if (!Failed)
        {
            _position = _data.Length;
            Incomplete = true;
        }

        return Fail("the JSON text ends too early");
    }
}
