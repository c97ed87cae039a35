using System.Collections.Concurrent;
using System.Xml;
using OtelPipeline;

namespace QuickStart;

/// <summary>Measures how well .NET assemblies are documented, from the XML documentation files in a folder.</summary>
internal sealed class DocumentationPipeline(string input, string output, string? failAt)
{
    public static readonly string[] Nodes = ["discover", "read", "parse", "aggregate", "check", "write"];

    private static readonly Pipeline s_pipeline = new("xml_documentation", new PipelineOptions { Version = "1.0" });

    /// <summary>The steps and what depends on what. Each node says what it read and wrote; its outcome follows from how it ends.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        s_pipeline.RunAsync(
            async run =>
            {
                run.Configuration(new { Input = input, Output = output });
                var paths = await run.NodeAsync("discover", NodeType.Source, Discover);
                var files = await run.NodeAsync("read", NodeType.Source, node => ReadAsync(paths, node), dependsOn: ["discover"]);
                var parsed = await run.NodeAsync(
                    "parse",
                    NodeType.Transform,
                    node => ParseAsync(files, paths.Length, node),
                    dependsOn: ["read"]
                );
                var coverage = await run.NodeAsync("aggregate", NodeType.Transform, node => Aggregate(parsed, node), dependsOn: ["parse"]);
                await run.NodeAsync("check", NodeType.Check, node => Check(coverage, node), dependsOn: ["aggregate"]);
                await run.NodeAsync("write", NodeType.Sink, node => WriteAsync(coverage, node), dependsOn: ["aggregate", "check"]);
            },
            cancellationToken
        );

    private string[] Discover(PipelineNode node)
    {
        FailIfAsked("discover");
        if (!Directory.Exists(input))
            throw new DirectoryNotFoundException(
                $"The input '{input}' is no folder that exists. Name one that holds *.xml files with --input DIR."
            );
        var paths = Directory.GetFiles(input, "*.xml", SearchOption.AllDirectories);
        if (paths.Length == 0)
            throw new InvalidDataException($"The input folder '{input}' holds no *.xml files. Name another one with --input DIR.");
        Array.Sort(paths, StringComparer.Ordinal);
        node.Records(written: paths.Length);
        return paths;
    }

    private async Task<List<SourceFile>> ReadAsync(string[] paths, PipelineNode node)
    {
        FailIfAsked("read");
        var files = new ConcurrentBag<SourceFile>();
        await Parallel.ForEachAsync(
            paths,
            SeveralAtATime(node),
            async (path, cancel) =>
            {
                try
                {
                    var content = await File.ReadAllBytesAsync(path, cancel);
                    node.Records(read: 1, bytes: content.Length);
                    files.Add(new SourceFile(path, content));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    node.Records(rejected: 1);
                    node.Warn($"{path}: cannot be read, left out. Check that it exists and may be read. {e.Message}", "unreadable_file");
                }
            }
        );
        return [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private async Task<ParsedFiles> ParseAsync(List<SourceFile> files, int found, PipelineNode node)
    {
        FailIfAsked("parse");
        var documents = new DocumentationFile?[files.Count];
        var rejected = found - files.Count;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Count),
            SeveralAtATime(node),
            (i, _) =>
            {
                node.Records(read: 1);
                try
                {
                    // other XML lies beside the documentation, such as lists of files
                    documents[i] = DocumentationFile.Parse(files[i]);
                    if (documents[i] is { } document)
                        node.Records(written: document.Members.Count);
                    else
                        node.Records(filtered: 1);
                }
                catch (XmlException e)
                {
                    Interlocked.Increment(ref rejected);
                    node.Records(rejected: 1);
                    node.Warn(
                        $"{files[i].Path}:{e.LineNumber}: not well-formed XML, left out. Correct it or remove it. {e.Message}",
                        "malformed_xml"
                    );
                }

                return ValueTask.CompletedTask;
            }
        );
        return new ParsedFiles([.. documents.OfType<DocumentationFile>()], found, rejected);
    }

    private Coverage Aggregate(ParsedFiles parsed, PipelineNode node)
    {
        FailIfAsked("aggregate");
        var coverage = Coverage.Of(parsed);
        node.Records(
            read: parsed.Documents.Sum(d => d.Members.Count),
            written: coverage.Assemblies.Count,
            deduplicated: coverage.Duplicates
        );
        return coverage;
    }

    private void Check(Coverage coverage, PipelineNode node)
    {
        FailIfAsked("check");
        node.Records(read: coverage.Assemblies.Count);
        node.Check("rejected_file_ratio", coverage.RejectedFileRatio, CheckThreshold.AtMost(fail: 0.1, warn: 0));
        node.Check(
            "documented_share",
            coverage.Share,
            CheckThreshold.AtLeast(fail: 0.5, warn: 0.9),
            failedRecords: coverage.Members - coverage.Documented
        );
        if (node.Check("has_members", coverage.Members, CheckThreshold.AtLeast(1)) == CheckResult.Fail)
            throw new InvalidDataException(
                $"None of the {coverage.Files} XML files in '{input}' documents a member, so there is nothing to write. Name a folder with documentation files with --input DIR."
            );
    }

    private async Task WriteAsync(Coverage coverage, PipelineNode node)
    {
        FailIfAsked("write");
        var bytes = await coverage.WriteAsync(output, node.CancellationToken);
        node.Records(written: coverage.Assemblies.Count, bytes: bytes);
        node.Dataset("documentation_coverage").Wrote(coverage.Assemblies.Count, bytes);
    }

    private void FailIfAsked(string node)
    {
        if (node == failAt)
            throw new InvalidOperationException($"Node '{node}' was told to fail by --fail-at.");
    }

    private static ParallelOptions SeveralAtATime(PipelineNode node) =>
        new() { MaxDegreeOfParallelism = Math.Max(4, Environment.ProcessorCount), CancellationToken = node.CancellationToken };
}

/// <summary>A file as it was read.</summary>
internal sealed record SourceFile(string Path, byte[] Content);

/// <summary>What could be parsed, of how many files, and how many of them were unreadable or broken.</summary>
internal sealed record ParsedFiles(List<DocumentationFile> Documents, int Files, int Rejected);
