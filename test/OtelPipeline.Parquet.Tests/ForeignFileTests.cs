using System.Text.Json.Nodes;

namespace OtelPipeline.Parquet.Tests;

/// <summary>What other Parquet libraries write is read with the values that DuckDB reads from it.</summary>
public sealed class ForeignFileTests
{
    private string _folder = "";
    private string[] _files = [];
    private Dictionary<string, JsonObject> _expected = [];

    [OneTimeSetUp]
    public void WriteFiles()
    {
        _folder = Directory.CreateTempSubdirectory("parquet-foreign").FullName;
        NodePrograms.Run("write.mjs", _folder);
        _files = [.. Directory.GetFiles(_folder, "*.parquet").Order(StringComparer.Ordinal)];
        _expected = NodePrograms.Read("duckdb", _files);
    }

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Every_file_has_the_values_that_DuckDB_reads()
    {
        Assert.That(_files, Has.Length.EqualTo(20));
        // DuckDB does not read split UUIDs; the rows are those of the other files of that writer
        var delta = Path.Combine(_folder, "wasm-v2-delta.parquet");
        _expected[delta] = _expected[Path.Combine(_folder, "wasm-v1-snappy.parquet")];
        Assert.Multiple(() =>
        {
            foreach (var file in _files)
                Compare(Path.GetFileNameWithoutExtension(file), RowAssembler.Read(file), _expected[file]["rows"]!.AsArray());
        });
    }

    [Test]
    public void Bounds_and_bloom_filters_of_other_writers_never_hide_a_row()
    {
        foreach (var file in _files)
        {
            using var reader = ParquetReader.Open(file);
            foreach (var group in reader.RowGroups)
            {
                using var ids = group.Read<int>("i32");
                foreach (var entry in (int[])[0, ids.Count / 2, ids.Count - 1])
                {
                    var rows = group.Select(ParquetFilter.Equal("i32", ids.Values[entry]));
                    Assert.That(rows.Ranges.Any(r => r.Start <= entry && entry < r.End), Is.True, file);
                    using var selected = group.Read<int>("i32", rows);
                    Assert.That(selected.Values.Contains(ids.Values[entry]), Is.True, file);
                    using var single = group.Read<int>("i32", ParquetRowSelection.FromRanges([(entry, entry + 1)]));
                    Assert.That(single.Values.ToArray(), Is.EqualTo(new[] { ids.Values[entry] }), file);
                }

                Assert.That(group.Select(ParquetFilter.Equal("text", "name 3")).IsEmpty, Is.False, file);
            }
        }
    }

    private static void Compare(string name, List<JsonObject> rows, JsonArray expected)
    {
        Assert.That(rows, Has.Count.EqualTo(expected.Count), name);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (column, value) in expected[i]!.AsObject())
            {
                if (JsonNode.DeepEquals(value, rows[i][column]))
                    continue;
                Assert.Fail($"{name}, row {i}, {column}: {value?.ToJsonString()} was read as {rows[i][column]?.ToJsonString()}");
                return;
            }
        }
    }
}
