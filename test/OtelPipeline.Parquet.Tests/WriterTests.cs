using System.Text;

namespace OtelPipeline.Parquet.Tests;

/// <summary>What the writer states of a file, and what it refuses.</summary>
public sealed class WriterTests
{
    [Test]
    public void The_footer_holds_what_the_options_say()
    {
        var options = new ParquetWriterOptions { RowGroupRows = 10 };
        options.KeyValueMetadata["schema"] = "spans/1";
        options.SortingColumns.Add(new ParquetSortingColumn("id", Descending: true));
        var schema = new ParquetSchema(ParquetField.Int64("id"), ParquetField.Timestamp("at", ParquetTimeUnit.Nanoseconds, nullable: true));
        using var reader = Write(
            schema,
            options,
            writer =>
            {
                for (var batch = 0; batch < 3; batch++)
                {
                    writer.Column<long>("id").Write([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
                    writer.Column<long>("at").Write(new long[10], [true, false, true, true, true, true, true, true, true, true]);
                    writer.EndBatch();
                }
            }
        );

        Assert.That(reader.RowCount, Is.EqualTo(30));
        Assert.That(reader.RowGroups, Has.Count.EqualTo(3));
        Assert.That(reader.KeyValueMetadata["schema"], Is.EqualTo("spans/1"));
        Assert.That(reader.CreatedBy, Does.Match(@"^otelpipeline version \S+ \(build \S+\)$"));
        Assert.That(reader.RowGroups[1].SortingColumns, Is.EqualTo(new[] { new ParquetSortingColumn("id", true) }));
        Assert.That(
            reader.Schema["at"].Leaf.LogicalType,
            Is.EqualTo(new ParquetLogicalType(ParquetLogicalKind.Timestamp, ParquetTimeUnit.Nanoseconds, true))
        );
        Assert.That(reader.RowGroups[0].Columns[1].Statistics.NullCount, Is.EqualTo(1));
    }

    [Test]
    public void A_false_order_is_not_declared()
    {
        var options = new ParquetWriterOptions { PageRows = 2 };
        options.SortingColumns.Add(new ParquetSortingColumn("id"));
        using var reader = Write(
            new ParquetSchema(ParquetField.Int64("id")),
            options,
            writer =>
            {
                writer.Column<long>("id").Write([1, 2, 3]);
                writer.EndRowGroup();
                writer.Column<long>("id").Write([3, 4, 2, 5]);
                writer.EndRowGroup();
                writer.Column<long>("id").Write([1, 1, 1]);
            }
        );

        Assert.That(reader.RowGroups.Select(g => g.SortingColumns.Count), Is.EqualTo(new[] { 1, 0, 1 }));
    }

    [Test]
    public void Bounds_leave_out_NaN_and_widen_zeros()
    {
        using var reader = Write(
            new ParquetSchema(ParquetField.Double("x"), ParquetField.Double("nan")),
            new(),
            writer =>
            {
                writer.Column<double>("x").Write([double.NaN, 0.0, -0.0, double.NaN]);
                writer.Column<double>("nan").Write([double.NaN, double.NaN, double.NaN, double.NaN]);
            }
        );

        var statistics = reader.RowGroups[0].Columns[0].Statistics;
        Assert.That(statistics.NaNCount, Is.EqualTo(2));
        Assert.That(
            BitConverter.DoubleToInt64Bits(BitConverter.ToDouble(statistics.Min!.Value.Span)),
            Is.EqualTo(BitConverter.DoubleToInt64Bits(-0.0))
        );
        Assert.That(BitConverter.DoubleToInt64Bits(BitConverter.ToDouble(statistics.Max!.Value.Span)), Is.EqualTo(0));
        Assert.That(reader.RowGroups[0].Columns[1].Statistics.Min, Is.Null);
        Assert.That(reader.RowGroups[0].Columns[1].HasPageIndex, Is.False);
        using var values = reader.RowGroups[0].Read<double>("x");
        Assert.That(double.IsNegative(values.Values[2]), Is.True);
    }

    [TestCase("aé🎉", 40)]
    [TestCase("\U0010FFFF", 40)]
    [TestCase("z\uD7FF", 60)]
    public void Long_bounds_are_cut_between_characters_and_stay_bounds(string unit, int repeat)
    {
        var text = string.Concat(Enumerable.Repeat(unit, repeat));
        using var reader = Write(new ParquetSchema(ParquetField.String("text")), new(), writer => writer.Bytes("text").Append(text));

        var statistics = reader.RowGroups[0].Columns[0].Statistics;
        var utf8 = Encoding.UTF8.GetBytes(text);
        var (min, max) = (statistics.Min!.Value.ToArray(), statistics.Max!.Value.ToArray());
        Assert.That(min.AsSpan().SequenceCompareTo(utf8), Is.LessThan(0));
        Assert.That(statistics.IsMinExact, Is.False);
        Assert.That(max.AsSpan().SequenceCompareTo(utf8), Is.GreaterThanOrEqualTo(0));
        Assert.That(statistics.IsMaxExact, Is.EqualTo(max.AsSpan().SequenceEqual(utf8)));
        Assert.That(System.Text.Unicode.Utf8.IsValid(min) && System.Text.Unicode.Utf8.IsValid(max), Is.True);
    }

    [Test]
    public void Encodings_follow_the_options([Values] bool compatible)
    {
        var schema = new ParquetSchema(ParquetField.Int64("id"), ParquetField.String("name"), ParquetField.String("unique"));
        var options = new ParquetWriterOptions { Compatible = compatible, V2Encodings = !compatible };
        using var reader = Write(
            schema,
            options,
            writer =>
            {
                for (var i = 0; i < 5000; i++)
                {
                    writer.Column<long>("id").Append(i);
                    writer.Bytes("name").Append($"name {i % 3}");
                    writer.Bytes("unique").Append($"{i:x16}");
                }
            }
        );

        var encodings = reader.RowGroups[0].Columns.Select(c => c.Encodings.Where(e => e != ParquetEncoding.Rle).ToArray()).ToArray();
        Assert.That(encodings[0], Is.EqualTo(new[] { compatible ? ParquetEncoding.Plain : ParquetEncoding.DeltaBinaryPacked }));
        Assert.That(encodings[1], Is.EquivalentTo(new[] { ParquetEncoding.RleDictionary, ParquetEncoding.Plain }));
        Assert.That(encodings[2], Is.EqualTo(new[] { compatible ? ParquetEncoding.Plain : ParquetEncoding.DeltaByteArray }));
    }

    [Test]
    public void A_file_that_was_not_closed_says_so()
    {
        var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, new ParquetSchema(ParquetField.Int32("n")), leaveOpen: true))
        {
            writer.Column<int>("n").Write([1, 2, 3]);
            writer.EndRowGroup();
        }

        var error = Assert.Throws<ParquetException>(() => ParquetReader.Open(stream, "torn.parquet"));
        Assert.That(error!.Message, Does.StartWith("torn.parquet: offset ").And.Contains("never closed"));
    }

    [Test]
    public void A_failed_write_cannot_be_continued()
    {
        using var stream = new FullStream();
        using var writer = new ParquetWriter(stream, new ParquetSchema(ParquetField.Int32("n")));
        stream.IsFull = true;
        writer.Column<int>("n").Write([1, 2, 3]);

        Assert.That(writer.EndRowGroup, Throws.InstanceOf<IOException>());
        stream.IsFull = false;
        Assert.That(writer.Close, Throws.InvalidOperationException.With.Message.Contains("incomplete"));
    }

    [Test]
    public void Metadata_may_come_last_and_options_stay_as_they_were()
    {
        var options = new ParquetWriterOptions();
        options.KeyValueMetadata["first"] = "1";
        using var reader = Write(new ParquetSchema(ParquetField.Int32("n")), options, writer => writer.KeyValueMetadata["last"] = "2");

        Assert.That(reader.KeyValueMetadata, Is.EquivalentTo(new Dictionary<string, string> { ["first"] = "1", ["last"] = "2" }));
        Assert.That(options.KeyValueMetadata, Has.Count.EqualTo(1));
    }

    [Test]
    public void Misuse_is_refused_with_the_column_in_the_message()
    {
        var schema = new ParquetSchema(
            ParquetField.Int32("n"),
            ParquetField.String("text"),
            ParquetField.FixedBytes("fixed", 3),
            ParquetField.Map("map", ParquetField.String("key"), ParquetField.String("value"))
        );
        using var writer = new ParquetWriter(new MemoryStream(), schema);
        Assert.Multiple(() =>
        {
            Assert.That(() => writer.Column<long>("n"), Throws.ArgumentException.With.Message.Contains("'n' is Int32"));
            Assert.That(() => writer.Bytes("nope"), Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("map.key_value.key"));
            Assert.That(() => writer.Column<int>("n").AppendNull(), Throws.InvalidOperationException.With.Message.Contains("'n'"));
            Assert.That(() => writer.Bytes("text").Append([0xC3, 0x28]), Throws.ArgumentException.With.Message.Contains("UTF-8"));
            Assert.That(() => writer.Bytes("fixed").Append([1, 2]), Throws.ArgumentException.With.Message.Contains("3 bytes"));
            Assert.That(
                () => writer.Bytes("map.key_value.key").Append("x"),
                Throws.InvalidOperationException.With.Message.Contains("BeginRow")
            );
            Assert.That(() => new ParquetSchema(ParquetField.Int32("a"), ParquetField.Int64("a")), Throws.ArgumentException);
            Assert.That(() => ParquetField.String("s").WithEncoding(ParquetEncoding.DeltaBinaryPacked), Throws.ArgumentException);
            Assert.That(
                () => ParquetField.Map("m", ParquetField.String("k", nullable: true), ParquetField.String("v")),
                Throws.ArgumentException
            );
        });
        writer.Column<int>("n").Append(1);
        Assert.That(writer.EndBatch, Throws.InvalidOperationException.With.Message.Contains("'text' has 0 rows"));
    }

    [Test]
    public void Keys_without_values_are_refused()
    {
        var schema = new ParquetSchema(ParquetField.Map("map", ParquetField.String("key"), ParquetField.String("value")));
        using var writer = new ParquetWriter(new MemoryStream(), schema);
        writer.Bytes("map.key_value.key").Write(["a", "b"], [2]);
        writer.Bytes("map.key_value.value").Write(["1"], [1]);

        Assert.That(writer.EndBatch, Throws.InvalidOperationException.With.Message.Contains("2 keys, but 1 values"));
    }

    internal static ParquetReader Write(ParquetSchema schema, ParquetWriterOptions options, Action<ParquetWriter> fill)
    {
        var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, schema, options, leaveOpen: true))
        {
            fill(writer);
            writer.Close();
        }

        return ParquetReader.Open(stream);
    }

    private sealed class FullStream : MemoryStream
    {
        public bool IsFull { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsFull)
                throw new IOException("No space left on device");
            base.Write(buffer);
        }
    }
}
