namespace OtelPipeline.Parquet.Tests;

/// <summary>Bounds, page indexes and bloom filters: they skip what they can, and never what is wanted.</summary>
public sealed class PruningTests
{
    private const int Rows = 10_000;
    private const int PageRows = 500;

    private ParquetReader _reader = null!;
    private ParquetRowGroup _group = null!;

    [OneTimeSetUp]
    public void Write()
    {
        var schema = new ParquetSchema(
            ParquetField.Int64("time"),
            ParquetField.String("id").WithBloomFilter(),
            ParquetField.Int32("number", nullable: true).WithBloomFilter(),
            ParquetField.List("list", ParquetField.Int32("element")),
            ParquetField.String("rare", nullable: true)
        );
        _reader = WriterTests.Write(
            schema,
            new ParquetWriterOptions { PageRows = PageRows },
            writer =>
            {
                for (var i = 0; i < Rows; i++)
                {
                    writer.Column<long>("time").Append(i * 10L);
                    writer.Bytes("id").Append(Id(i));
                    writer.Column<int>("number").Append(i % 10 == 0 ? null : i);
                    writer.Column<int>("list").Write([.. Enumerable.Repeat(i, i % 4)], [i % 4]);
                    writer.Bytes("rare").Append(i / PageRows == 7 ? "here" : null);
                }
            }
        );
        _group = _reader.RowGroups[0];
    }

    [OneTimeTearDown]
    public void Close() => _reader.Dispose();

    [Test]
    public void A_time_range_selects_its_pages_only()
    {
        var rows = _group.Select(ParquetFilter.Between<long>("time", 12_340, 15_000));

        Assert.That(rows.Ranges, Is.EqualTo(new[] { (1000L, 2000L) }));
    }

    [Test]
    public void All_columns_give_the_rows_of_the_selection()
    {
        var rows = ParquetRowSelection.FromRanges([(3, 4), (499, 502), (9_990, 10_000)]);
        int[] expected = [3, 499, 500, 501, .. Enumerable.Range(9_990, 10)];

        using var times = _group.Read<long>("time", rows);
        using var ids = _group.ReadBytes("id", rows);
        using var numbers = _group.Read<int>("number", rows);
        using var lists = _group.Read<int>("list", rows);

        Assert.That(times.Values.ToArray(), Is.EqualTo(expected.Select(i => i * 10L)));
        Assert.That(Enumerable.Range(0, ids.Count).Select(ids.GetString), Is.EqualTo(expected.Select(Id)));
        Assert.That(Enumerable.Range(0, numbers.Count).Select(numbers.IsNull), Is.EqualTo(expected.Select(i => i % 10 == 0)));
        Assert.That(numbers.NullCount, Is.EqualTo(expected.Count(i => i % 10 == 0)));
        Assert.That(lists.RowCount, Is.EqualTo(expected.Length));
        for (var row = 0; row < expected.Length; row++)
            Assert.That(lists.Values[lists.Row(row)].ToArray(), Is.EqualTo(Enumerable.Repeat(expected[row], expected[row] % 4)));
    }

    [Test]
    public void Bloom_filters_find_every_value_and_refuse_nearly_every_other()
    {
        for (var i = 0; i < Rows; i += 97)
            Assert.That(_group.Select(ParquetFilter.Equal("id", Id(i))).IsEmpty, Is.False);
        var passed = Enumerable.Range(0, 1000).Count(i => !_group.Select(ParquetFilter.Equal("id", Id(i + 1_000_000))).IsEmpty);

        Assert.That(passed, Is.LessThan(50));
        Assert.That(_group.Select(ParquetFilter.Equal("number", 11)).IsEmpty, Is.False);
        Assert.That(_group.Select(ParquetFilter.Equal("number", -1)).IsEmpty, Is.True);
    }

    [Test]
    public void Pages_of_NULLs_are_skipped()
    {
        var rows = _group.Select(ParquetFilter.Equal("rare", "here"));

        Assert.That(rows.Ranges, Is.EqualTo(new[] { (7L * PageRows, 8L * PageRows) }));
        Assert.That(_group.Select(ParquetFilter.Equal("rare", "there")).IsEmpty, Is.True);
    }

    [Test]
    public void Filters_of_the_wrong_type_are_refused() =>
        Assert.That(() => _group.Select(ParquetFilter.Equal("time", 5)), Throws.ArgumentException.With.Message.Contains("'time'"));

    [Test]
    public void Other_libraries_find_rows_by_our_page_index_and_bloom_filters()
    {
        var folder = Directory.CreateTempSubdirectory("parquet-pruning");
        var path = Path.Combine(folder.FullName, "file.parquet");
        WrittenFiles.WriteEveryType(path, new ParquetWriterOptions { PageRows = 100 }, rows: 1000, batch: 1000);

        var result = System.Text.Json.Nodes.JsonNode.Parse(NodePrograms.Run("prune.mjs", path))!;

        folder.Delete(recursive: true);
        Assert.That(result["bloomPresent"]!.GetValue<bool>(), Is.True);
        Assert.That(result["bloomAbsent"]!.GetValue<bool>(), Is.False);
        Assert.That(
            result["rowsByPageIndex"]!.AsArray().Select(n => n!.GetValue<string>()),
            Is.EqualTo(new[] { 411, 412, 413 }.Select(i => $"{i * 1_000_000_007L}"))
        );
        Assert.That(result["rowsByBloom"]!.GetValue<int>(), Is.EqualTo(50));
        Assert.That(result["bytesByPageIndex"]!.GetValue<long>(), Is.LessThan(result["bytesOfAll"]!.GetValue<long>()));
    }

    private static string Id(int i) => $"{(uint)i * 2_654_435_761u:x8}{i:x8}";
}
