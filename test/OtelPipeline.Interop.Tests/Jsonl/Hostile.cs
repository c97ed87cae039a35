using FsCheck;
using FsCheck.Fluent;
using Attribute = System.Collections.Generic.KeyValuePair<string, object?>;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>Generates attributes that nobody would think of.</summary>
internal static class Hostile
{
    private static readonly Gen<char> s_character = Gen.Frequency(
        (4, Gen.Choose(0x20, 0x7e).Select(code => (char)code)),
        (2, Gen.Choose(0, 0x1f).Select(code => (char)code)),
        (1, Gen.Elements('"', '\\', '/', '\u007f', '\u0080', '\u2028', '\ufeff', '\uffff')),
        (1, Gen.Choose(0xd800, 0xdfff).Select(code => (char)code)),
        (1, Gen.Choose(0x80, 0xffff).Select(code => (char)code))
    );

    private static readonly Gen<string> s_text = Gen.Frequency(
        (8, s_character.ArrayOf().Select(characters => new string(characters))),
        (1, Gen.Constant("")),
        (1, Gen.Choose(1, 50).Select(count => string.Concat(Enumerable.Repeat("漢字😀é", count))))
    );

    private static readonly Gen<object?> s_scalar = Gen.OneOf(
        s_text.Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<long>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<double>().Select(value => (object?)value),
        Gen.Choose(-100_000, 100_000).Select(value => (object?)(value / 1000.0)),
        Gen.Elements<object?>(
            double.NaN,
            double.PositiveInfinity,
            double.NegativeInfinity,
            -0.0,
            double.Epsilon,
            double.MaxValue,
            1e9,
            1e15,
            1e19
        ),
        Gen.Elements<object?>(long.MinValue, long.MaxValue, int.MinValue, 'x', 1.5f, (short)-1, uint.MaxValue, true, false, null),
        ArbMap.Default.GeneratorFor<byte[]>().Select(value => (object?)value)
    );

    // few keys, so that some come twice
    private static readonly Gen<string> s_key = Gen.Frequency((3, s_text), (1, Gen.Elements("", "a", "b", "message", "timestamp", "key")));

    public static Gen<Attribute[]> Attributes { get; } =
        s_key.SelectMany(key => Value(3).Select(value => new Attribute(key, value))).ArrayOf();

    private static Gen<object?> Value(int depth) =>
        depth == 0
            ? s_scalar
            : Gen.Frequency(
                (5, s_scalar),
                (1, Value(depth - 1).ArrayOf().Select(items => (object?)items)),
                (
                    1,
                    s_text
                        .Two()
                        .SelectMany(keys =>
                            Value(depth - 1)
                                .Select(value => (object?)new Dictionary<string, object?> { [keys.Item1] = value, [keys.Item2] = "second" })
                        )
                )
            );
}
