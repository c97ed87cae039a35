namespace OtelPipeline.Examples.Tests.ContentDownload;

/// <summary>One run of the example for each fault and one without, begun together: most of their time they wait.</summary>
internal sealed class DownloadRuns : IDisposable
{
    public const string Healthy = "";

    private static readonly string[] s_faults =
    [
        "ttfr-p95",
        "ttfr-p50",
        Healthy,
        "limiter-delay-p95",
        "http-429",
        "yield",
        "metadata-cache",
        "breaker-opens",
        "corruption",
    ];

    // so many at the same time
    private readonly SemaphoreSlim _room = new(3);
    private readonly Workspace _workspace = new();
    private readonly Dictionary<string, Task<DownloadRun>> _runs;

    public DownloadRuns() => _runs = s_faults.ToDictionary(fault => fault, RunAsync);

    public static IEnumerable<string> Faults => s_faults.Where(f => f != Healthy);

    public Task<DownloadRun> this[string fault] => _runs[fault];

    public void Dispose()
    {
        _workspace.Dispose();
        _room.Dispose();
    }

    private async Task<DownloadRun> RunAsync(string fault)
    {
        await _room.WaitAsync();
        try
        {
            var output = Path.Combine(_workspace.Root, fault == Healthy ? "healthy" : fault);
            string[] arguments = ["--output", output, "--format", fault == Healthy ? "both" : "jsonl", "--count", "200"];
            if (fault != Healthy)
                arguments = [.. arguments, "--fault", fault];
            var (exitCode, text) = await ExampleProcess.RunAsync("ContentDownload", _workspace.Root, arguments);
            Assert.That(exitCode, Is.Zero, text);
            return new DownloadRun(output, text, DownloadTelemetry.Read(output));
        }
        finally
        {
            _room.Release();
        }
    }
}

internal sealed record DownloadRun(string Output, string Text, DownloadTelemetry Telemetry);
