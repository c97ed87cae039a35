using FsCheck;
using FsCheck.Fluent;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Any rows with any layout come back as they were, compared with the plain lists they were made from.</summary>
public sealed class RoundTripTests
{
    private static readonly ParquetCompression[] Codecs =
    [
        ParquetCompression.None,
        ParquetCompression.Snappy,
        ParquetCompression.Gzip,
        ParquetCompression.Brotli,
        ParquetCompression.Zstd,
    ];

    [Test]
    public void Rows_come_back() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(400),
            Prop.ForAll(ArbMap.Default.ArbFor<(int Seed, PositiveInt Size)>(), x => RoundTrip(x.Seed, x.Size.Get))
        );

    private static void RoundTrip(int seed, int size)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, random.Next(size * 5)).Select(_ => Row.Next(random)).ToList();
        var schema = new ParquetSchema(
            ParquetField.Boolean("flag", nullable: true),
            ParquetField.Int32("int"),
            ParquetField.Int64("long", nullable: true),
            ParquetField.Float("float"),
            ParquetField.Double("double", nullable: true),
            ParquetField.String("text", nullable: true),
            ParquetField.Bytes("bytes"),
            ParquetField.List("list", ParquetField.Int64("element", nullable: true), nullable: true),
            ParquetField.Map("map", ParquetField.String("key"), ParquetField.String("value", nullable: true), nullable: true)
        );
        var options = new ParquetWriterOptions
        {
            Compression = Codecs[random.Next(Codecs.Length)],
            RowGroupRows = random.Next(1, 300),
            PageRows = random.Next(1, 200),
            DictionaryBytes = random.Next(2) * random.Next(2000),
            Compatible = random.Next(3) == 0,
        };
        options.V2Encodings = !options.Compatible && random.Next(2) == 0;
        using var reader = WriterTests.Write(schema, options, writer => Fill(writer, rows, random));

        var read = reader.RowGroups.SelectMany(Row.Read).ToList();

        Assert.That(read, Has.Count.EqualTo(rows.Count));
        for (var i = 0; i < rows.Count; i++)
            Assert.That(read[i].ToString(), Is.EqualTo(rows[i].ToString()), $"row {i}");
    }

    private static void Fill(ParquetWriter writer, List<Row> rows, Random random)
    {
        var batch = random.Next(1, 200);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].Write(writer);
            if (i % batch != batch - 1)
                continue;
            if (random.Next(4) == 0)
                writer.Pause();
            else
                writer.EndBatch();
        }
    }

    private sealed record Row(
        bool? Flag,
        int Int,
        long? Long,
        float Float,
        double? Double,
        string? Text,
        byte[] Bytes,
        long?[]? List,
        (string, string?)[]? Map
    )
    {
        public static Row Next(Random random) =>
            new(
                random.Next(3) switch
                {
                    0 => null,
                    var n => n == 1,
                },
                random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(5),
                random.Next(5) == 0 ? null : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
                random.Next(10) == 0 ? float.NaN : random.NextSingle(),
                random.Next(3) == 0 ? null : random.Next(10) / 4.0,
                random.Next(3) == 0 ? null : Word(random),
                Enumerable.Range(0, random.Next(6)).Select(_ => (byte)random.Next(256)).ToArray(),
                random.Next(4) == 0
                    ? null
                    : [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(3) == 0 ? (long?)null : random.Next())],
                random.Next(4) == 0
                    ? null
                    : [.. Enumerable.Range(0, random.Next(4)).Select(i => ($"k{i}", random.Next(3) == 0 ? null : Word(random)))]
            );

        public static IEnumerable<Row> Read(ParquetRowGroup group)
        {
            using var flags = group.Read<bool>("flag");
            using var ints = group.Read<int>("int");
            using var longs = group.Read<long>("long");
            using var floats = group.Read<float>("float");
            using var doubles = group.Read<double>("double");
            using var texts = group.ReadBytes("text");
            using var bytes = group.ReadBytes("bytes");
            using var lists = group.Read<long>("list");
            using var keys = group.ReadBytes("map.key_value.key");
            using var values = group.ReadBytes("map.key_value.value");
            for (var i = 0; i < group.RowCount; i++)
            {
                yield return new Row(
                    flags.IsNull(i) ? null : flags.Values[i],
                    ints.Values[i],
                    longs.IsNull(i) ? null : longs.Values[i],
                    floats.Values[i],
                    doubles.IsNull(i) ? null : doubles.Values[i],
                    texts.GetString(i),
                    bytes[i].ToArray(),
                    lists.IsRowNull(i) ? null : [.. Entries(lists, i).Select(e => lists.IsNull(e) ? (long?)null : lists.Values[e])],
                    keys.IsRowNull(i) ? null : [.. Entries(keys, i).Select(e => (keys.GetString(e)!, values.GetString(e)))]
                );
            }
        }

        public void Write(ParquetWriter writer)
        {
            writer.Column<bool>("flag").Append(Flag);
            writer.Column<int>("int").Append(Int);
            writer.Column<long>("long").Append(Long);
            writer.Column<float>("float").Append(Float);
            writer.Column<double>("double").Append(Double);
            writer.Bytes("text").Append(Text);
            writer.Bytes("bytes").Append(Bytes);
            var list = writer.Column<long>("list");
            var (keys, values) = (writer.Bytes("map.key_value.key"), writer.Bytes("map.key_value.value"));
            Begin(list, List?.Length);
            Begin(keys, Map?.Length);
            Begin(values, Map?.Length);
            foreach (var element in List ?? [])
                list.Append(element);
            foreach (var (key, value) in Map ?? [])
            {
                keys.Append(key);
                values.Append(value);
            }
        }

        public override string ToString() =>
            $"{Flag} {Int} {Long} {BitConverter.SingleToInt32Bits(Float)} {Double} {Text ?? "null"} {Convert.ToHexString(Bytes)} "
            + $"{(List is null ? "null" : string.Join(',', List))} {(Map is null ? "null" : string.Join(',', Map))}";

        private static void Begin(ParquetColumnWriter column, int? length)
        {
            if (length is { } elements)
                column.BeginRow(elements);
            else
                column.AppendNull();
        }

        private static IEnumerable<int> Entries(ParquetColumnValues values, int row)
        {
            var (start, length) = values.Row(row).GetOffsetAndLength(values.Count);
            return Enumerable.Range(start, length);
        }

        private static string Word(Random random) =>
            random.Next(3) switch
            {
                0 => $"word {random.Next(10)}",
                1 => random.NextInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
                _ => new string((char)random.Next(0x20, 0xD000), random.Next(90)),
            };
    }
}
