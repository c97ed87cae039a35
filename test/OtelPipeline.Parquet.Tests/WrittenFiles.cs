using System.Globalization;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Files that cover what the writer can do, one per name, for other libraries to read.</summary>
internal static class WrittenFiles
{
    private static readonly string[] Hostile =
    [
        "",
        "\0",
        "a\0b",
        "\uFFFF\uFFFE",
        "\U0010FFFF",
        "émoji 🎉 \u202Etxet",
        "'; drop table x; --",
        new string('x', 300),
        string.Concat(Enumerable.Repeat("\U0010FFFF", 40)),
        "\r\n\t\"quoted\", \\back",
        "lone \uD800 surrogate",
    ];

    public static IEnumerable<string> Names =>
        [
            "every-type-none",
            "every-type-snappy",
            "every-type-gzip",
            "every-type-brotli",
            "every-type-zstd",
            "every-type-compatible",
            "every-type-v2",
            "every-type-small-pages",
            "no-rows",
            "one-row",
            "many-row-groups",
            "paused",
            "hostile-strings",
            "empty-maps",
            "all-null",
            "wide-page",
            "explicit-encodings",
            "null-pages",
        ];

    public static void Write(string name, string path)
    {
        var options = new ParquetWriterOptions();
        var rows = 1200;
        var batch = 500;
        switch (name)
        {
            case "every-type-none":
                options.Compression = ParquetCompression.None;
                break;
            case "every-type-snappy":
                options.Compression = ParquetCompression.Snappy;
                break;
            case "every-type-gzip":
                options.Compression = ParquetCompression.Gzip;
                break;
            case "every-type-brotli":
                options.Compression = ParquetCompression.Brotli;
                break;
            case "every-type-compatible":
                options.Compatible = true;
                break;
            case "every-type-v2":
                options.V2Encodings = true;
                break;
            case "every-type-small-pages":
                options.PageRows = 70;
                options.DictionaryBytes = 900;
                break;
            case "no-rows":
                rows = 0;
                break;
            case "one-row":
                rows = 1;
                break;
            case "many-row-groups":
                options.RowGroupRows = 50;
                batch = 50;
                break;
            case "hostile-strings":
                WriteHostile(path);
                return;
            case "empty-maps" or "all-null":
                WriteNothing(path, isNull: name == "all-null");
                return;
            case "wide-page":
                options.PageBytes = 1 << 10;
                break;
            case "explicit-encodings":
                WriteEncodings(path);
                return;
            case "null-pages":
                WriteNullPages(path);
                return;
        }

        WriteEveryType(path, options, rows, batch, pauses: name == "paused");
    }

    public static void WriteEveryType(string path, ParquetWriterOptions options, int rows, int batch, bool pauses = false)
    {
        var schema = new ParquetSchema(
            ParquetField.Boolean("flag"),
            ParquetField.Boolean("flag_or_null", nullable: true),
            ParquetField.Int32("i32").WithBloomFilter(),
            ParquetField.Int64("i64"),
            ParquetField.Int64("i64_or_null", nullable: true),
            ParquetField.Float("f32"),
            ParquetField.Double("f64", nullable: true),
            ParquetField.String("text").WithBloomFilter(),
            ParquetField.String("text_or_null", nullable: true),
            ParquetField.String("unique"),
            ParquetField.Json("json", nullable: true),
            ParquetField.Bytes("bytes"),
            ParquetField.FixedBytes("fixed", 5, nullable: true),
            ParquetField.Uuid("uuid"),
            ParquetField.Timestamp("millis", ParquetTimeUnit.Milliseconds),
            ParquetField.Timestamp("micros", nullable: true),
            ParquetField.Date("date"),
            ParquetField.Decimal("small_decimal", 9, 2),
            ParquetField.Decimal("decimal", 18, 3, nullable: true),
            ParquetField.Map("map", ParquetField.String("key"), ParquetField.String("value")),
            ParquetField.Map("map_or_null", ParquetField.String("key"), ParquetField.Int64("value", nullable: true), nullable: true),
            ParquetField.List("doubles", ParquetField.Double("element")),
            ParquetField.List("longs_or_null", ParquetField.Int64("element", nullable: true), nullable: true)
        );
        options.KeyValueMetadata["answer"] = "42";
        options.SortingColumns.Add(new ParquetSortingColumn("i64"));
        using var writer = ParquetWriter.Create(path, schema, options);
        for (var row = 0; row < rows; row++)
        {
            WriteRow(writer, row);
            if (row % batch != batch - 1)
                continue;
            if (pauses)
                writer.Pause();
            else
                writer.EndBatch();
        }

        writer.Close();
    }

    private static void WriteRow(ParquetWriter writer, int row)
    {
        var random = new Random(row);
        writer.Column<bool>("flag").Append(row % 3 == 0);
        writer.Column<bool>("flag_or_null").Append(row % 4 == 0 ? null : row % 8 < 4);
        writer.Column<int>("i32").Append(row % 5 == 0 ? int.MinValue + row : row * 7);
        writer.Column<long>("i64").Append(row * 1_000_000_007L);
        writer.Column<long>("i64_or_null").Append(row % 7 == 0 ? null : random.NextInt64() - random.NextInt64());
        writer.Column<float>("f32").Append(row % 11 == 0 ? float.NaN : row / 4f);
        writer
            .Column<double>("f64")
            .Append(
                row % 13 == 0 ? null
                : row % 17 == 0 ? double.NegativeInfinity
                : random.NextDouble()
            );
        writer.Bytes("text").Append($"name {row % 20}");
        writer.Bytes("text_or_null").Append(row % 3 == 1 ? null : $"value {row % 500}");
        writer
            .Bytes("unique")
            .Append(row.ToString("x8", CultureInfo.InvariantCulture) + random.Next().ToString("x8", CultureInfo.InvariantCulture));
        writer.Bytes("json").Append(row % 5 == 0 ? null : $$"""{"row":{{row}}}""");
        writer.Bytes("bytes").Append([(byte)row, 0, 255, (byte)(row >> 8)]);
        if (row % 6 == 0)
            writer.Bytes("fixed").AppendNull();
        else
            writer.Bytes("fixed").Append([1, 2, (byte)(row % 9), 4, 255]);
        writer.Bytes("uuid").Append(new Guid(row, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToByteArray(bigEndian: true));
        writer.Column<long>("millis").Append(1_700_000_000_123 + row * 1001L);
        writer.Column<long>("micros").Append(row % 10 == 0 ? null : 1_700_000_000_123_456 + row * 1001L);
        writer.Column<int>("date").Append(row - 1000);
        writer.Column<int>("small_decimal").Append(row * 3 - 1500);
        writer.Column<long>("decimal").Append(row % 9 == 0 ? null : row * 1_000_000_001L - 1);
        WriteNested(writer, row);
    }

    private static void WriteNested(ParquetWriter writer, int row)
    {
        var (keys, values) = (writer.Bytes("map.key_value.key"), writer.Bytes("map.key_value.value"));
        keys.BeginRow(row % 4);
        values.BeginRow(row % 4);
        for (var i = 0; i < row % 4; i++)
        {
            keys.Append($"key{i}");
            values.Append($"value {row % 100}");
        }

        var (nullKeys, nullValues) = (writer.Bytes("map_or_null.key_value.key"), writer.Column<long>("map_or_null.key_value.value"));
        if (row % 3 == 0)
        {
            nullKeys.AppendNull();
            nullValues.AppendNull();
        }
        else
        {
            nullKeys.BeginRow(row % 3 - 1);
            nullValues.BeginRow(row % 3 - 1);
            if (row % 3 == 2)
            {
                nullKeys.Append("only");
                nullValues.Append(row % 2 == 0 ? null : row);
            }
        }

        writer.Column<double>("doubles").Write([.. Enumerable.Range(0, row % 6).Select(i => i + row / 2.0)], [row % 6]);
        var longs = writer.Column<long>("longs_or_null");
        if (row % 5 == 4)
            longs.AppendNull();
        else
        {
            longs.BeginRow(row % 5);
            for (var i = 0; i < row % 5; i++)
                longs.Append(i == 2 ? null : i * (long)row);
        }
    }

    private static void WriteHostile(string path)
    {
        var schema = new ParquetSchema(
            ParquetField.String("text"),
            ParquetField.Bytes("bytes"),
            ParquetField.String("a name with \" and ' and ü", nullable: true),
            ParquetField.Map("map", ParquetField.String("key"), ParquetField.String("value"))
        );
        using var writer = ParquetWriter.Create(path, schema, new ParquetWriterOptions { PageRows = 2 });
        foreach (var text in Hostile)
        {
            writer.Bytes("text").Append(text);
            writer.Bytes("bytes").Append([0xFF, .. System.Text.Encoding.UTF8.GetBytes(text), 0x00, 0xC0]);
            writer.Bytes("a name with \" and ' and ü").Append(text);
            writer.Bytes("map.key_value.key").Write([text], [1]);
            writer.Bytes("map.key_value.value").Write([text], [1]);
        }

        writer.Close();
    }

    private static void WriteNothing(string path, bool isNull)
    {
        var schema = new ParquetSchema(
            ParquetField.Map("map", ParquetField.String("key"), ParquetField.String("value"), nullable: true),
            ParquetField.List("list", ParquetField.Int64("element", nullable: true), nullable: true),
            ParquetField.Double("number", nullable: true),
            ParquetField.String("text", nullable: true)
        );
        using var writer = ParquetWriter.Create(path, schema);
        for (var row = 0; row < 100; row++)
        {
            foreach (
                var column in (ParquetColumnWriter[])
                    [writer.Bytes("map.key_value.key"), writer.Bytes("map.key_value.value"), writer.Column<long>("list")]
            )
            {
                if (isNull)
                    column.AppendNull();
                else
                    column.BeginRow(0);
            }

            writer.Column<double>("number").AppendNull();
            writer.Bytes("text").AppendNull();
        }

        writer.Close();
    }

    private static void WriteEncodings(string path)
    {
        var schema = new ParquetSchema(
            ParquetField.Int64("plain").WithEncoding(ParquetEncoding.Plain),
            ParquetField.Int64("delta").WithEncoding(ParquetEncoding.DeltaBinaryPacked),
            ParquetField.Int32("delta32").WithEncoding(ParquetEncoding.DeltaBinaryPacked),
            ParquetField.Double("split").WithEncoding(ParquetEncoding.ByteStreamSplit),
            ParquetField.Float("split32").WithEncoding(ParquetEncoding.ByteStreamSplit),
            ParquetField.String("lengths").WithEncoding(ParquetEncoding.DeltaLengthByteArray),
            ParquetField.String("prefixes", nullable: true).WithEncoding(ParquetEncoding.DeltaByteArray),
            ParquetField.String("dictionary").WithEncoding(ParquetEncoding.RleDictionary),
            ParquetField.Timestamp("nanos", ParquetTimeUnit.Nanoseconds)
        );
        using var writer = ParquetWriter.Create(path, schema);
        var random = new Random(7);
        for (var row = 0; row < 2500; row++)
        {
            writer.Column<long>("plain").Append(random.NextInt64());
            writer
                .Column<long>("delta")
                .Append(
                    row % 100 == 0 ? long.MinValue
                    : row % 100 == 1 ? long.MaxValue
                    : random.NextInt64(1000)
                );
            writer
                .Column<int>("delta32")
                .Append(
                    row % 90 == 0 ? int.MinValue
                    : row % 90 == 1 ? int.MaxValue
                    : random.Next(1000)
                );
            writer.Column<double>("split").Append(random.NextDouble());
            writer.Column<float>("split32").Append(random.NextSingle());
            writer.Bytes("lengths").Append(new string('y', random.Next(20)) + row);
            writer.Bytes("prefixes").Append(row % 9 == 0 ? null : $"shared/prefix/{row / 10}/{row}");
            writer.Bytes("dictionary").Append($"d{row % 3}");
            writer.Column<long>("nanos").Append(1_700_000_000_123_456_000 + row * 1_001_000L);
        }

        writer.Close();
    }

    /// <summary>Pages of NULLs before, between and behind pages with values, in columns with and without dictionary.</summary>
    private static void WriteNullPages(string path)
    {
        var schema = new ParquetSchema(
            ParquetField.String("text", nullable: true),
            ParquetField.Int64("number", nullable: true),
            ParquetField.Double("unique", nullable: true)
        );
        using var writer = ParquetWriter.Create(path, schema, new ParquetWriterOptions { PageRows = 50 });
        for (var row = 0; row < 600; row++)
        {
            var isThere = row / 100 % 2 == 1;
            writer.Bytes("text").Append(isThere ? $"t{row % 4}" : null);
            writer.Column<long>("number").Append(isThere ? row % 5 : null);
            writer.Column<double>("unique").Append(isThere ? Math.Sin(row) : null);
        }

        writer.Close();
    }
}
