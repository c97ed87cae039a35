using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace OtelPipeline.Data.Json;

/// <summary>Finds a property name among the known ones without decoding it.</summary>
internal sealed class FieldTable
{
    private const int Slots = 1024;

    private readonly Entry?[] _slots = new Entry?[Slots];

    /// <summary>Adds a name; <paramref name="isVariant"/> marks spellings that are tolerated, not right.</summary>
    public void Add(string name, int field, bool isVariant = false)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var slot = Hash(utf8) % Slots;
        while (_slots[slot] is { } taken)
        {
            if (taken.Name.AsSpan().SequenceEqual(utf8))
                return;
            slot = (slot + 1) % Slots;
        }

        _slots[slot] = new Entry(utf8, field, isVariant);
    }

    /// <summary>The number given to this name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name, out bool isVariant)
    {
        isVariant = false;
        if (name.IsEmpty)
            return -1;
        var slot = Hash(name) % Slots;
        while (_slots[slot] is { } entry)
        {
            if (name.SequenceEqual(entry.Name))
            {
                isVariant = entry.IsVariant;
                return entry.Field;
            }

            slot = (slot + 1) % Slots;
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        uint head,
            tail;
        if (name.Length >= 4)
        {
            head = MemoryMarshal.Read<uint>(name);
            tail = MemoryMarshal.Read<uint>(name[^4..]);
        }
        else
        {
            head = name[0];
            tail = name[^1];
        }

        return (((head * 0x9E3779B1) ^ (tail * 0x85EBCA77)) + ((uint)name.Length * 0xC2B2AE3D)) >> 16;
    }

    private sealed record Entry(byte[] Name, int Field, bool IsVariant);
}
