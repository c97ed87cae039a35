using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Parquet.Tests;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>Other programs read what the exporter wrote: DuckDB answers the README's queries, hyparquet and parquet-wasm give DuckDB's rows.</summary>
public sealed partial class QueryTests
{
    private TemporaryDirectory _directory;

    [OneTimeSetUp]
    public async Task RunPipelines()
    {
        _directory = new TemporaryDirectory();
        using var cache = new ActivitySource("cache");
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.WithTracing(tracing => tracing.AddSource(cache.Name)).UsePipelineInstrumentation().UseParquetExporter(_directory.Path)
        );
        for (var i = 0; i < 3; i++)
        {
            try
            {
                await new Pipeline("sales").RunAsync(async run =>
                {
                    await run.NodeAsync("load", NodeType.Source, node => node.Records(read: 10, written: 10));
                    using (var lookup = cache.StartActivity("lookup"))
                        lookup?.AddTag("pipeline.cache.result", i == 0 ? "miss" : "hit");
                    await run.NodeAsync("join", NodeType.Transform, node => node.Warn("late rows", "late"), dependsOn: ["load"]);
                    if (i == 2)
                        await run.NodeAsync("store", NodeType.Sink, _ => throw new InvalidDataException("no room"));
                });
            }
            catch (InvalidDataException)
            {
                // the third run is meant to fail
            }
        }
    }

    [OneTimeTearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void The_queries_of_the_readme_have_answers()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Exporter.Parquet", "README.md"));
        var queries = Sql().Matches(readme).Select(match => match.Groups[1].Value.Replace("'telemetry/", $"'{_directory.Path}/")).ToArray();
        Assert.That(queries, Has.Length.EqualTo(10));
        var answers = Query(queries);
        Assert.That(
            answers.Select(answer => answer.Count),
            Is.EqualTo(new[] { 3, 3, 3, 7, 2, 2, answers[6].Count, answers[7].Count, answers[8].Count, 1 })
        );

        Assert.Multiple(() =>
        {
            Assert.That(answers[0].Single(row => Text(row, "node_name") == "load")!["executions"]!.ToString(), Is.EqualTo("3"));
            Assert.That(
                answers[1].Select(row => $"{row!["node_name"]} {row["failed_ratio"]}"),
                Is.EqualTo(new[] { "store 1", "join 0", "load 0" })
            );
            Assert.That(answers[2].Select(row => Text(row, "result")), Is.EqualTo(new[] { "failure", "success", "success" }));
            Assert.That(answers[3].Select(row => Text(row, "trace_id")), Is.All.Length.EqualTo(32));
            Assert.That(answers[4].Select(row => $"{row!["cache_result"]} {row["lookups"]}"), Is.EqualTo(new[] { "hit 2", "miss 1" }));
            Assert.That(answers[5].Select(row => Text(row, "error_type")), Is.All.EqualTo("System.IO.InvalidDataException"));
            Assert.That(answers[6].Sum(row => int.Parse(Text(row, "records"))), Is.EqualTo(30));
            Assert.That(answers[7].Select(row => Text(row, "event_name")), Does.Contain("pipeline.run.start"));
            Assert.That(answers[8].Select(row => Text(row, "metric_name")), Does.Contain("pipeline.node.records"));
            Assert.That(answers[9].Select(row => $"{row!["node_name"]} {row["warnings"]}"), Is.EqualTo(new[] { "join 3" }));
        });
    }

    [TestCase("spans")]
    [TestCase("logs")]
    [TestCase("metrics")]
    public void Other_libraries_read_the_rows_that_DuckDB_reads(string signal)
    {
        var files = _directory.Files(signal).Select(file => Path.Combine(_directory.Path, signal, file)).ToArray();
        Assert.That(files, Is.Not.Empty);
        var expected = NodePrograms.Read("duckdb", files);
        foreach (var engine in (string[])["hyparquet", "parquet-wasm"])
        {
            var rows = NodePrograms.Read(engine, files);
            foreach (var file in files)
            {
                Assert.That(rows[file]["error"], Is.Null, engine);
                Assert.That(JsonNode.DeepEquals(rows[file]["rows"], expected[file]["rows"]), $"{engine} differs from DuckDB in {file}");
            }
        }
    }

    private static JsonArray[] Query(string[] queries) =>
        [
            .. NodePrograms
                .Run("query.mjs", queries)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(
                    (line, i) => JsonNode.Parse(line)!["rows"] as JsonArray ?? throw new InvalidOperationException($"{line}\n{queries[i]}")
                ),
        ];

    private static string Text(JsonNode? row, string column) => row![column]!.ToString();

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();
}
