using System.Buffers;
using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <summary>Text compared as it is stored, string or UTF-8, without making one into the other on the heap. The order is that of UTF-8.</summary>
internal static class Texts
{
    public static int Compare(in FieldValue left, in FieldValue right)
    {
        if (left.StringOrNull is { } leftText)
            return right.StringOrNull is { } rightText ? Compare(leftText, rightText) : -Compare(right, leftText);
        if (right.StringOrNull is { } text)
            return Compare(left, text);
        left.TryGetUtf8(out var leftUtf8);
        right.TryGetUtf8(out var rightUtf8);
        return leftUtf8.SequenceCompareTo(rightUtf8);
    }

    /// <summary>The order of code points, which UTF-16 has not where surrogates meet what comes after them.</summary>
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        var (l, r) = (left[common], right[common]);
        return char.IsSurrogate(l) == char.IsSurrogate(r) ? l.CompareTo(r)
            : char.IsSurrogate(l) ? 1
            : -1;
    }

    private static int Compare(in FieldValue utf8, string text)
    {
        utf8.TryGetUtf8(out var bytes);
        var chars = text.AsSpan();
        while (true)
        {
            if (bytes.IsEmpty || chars.IsEmpty)
                return bytes.Length.CompareTo(0) - chars.Length.CompareTo(0);
            Rune.DecodeFromUtf8(bytes, out var left, out var taken);
            Rune.DecodeFromUtf16(chars, out var right, out var used);
            if (left != right)
                return left.Value.CompareTo(right.Value);
            bytes = bytes[taken..];
            chars = chars[used..];
        }
    }

    /// <summary>Gives the text as characters to a test, without a string where it is UTF-8.</summary>
    public static bool Test<TState>(in FieldValue value, TState state, Func<TState, ReadOnlySpan<char>, bool> test)
        where TState : allows ref struct
    {
        if (value.StringOrNull is { } text)
            return test(state, text);
        value.TryGetUtf8(out var utf8);
        const int OnStack = 256;
        char[]? rented = null;
        var chars = utf8.Length <= OnStack ? stackalloc char[OnStack] : (rented = ArrayPool<char>.Shared.Rent(utf8.Length));
        var count = Encoding.UTF8.GetChars(utf8, chars);
        var result = test(state, chars[..count]);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return result;
    }
}
