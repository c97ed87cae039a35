using System.Text.Json.Nodes;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Other Parquet libraries read what this one writes, with equal values.</summary>
public sealed class InteropTests
{
    private static readonly string[] Engines = ["duckdb", "hyparquet", "parquet-wasm"];
    private readonly Dictionary<string, Dictionary<string, JsonObject>> _results = [];
    private string _folder = "";

    [OneTimeSetUp]
    public void WriteFiles()
    {
        _folder = Directory.CreateTempSubdirectory("parquet-interop").FullName;
        foreach (var name in WrittenFiles.Names)
            WrittenFiles.Write(name, PathOf(name));
        foreach (var engine in Engines)
            _results[engine] = NodePrograms.Read(engine, [.. WrittenFiles.Names.Select(PathOf)]);
    }

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Another_library_reads_the_same_values(
        [ValueSource(nameof(Engines))] string engine,
        [ValueSource(typeof(WrittenFiles), nameof(WrittenFiles.Names))] string name
    )
    {
        var expected = RowAssembler.Read(PathOf(name));

        var result = _results[engine][PathOf(name)];

        Assert.That(result["error"]?.ToString(), Is.Null);
        var rows = result["rows"]!.AsArray();
        Assert.That(rows, Has.Count.EqualTo(expected.Count));
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (column, value) in expected[i])
            {
                var read = rows[i]![column];
                Assert.That(
                    JsonNode.DeepEquals(value, read),
                    Is.True,
                    () => $"row {i}, {column}: {value?.ToJsonString()} was read as {read?.ToJsonString()}"
                );
            }
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".parquet");
}
