using System.Globalization;
using System.Text;
using System.Text.Json;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>The table of escaped names against a dictionary, where names fight for places and records follow each other.</summary>
public sealed class FlatNamesTests
{
    private static readonly string[] Pool =
    [
        .. Enumerable.Range(0, 700).Select(number => "name" + number.ToString(CultureInfo.InvariantCulture)),
        "",
        "\"quoted\"",
        "ünïcode",
        "line\nbreak",
        new('x', FlatNames.Width - 4),
        new('x', FlatNames.Width - 3),
        new('x', FlatNames.Width),
        new('x', FlatNames.Width + 1),
        new('"', FlatNames.Width / 2),
        new('y', 300),
    ];

    [Test]
    public void Attributes_are_those_of_a_dictionary_whatever_records_came_before()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(1);
        var expected = new List<Dictionary<string, string?>>();
        using (var exporter = Recorded.Exporter(directory.Path, new JsonlExporterOptions { Format = JsonlFormat.Flat }))
        {
            for (var record = 0; record < 1500; record++)
            {
                var attributes = new Dictionary<string, string?>();
                var tags = new KeyValuePair<string, object?>[random.Next(record % 100 == 0 ? 200 : 12)];
                for (var i = 0; i < tags.Length; i++)
                {
                    // often the same names in the same order, as a call site has them, and sometimes another string of the same name
                    var key = Pool[record % 3 == 0 ? random.Next(Pool.Length) : i % Pool.Length];
                    key = random.Next(4) == 0 ? new string(key) : key;
                    var value = Value(random);
                    tags[i] = new(key, value);
                    attributes[key] = value switch
                    {
                        bool flag => flag ? "true" : "false",
                        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
                    };
                }

                expected.Add(attributes);
                exporter.Export(Recorded.Span("s", tags));
            }
        }

        var lines = Directory.GetFiles(directory.Path).Order(StringComparer.Ordinal).SelectMany(File.ReadLines).ToList();
        Assert.That(lines, Has.Count.EqualTo(expected.Count));
        for (var i = 0; i < lines.Count; i++)
        {
            var actual = new Dictionary<string, string?>();
            if (JsonElement.Parse(lines[i]).TryGetProperty("attributes", out var attributes))
            {
                // Add throws where a line names a key twice
                foreach (var attribute in attributes.EnumerateObject())
                    actual.Add(attribute.Name, attribute.Value.ToString().Replace("True", "true").Replace("False", "false"));
            }

            Assert.That(actual, Is.EquivalentTo(expected[i]), lines[i]);
        }
    }

    private static object Value(Random random) =>
        random.Next(6) switch
        {
            0 => new string('v', random.Next(40)),
            1 => "\\\"ü" + new string('w', random.Next(40)),
            2 => random.Next(),
            3 => random.NextInt64(long.MinValue, long.MaxValue),
            4 => random.Next(2) == 0,
            _ => random.Next(-5, 12),
        };

    [Test]
    public void Whole_numbers_are_those_of_the_framework()
    {
        var json = new JsonBuffer();
        var numbers = new List<long> { 0, long.MinValue, long.MaxValue, uint.MaxValue, uint.MaxValue + 1L };
        for (var power = 1L; power <= 1_000_000_000_000; power *= 10)
            numbers.AddRange([power - 1, power, power + 1, -power, (power * 2) + 7]);
        for (var bit = 0; bit < 63; bit++)
            numbers.AddRange([(1L << bit) - 1, 1L << bit]);
        foreach (var number in numbers)
        {
            json.Position = 0;
            json.Int(number);
            Assert.That(Encoding.ASCII.GetString(json.Written), Is.EqualTo(number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Test]
    public void Strings_of_every_length_are_copied_whole_with_a_special_character_anywhere()
    {
        var json = new JsonBuffer();
        for (var length = 0; length <= 40; length++)
        {
            for (var special = -1; special < length; special++)
            {
                foreach (var character in "\"\\\n\u001f\u007f\u0080漢")
                {
                    var text = Enumerable.Range(0, length).Select(i => (char)('!' + 2 + i)).ToArray();
                    text = Array.ConvertAll(text, c => c == '\\' ? 'x' : c);
                    if (special >= 0)
                        text[special] = character;
                    json.Position = 0;
                    json.String(text);
                    Assert.That(JsonSerializer.Deserialize<string>(json.Written), Is.EqualTo(new string(text)));
                }
            }
        }
    }
}
