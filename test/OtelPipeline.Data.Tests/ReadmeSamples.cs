using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests;

[NonParallelizable]
internal sealed class ReadmeSamples
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
    public async Task The_queries_of_the_readme_run()
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
            Queries();
            Assert.That(written.ToString().Trim(), Does.EndWith("True"));
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = before;
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Queries()
    {
        TraceQLQuery
            .Parse("{ .pipeline.node.name = \"clean\" && duration > 2s }")
            .Search(["telemetry"], found => Console.WriteLine($"{found.TraceId} {found.Spans[0].Span.Name}"));

        var failures = TraceQLQuery.Parse("{ status = error } | rate() by (.pipeline.node.name)").Measure(["telemetry"]);
        foreach (var series in failures.Series)
            Console.WriteLine($"{series}: {string.Join(' ', series.Values)}");

        var slow = SpanFilter.Parse("{ name = \"node clean\" && duration > 1us }");
        Console.WriteLine(slow.Matches(new SpanRow { Name = "node clean", DurationNano = 2_000 }));
    }

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
