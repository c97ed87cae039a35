using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests;

[NonParallelizable]
internal sealed class ReadmeTests
{
    [Test]
    public async Task The_sample_of_the_readme_runs()
    {
        var root = Directory.CreateTempSubdirectory("otelpipeline-readme-").FullName;
        var before = Environment.CurrentDirectory;
        var output = Console.Out;
        try
        {
            Environment.CurrentDirectory = root;
            Directory.CreateDirectory("telemetry");
            await File.WriteAllTextAsync("telemetry/1.jsonl", Dialects.Trace + "\n");
            var written = new StringWriter();
            Console.SetOut(written);
            await Sample();
            Assert.That(written.ToString().Trim(), Is.EqualTo("etl: 00:00:00.0000020"));
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = before;
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public void The_sample_that_runs_is_the_one_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Data", "README.md"));
        var sample = readme.Split("```csharp\n")[1].Split("```")[0];
        var source = File.ReadAllText(Path.Combine(RepositoryPaths.TestProject(), "ReadmeTests.cs"));
        Assert.That(Words(source), Does.Contain(Words(sample)));
    }

    private static string Words(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static async Task Sample()
    {
        var report = new TelemetryReadReport();
        var slowest = new Dictionary<string, TimeSpan>();
        await foreach (var span in TelemetryReader.ReadSpansAsync("telemetry", new TelemetryReadOptions { Report = report }))
        {
            var duration = TimeSpan.FromTicks(span.DurationNano / 100);
            var pipeline = span.Attributes.GetString("pipeline.name") ?? span.Resource.ServiceName ?? "unknown";
            if (!slowest.TryGetValue(pipeline, out var longest) || duration > longest)
                slowest[pipeline] = duration;
        }

        foreach (var (pipeline, duration) in slowest)
            Console.WriteLine($"{pipeline}: {duration}");
        foreach (var error in report.Errors)
            Console.Error.WriteLine(error); // file:line: why
        foreach (var (kind, count) in report.Leniencies)
            Console.Error.WriteLine($"forgiven: {kind} {count} times");
        foreach (var gap in report.RotationGaps)
            Console.Error.WriteLine($"missing: files {gap.First} to {gap.Last} of {gap.Instance}");
    }
}
