using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OpenTelemetry;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>Attribute values from hell, read back by System.Text.Json.</summary>
public sealed class HostileValueTests
{
    private static readonly Gen<char> Character = Gen.Frequency(
        (4, Gen.Choose(0x20, 0x7e).Select(code => (char)code)),
        (2, Gen.Choose(0, 0x1f).Select(code => (char)code)),
        (1, Gen.Elements('"', '\\', '/', '\u007f', '\u0080', '\u2028', '\ufeff', '\uffff')),
        (1, Gen.Choose(0xd800, 0xdfff).Select(code => (char)code)),
        (1, Gen.Choose(0x80, 0xffff).Select(code => (char)code))
    );

    private static readonly Gen<string> Text = Gen.Frequency(
        (8, Character.ArrayOf().Select(characters => new string(characters))),
        (1, Gen.Constant("")),
        (1, Gen.Constant("漢字😀é").SelectMany(text => Gen.Choose(1, 50).Select(count => string.Concat(Enumerable.Repeat(text, count)))))
    );

    private static readonly Gen<object?> Scalar = Gen.OneOf(
        Text.Select(value => (object?)value),
        Gen.Choose(int.MinValue, int.MaxValue).Select(value => (object?)value),
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
            0.1 + 0.2
        ),
        Gen.Elements<object?>(long.MinValue, long.MaxValue, true, false, null),
        ArbMap.Default.GeneratorFor<byte[]>().Select(value => (object?)value)
    );

    private static Gen<object?> Value(int depth) =>
        depth == 0
            ? Scalar
            : Gen.Frequency(
                (5, Scalar),
                (1, Value(depth - 1).ArrayOf().Select(items => (object?)items)),
                (
                    1,
                    Text.Two()
                        .SelectMany(keys =>
                            Value(depth - 1)
                                .Select(value => (object?)new Dictionary<string, object?> { [keys.Item1] = value, [keys.Item2] = "second" })
                        )
                )
            );

    private static readonly Gen<KeyValuePair<string, object?>[]> Attributes = Text.SelectMany(key =>
            Value(3).Select(value => new KeyValuePair<string, object?>(key, value))
        )
        .ArrayOf();

    [TestCase(JsonlFormat.Otlp)]
    [TestCase(JsonlFormat.Flat)]
    public void Whatever_the_values_are_they_read_back_equal(JsonlFormat format)
    {
        using var directory = new TemporaryDirectory();
        var offered = new List<KeyValuePair<string, object?>[]>();
        using (var exporter = Recorded.Exporter(Path.Combine(directory.Path, "spans"), new JsonlExporterOptions { Format = format }))
        {
            foreach (var attributes in Attributes.Sample(400, 40))
            {
                var span = Recorded.Span("s", attributes);
                offered.Add([.. span.TagObjects]);
                Assert.That(exporter.Export(span), Is.EqualTo(ExportResult.Success));
            }
        }

        var records = format == JsonlFormat.Otlp ? directory.Records("spans") : directory.Lines("spans");
        Assert.That(records, Has.Count.EqualTo(offered.Count));
        for (var i = 0; i < records.Count; i++)
        {
            if (format == JsonlFormat.Otlp)
                CheckOtlp(records[i], offered[i]);
            else
                CheckFlat(records[i], offered[i]);
        }
    }

    private static void CheckOtlp(JsonElement record, KeyValuePair<string, object?>[] attributes)
    {
        var written = record.GetProperty("attributes").EnumerateArray().ToArray();
        Assert.That(written, Has.Length.EqualTo(attributes.Length));
        for (var i = 0; i < written.Length; i++)
        {
            Assert.That(written[i].Text("key"), Is.EqualTo(Clean(attributes[i].Key)));
            Assert.That(FromOtlp(written[i].GetProperty("value")), Is.EqualTo(Expected(attributes[i].Value)));
        }
    }

    private static object? FromOtlp(JsonElement value)
    {
        if (!value.EnumerateObject().Any())
            return null;
        var property = value.EnumerateObject().Single();
        return property.Name switch
        {
            "stringValue" => property.Value.GetString(),
            "intValue" => long.Parse(property.Value.GetString()!),
            "boolValue" => property.Value.GetBoolean(),
            "doubleValue" => ToDouble(property.Value),
            "bytesValue" => property.Value.GetBytesFromBase64(),
            "arrayValue" => property.Value.GetProperty("values").EnumerateArray().Select(FromOtlp).ToArray(),
            _ => property
                .Value.GetProperty("values")
                .EnumerateArray()
                .Select(item => (item.Text("key"), FromOtlp(item.GetProperty("value"))))
                .ToArray(),
        };
    }

    private static double ToDouble(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.GetString() == "NaN" ? double.NaN
        : value.GetString() == "Infinity" ? double.PositiveInfinity
        : double.NegativeInfinity;

    private static object? Expected(object? value) =>
        value switch
        {
            string text => Clean(text),
            int number => (long)number,
            byte[] => value,
            Dictionary<string, object?> map => map.Select(item => ((string?)Clean(item.Key), Expected(item.Value))).ToArray(),
            object?[] list => list.Select(Expected).ToArray(),
            _ => value,
        };

    /// <summary>UTF-8 has no lone surrogates: they arrive as U+FFFD.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static void CheckFlat(JsonElement record, KeyValuePair<string, object?>[] attributes)
    {
        // of equal keys the last one counts
        var expected = new Dictionary<string, object?>();
        foreach (var (key, value) in attributes)
            expected[Clean(key)] = value;
        var written = record.TryGetProperty("attributes", out var found) ? found.EnumerateObject().ToArray() : [];
        Assert.That(written.Select(item => item.Name).Distinct(), Is.EquivalentTo(expected.Keys));
        foreach (var item in written.DistinctBy(item => item.Name))
        {
            // two keys that differ in a lone surrogate alone are one key in UTF-8
            if (attributes.Count(attribute => Clean(attribute.Key) == item.Name) == 1)
                CheckPlain(item.Value, expected[item.Name]);
        }
    }

    private static void CheckPlain(JsonElement written, object? value)
    {
        switch (value)
        {
            case null:
                Assert.That(written.ValueKind, Is.EqualTo(JsonValueKind.Null));
                break;
            case string text:
                Assert.That(written.GetString(), Is.EqualTo(Clean(text)));
                break;
            case double number:
                Assert.That(BitConverter.DoubleToInt64Bits(ToDouble(written)), Is.EqualTo(BitConverter.DoubleToInt64Bits(number)));
                break;
            case int or long:
                Assert.That(written.GetInt64(), Is.EqualTo(Convert.ToInt64(value)));
                break;
            case bool boolean:
                Assert.That(written.GetBoolean(), Is.EqualTo(boolean));
                break;
            case byte[] bytes:
                Assert.That(written.GetBytesFromBase64(), Is.EqualTo(bytes));
                break;
            case object?[] list:
                Assert.That(written.GetArrayLength(), Is.EqualTo(list.Length));
                for (var i = 0; i < list.Length; i++)
                    CheckPlain(written[i], list[i]);
                break;
            case Dictionary<string, object?> map:
                Assert.That(written.EnumerateObject().Count(), Is.EqualTo(map.Count));
                break;
        }
    }

    [Test]
    public void Doubles_read_back_to_the_bit()
    {
        var json = new Formats.JsonBuffer();
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var value = (i % 4) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                1 => Math.Round((random.NextDouble() - 0.5) * 1e6, random.Next(0, 7)),
                2 => random.Next(-1000, 1000) / 8.0,
                _ => Math.BitIncrement(random.Next(-100_000, 100_000) / 10_000.0),
            };
            if (!double.IsFinite(value))
                continue;
            json.Position = 0;
            json.Double(value);
            var read = JsonSerializer.Deserialize<double>(json.Written);
            if (BitConverter.DoubleToInt64Bits(read) != BitConverter.DoubleToInt64Bits(value))
                Assert.Fail($"{value:R} became {Encoding.UTF8.GetString(json.Written)}");
        }
    }

    [TestCase(JsonlFormat.Otlp)]
    [TestCase(JsonlFormat.Flat)]
    public void Huge_records_stay_valid_and_below_the_limit(JsonlFormat format)
    {
        using var directory = new TemporaryDirectory();
        using (var exporter = Recorded.Exporter(Path.Combine(directory.Path, "spans"), new JsonlExporterOptions { Format = format }))
        {
            var cycle = new List<object?>();
            cycle.AddRange(Enumerable.Repeat<object?>(cycle, 30));
            object?[] values =
            [
                new string('漢', 10_000_000),
                new string('\0', 10_000_000),
                new byte[10_000_000],
                Enumerable.Range(0, 2_000_000).ToArray(),
                cycle,
            ];
            foreach (var value in values)
                exporter.Export(Recorded.Span("v", new("big", value), new("after", 1)));
            exporter.Export(
                Recorded.Span(
                    "many",
                    [.. Enumerable.Range(0, 10_000).Select(index => new KeyValuePair<string, object?>("k" + index, index))]
                )
            );
            exporter.Export(Recorded.Span(new string('n', 2_000_000)));
        }

        var records = format == JsonlFormat.Otlp ? directory.Records("spans") : directory.Lines("spans");
        Assert.That(records, Has.Count.EqualTo(7));
        Assert.That(directory.Files("spans").SelectMany(File.ReadLines).Select(Encoding.UTF8.GetByteCount), Is.All.LessThan(900_000));
        var many = records[5].GetProperty("attributes");
        Assert.That(many.ValueKind == JsonValueKind.Array ? many.GetArrayLength() : many.EnumerateObject().Count(), Is.EqualTo(10_000));
    }
}
