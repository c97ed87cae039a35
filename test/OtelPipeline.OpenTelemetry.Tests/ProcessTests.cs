using System.Diagnostics;
using System.Text.Json;
using OpenTelemetry;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Tests;

/// <summary>What only a real process can show: environment, switches read at start, signals.</summary>
[NonParallelizable]
public sealed class ProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // its own output folder, with its own runtime configuration: the tests' folder has the ASP.NET framework's
    private static readonly string s_program = Path.Combine(
        AppContext.BaseDirectory.Replace("OtelPipeline.OpenTelemetry.Tests", "OtelPipeline.TestChild", StringComparison.Ordinal),
        "OtelPipeline.TestChild.dll"
    );

    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("otelpipeline-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    private static ProcessStartInfo Child(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet"
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(s_program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var variable in new[] { "TRACEPARENT", "TRACESTATE", "BAGGAGE", "OTEL_SDK_DISABLED" })
            start.Environment.Remove(variable);
        return start;
    }

    private static async Task<string> OutputAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
        await process.WaitForExitAsync().WaitAsync(s_patience);
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output.Trim();
    }

    [Test]
    public async Task A_child_process_continues_the_run_and_trace_of_the_node_that_started_it()
    {
        var capture = new Capture();
        var output = "";
        var expected = "";
        using (OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation())))
        {
            await new Pipeline("parent").RunAsync(run =>
                run.NodeAsync(
                    "spawn",
                    NodeType.Control,
                    async node =>
                    {
                        var start = Child("continue");
                        node.Environment(start);
                        output = await OutputAsync(start);
                        expected = $"run={run.Id} trace={node.Activity!.TraceId} parent={node.Activity.SpanId}";
                    }
                )
            );
        }

        Assert.That(output, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_child_with_an_environment_that_is_no_trace_starts_its_own()
    {
        var start = Child("continue");
        start.Environment["TRACEPARENT"] = "rubbish";
        start.Environment["BAGGAGE"] = PipelineAttributes.RunId + "=not-an-id";
        var output = await OutputAsync(start);
        Assert.That(output, Does.Match("^run=[0-9a-f-]{36} trace=[0-9a-f]{32} parent=0{16}$"));
    }

    [TestCase("OTEL_SDK_DISABLED", "true", false)]
    [TestCase("OtelPipeline__Enabled", "false", false)]
    [TestCase("OtelPipeline__Enabled", "true", true)]
    public async Task Environment_variables_turn_everything_off(string variable, string value, bool observed)
    {
        var start = Child("observed", _directory);
        start.Environment[variable] = value;
        Assert.That(await OutputAsync(start), Is.EqualTo(observed ? "observed" : "unobserved"));
        var records = Directory.GetFiles(_directory, "*.jsonl", SearchOption.AllDirectories).Sum(f => File.ReadAllLines(f).Length);
        Assert.That(records, observed ? Is.GreaterThan(0) : Is.Zero);
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    public async Task A_signal_flushes_what_is_buffered(string signal)
    {
        var (_, error) = await SignalAsync(Child("wait", _directory), signal);
        Assert.That(Spans(), Does.Contain("node done"));
        Assert.That(error, Does.Not.Contain("OtelPipeline:"));
    }

    [Test]
    public async Task A_signal_waits_no_longer_than_it_may_and_says_what_was_lost()
    {
        var (_, error) = await SignalAsync(Child("wait", _directory, "stuck"), "TERM");
        Assert.That(
            error,
            Does.Match(
                "OtelPipeline: SIGTERM: up to 1 spans and \\d+ log records( and the last metrics)? did not reach an exporter within 2 s"
            )
        );
        Assert.That(Spans(), Does.Contain("node done"), "the exporter that works has got everything");
    }

    private static async Task<(int ExitCode, string Error)> SignalAsync(ProcessStartInfo start, string signal)
    {
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            Assert.That(await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience), Is.EqualTo("ready"));
            using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]))
                await kill.WaitForExitAsync().WaitAsync(s_patience);
            await process.WaitForExitAsync().WaitAsync(s_patience);
            return (process.ExitCode, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    private List<string> Spans() =>
        [
            .. Directory
                .GetFiles(Path.Combine(_directory, "spans"), "*.jsonl")
                .SelectMany(File.ReadLines)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .SelectMany(root => root.GetProperty("resourceSpans").EnumerateArray())
                .SelectMany(resource => resource.GetProperty("scopeSpans").EnumerateArray())
                .SelectMany(scope => scope.GetProperty("spans").EnumerateArray())
                .Select(span => span.GetProperty("name").GetString()!),
        ];
}
