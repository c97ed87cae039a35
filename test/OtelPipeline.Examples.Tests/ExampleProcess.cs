using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using OtelPipeline.Testing;

namespace OtelPipeline.Examples.Tests;

/// <summary>An example that runs as a process of its own.</summary>
internal sealed class ExampleProcess : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();
    private readonly Task _read;
    private TaskCompletionSource _changed = NewSignal();

    private ExampleProcess(Process process)
    {
        _process = process;
        _read = Task.WhenAll(CollectAsync(process.StandardOutput), CollectAsync(process.StandardError));
    }

    /// <summary>What it has written so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
                return _output.ToString();
        }
    }

    public static ExampleProcess Start(
        string example,
        string workingDirectory,
        string[] arguments,
        params (string Key, string Value)[] environment
    )
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(RepositoryPaths.Root, "examples", example, "bin", configuration, "net10.0", example + ".dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsTelemetrySetting).ToList())
            start.Environment.Remove(name);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new ExampleProcess(Process.Start(start)!);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string example,
        string workingDirectory,
        string[] arguments,
        params (string Key, string Value)[] environment
    )
    {
        using var process = Start(example, workingDirectory, arguments, environment);
        return (await process.WaitForExitAsync(), process.Output);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            await _read.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process did not end within {Patience}. Its output:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async Task WaitForOutputAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal))
                    return;
                changed = _changed.Task;
            }

            if (_read.IsCompleted && !Output.Contains(text, StringComparison.Ordinal))
                throw new InvalidOperationException($"The process ended without writing '{text}'. Its output:\n{Output}");
            try
            {
                await Task.WhenAny(changed, _read).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"'{text}' was not written within {Patience}. The output so far:\n{Output}");
            }
        }
    }

    public void Interrupt() => Assert.That(Kill(_process.Id, 2), Is.Zero, "kill(SIGINT)");

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static bool IsTelemetrySetting(string name) =>
        name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OtelPipeline", StringComparison.OrdinalIgnoreCase)
        || name is "TRACEPARENT" or "TRACESTATE" or "BAGGAGE" or "NO_COLOR";

    private async Task CollectAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            TaskCompletionSource changed;
            lock (_lock)
            {
                _output.Append(line).Append('\n');
                (changed, _changed) = (_changed, NewSignal());
            }

            changed.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
