using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// Finds what belongs to a text in UTF-8 without making a string of it. A fixed table, in which a newcomer replaces whoever sat in its place: groups are
/// few, and whoever is not found here is looked for elsewhere.
/// </summary>
internal sealed class Utf8Cache<T>
    where T : class
{
    private const int Slots = 256;

    // where the place of a text is taken
    private const int Tries = 4;
    private const int LongestText = 128;

    private readonly Slot[] _slots = new Slot[Slots];

    public T? Find(ReadOnlySpan<byte> text)
    {
        var place = Hash(text);
        for (var i = 0; i < Tries; i++)
        {
            ref readonly var slot = ref _slots[(place + i) % Slots];
            if (slot.Value is null)
                return null;
            if (text.SequenceEqual(slot.Text))
                return slot.Value;
        }

        return null;
    }

    public void Add(ReadOnlySpan<byte> text, T value)
    {
        if (text.Length > LongestText)
            return;
        var place = Hash(text);
        var i = 0;
        while (i < Tries && _slots[(place + i) % Slots].Value is not null)
            i++;
        _slots[(place + i % Tries) % Slots] = new Slot(text.ToArray(), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(ReadOnlySpan<byte> text)
    {
        uint head,
            tail;
        if (text.Length >= 4)
        {
            head = MemoryMarshal.Read<uint>(text);
            tail = MemoryMarshal.Read<uint>(text[^4..]);
        }
        else
        {
            head = text.IsEmpty ? 0u : text[0];
            tail = text.IsEmpty ? 0u : text[^1];
        }

        return (int)((((head * 0x9E3779B1) ^ (tail * 0x85EBCA77)) + ((uint)text.Length * 0xC2B2AE3D)) >> 24);
    }

    private readonly record struct Slot(byte[] Text, T? Value);
}
