using System.Text.Unicode;
using OtelPipeline.Data.Json;

namespace OtelPipeline.Data;

/// <summary>
/// Text values of the rows that a callback is looking at. They stay UTF-8 in the buffer of the reader until someone asks for them: to make strings
/// nobody looks at costs a third of the reading time and is nearly all of its garbage.
/// </summary>
/// <remarks>
/// A value is a place in the buffer and the generation of the rows it belongs to. Once those rows are reused the generation is another one, and
/// asking for the text is an exception rather than somebody else's text.
/// </remarks>
internal sealed class RowTexts(Utf8Strings strings)
{
    // 20 bits of generation, 28 of offset, 16 of length
    private const int LengthBits = 16;
    private const int OffsetBits = 28;
    private const int LastGeneration = (1 << (64 - LengthBits - OffsetBits)) - 1;

    private byte[]? _buffer;
    private int _documentStart;
    private int _generation;

    /// <summary>Says which array holds the texts of the next document; null when they are not to be held.</summary>
    public void Begin(ReadOnlySpan<byte> document, byte[]? buffer)
    {
        _buffer = buffer.AsSpan().Overlaps(document, out _documentStart) ? buffer : null;
    }

    /// <summary>Holds a text without decoding it; false when it has to be decoded now.</summary>
    public bool TryHold(Utf8Text text, out AttributeValue value)
    {
        value = default;
        var offset = _documentStart + text.Start;
        if (
            _buffer is null
            || text.Escaped
            || (uint)(text.Raw.Length - 1) >= (1 << LengthBits) - 1
            || offset >= 1 << OffsetBits
            // what is not valid is counted as such, once
            || (!text.Ascii && !Utf8.IsValid(text.Raw))
        )
        {
            return false;
        }

        value = new AttributeValue(
            this,
            ((long)_generation << (LengthBits + OffsetBits)) | ((long)offset << LengthBits) | (long)text.Raw.Length
        );
        return true;
    }

    /// <summary>The text at a place.</summary>
    /// <exception cref="InvalidOperationException">The row of the text has been reused.</exception>
    public string Get(long place) => strings.Get(GetUtf8(place));

    /// <summary>The text at a place in UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The row of the text has been reused.</exception>
    public ReadOnlySpan<byte> GetUtf8(long place)
    {
        if (_buffer is null || (int)((ulong)place >> (LengthBits + OffsetBits)) != _generation)
        {
            throw new InvalidOperationException(
                "The value belongs to a row that was reused when its callback returned: within the callback, Clone the row or take AsString()."
            );
        }

        var offset = (int)(place >> LengthBits) & ((1 << OffsetBits) - 1);
        return _buffer.AsSpan(offset, (int)place & ((1 << LengthBits) - 1));
    }

    /// <summary>Ends the life of all texts held; what holds the next ones is returned.</summary>
    public RowTexts Next()
    {
        _buffer = null;
        if (_generation == LastGeneration)
            return new RowTexts(strings);
        _generation++;
        return this;
    }
}
