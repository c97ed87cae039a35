using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data.Json;
using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

internal sealed class PropertyTests
{
    private static readonly Config Thousand = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Test]
    public void Any_trace_reads_like_its_naive_twin() =>
        Check.One(
            Thousand,
            Prop.ForAll<int>(seed =>
            {
                var json = new RandomTrace(seed).Write();
                var reading = Reading.Text(json);
                Assert.That(reading.Errors, Is.Empty, json);
                Assert.That(reading.Spans.Select(NaiveTwin.Describe), Is.EqualTo(NaiveTwin.Read(json)), json);
            })
        );

    [Test]
    public void Several_traces_in_one_file_read_like_their_twins() =>
        Check.One(
            Thousand.WithMaxTest(200),
            Prop.ForAll<int[]>(seeds =>
            {
                var documents = seeds.Select(seed => new RandomTrace(seed).Write()).ToArray();
                var reading = Reading.Text(string.Join('\n', documents));
                Assert.That(reading.Errors, Is.Empty);
                Assert.That(reading.Spans.Select(NaiveTwin.Describe), Is.EqualTo(documents.SelectMany(NaiveTwin.Read)));
            })
        );

    [Test]
    public void The_scanner_takes_exactly_what_is_json()
    {
        var random = new Random(7);
        var valid = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var json = Encoding.UTF8.GetBytes(RandomJson(random, 0));
            for (var edits = random.Next(3); edits > 0; edits--)
                json[random.Next(json.Length)] = "{}[]\",:0123456789.eE+-truefalsn\\u \n\0x"u8[random.Next(37)];
            var scanner = new JsonScanner([.. "["u8, .. json, .. "]"u8]);
            scanner.Skip();
            var ours = !scanner.Failed && scanner.Position == json.Length + 2;
            valid += ours ? 1 : 0;
            Assert.That(ours, Is.EqualTo(IsJson([.. "["u8, .. json, .. "]"u8])), Encoding.UTF8.GetString(json));
        }

        Assert.That(valid, Is.InRange(2000, 18_000));
    }

    [Test]
    public void A_prefix_of_json_is_incomplete_and_not_wrong()
    {
        var random = new Random(8);
        for (var i = 0; i < 500; i++)
        {
            var json = Encoding.UTF8.GetBytes($"{{\"a\":{RandomJson(random, 0)}}}");
            for (var length = 1; length < json.Length; length++)
            {
                var scanner = new JsonScanner(json.AsSpan(0, length));
                scanner.Skip();
                Assert.That(scanner.Failed && scanner.Incomplete, Encoding.UTF8.GetString(json, 0, length));
            }
        }
    }

    [Test]
    public void Numbers_are_parsed_as_the_runtime_parses_them()
    {
        var random = new Random(9);
        for (var i = 0; i < 20_000; i++)
        {
            var text = RandomNumber(random);
            Assert.That(JsonScanner.TryParseDouble(Utf8(text), out var value), text);
            Assert.That(
                BitConverter.DoubleToInt64Bits(value),
                Is.EqualTo(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture))),
                text
            );
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var expected))
            {
                Assert.That(JsonScanner.TryParseInt64(Utf8(text), out var integer, out var outOfRange) && !outOfRange, text);
                Assert.That(integer, Is.EqualTo(expected), text);
            }
        }
    }

    [Test]
    public void Ids_read_back_what_they_write() =>
        Check.One(
            Thousand,
            Prop.ForAll<ulong, ulong>(
                (high, low) =>
                {
                    var trace = new TraceId(high, low);
                    var span = new SpanId(high);
                    Assert.That(trace.ToString(), Is.EqualTo($"{high:x16}{low:x16}"));
                    Assert.That(TraceId.Parse(trace.ToString().ToUpperInvariant()), Is.EqualTo(trace));
                    Assert.That(SpanId.Parse($"{high:x16}"), Is.EqualTo(span));
                    Span<byte> bytes = stackalloc byte[16];
                    trace.CopyTo(bytes);
                    Assert.That(TraceId.FromBytes(bytes), Is.EqualTo(trace));
                    Assert.That(TraceId.TryParse(trace.ToString()[..31] + "g", out _), Is.False);
                    Assert.That(SpanId.TryParse(span.ToString() + "0", out _), Is.False);
                }
            )
        );

    private static bool IsJson(byte[] json)
    {
        try
        {
            JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 }).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string RandomJson(Random random, int depth) =>
        random.Next(depth > 3 ? 6 : 9) switch
        {
            0 => "null",
            1 => "true",
            2 => "false",
            3 or 4 => RandomNumber(random),
            5 => JsonSerializer.Serialize(new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(1, 300))])),
            6 => "[" + string.Join(" ,", Enumerable.Range(0, random.Next(4)).Select(_ => RandomJson(random, depth + 1))) + "]",
            _ => "{"
                + string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(i => $"\"k{i}\" :{RandomJson(random, depth + 1)}"))
                + "}",
        };

    private static string RandomNumber(Random random) =>
        random.Next(5) switch
        {
            0 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
            1 => random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture),
            2 => (random.Next(-100_000, 100_000) / 100m).ToString(CultureInfo.InvariantCulture),
            3 => BitConverter.Int64BitsToDouble(random.NextInt64(0, 0x7FF0000000000000)).ToString("R", CultureInfo.InvariantCulture),
            _ => $"{random.NextInt64()}.{random.NextInt64()}e{random.Next(-330, 320)}",
        };
}
