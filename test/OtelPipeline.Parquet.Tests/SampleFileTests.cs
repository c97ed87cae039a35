using System.Text.Json.Nodes;
using OtelPipeline.Testing;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Files of Apache's parquet-testing collection, where they lie beside the repository.</summary>
public sealed class SampleFileTests
{
    private static IEnumerable<string> Readable => Files("read");

    private static IEnumerable<string> Rejected => Files("reject");

    [TestCaseSource(nameof(Readable))]
    public void A_readable_file_gives_the_values_that_DuckDB_read(string path)
    {
        var expectedPath = Path.Combine(Path.GetDirectoryName(path)!, "..", "expected", Path.GetFileName(path) + ".json");
        var expected = JsonNode.Parse(File.ReadAllText(expectedPath))!.AsArray();

        var rows = RowAssembler.Read(path);

        Assert.That(rows, Has.Count.EqualTo(expected.Count));
        for (var i = 0; i < rows.Count; i++)
            Assert.That(
                JsonNode.DeepEquals(rows[i], expected[i]),
                Is.True,
                () => $"row {i}: {rows[i].ToJsonString()} is not {expected[i]!.ToJsonString()}"
            );
    }

    [TestCaseSource(nameof(Rejected))]
    public void A_damaged_file_gives_one_error_that_names_it(string path)
    {
        var error = Assert.Throws<ParquetException>(() => RowAssembler.Read(path));

        Assert.That(error!.Message, Does.StartWith($"{path}: offset "));
        Assert.That(error.FileName, Is.EqualTo(path));
        TestContext.Out.WriteLine(error.Message);
    }

    private static string[] Files(string folder)
    {
        var path = RepositoryPaths.Samples is null ? "" : Path.Combine(RepositoryPaths.Samples, "parquet", folder);
        return Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.parquet").Order(StringComparer.Ordinal)] : [];
    }
}
