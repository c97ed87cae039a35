using System.Diagnostics;
using System.Text.Json.Nodes;
using OtelPipeline.Testing;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Runs the scripts of test/interop-npm, which let other Parquet libraries judge files.</summary>
internal static class NodePrograms
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "test", "interop-npm");

    /// <summary>The rows of each file as another library reads them.</summary>
    public static Dictionary<string, JsonObject> Read(string engine, IReadOnlyCollection<string> files)
    {
        var lines = Run("read.mjs", [engine, .. files]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return files.Zip(lines).ToDictionary(pair => pair.First, pair => JsonNode.Parse(pair.Second)!.AsObject());
    }

    public static string Run(string script, params string[] arguments)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Assert.Fail("The packages of test/interop-npm are missing: run npm ci --prefix test/interop-npm");
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            Assert.Fail($"node {script} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
