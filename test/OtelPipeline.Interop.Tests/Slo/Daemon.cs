using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>A program that runs until the test ends.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly List<string> _log = [];

    private Daemon(Process process) => _process = process;

    /// <summary>Starts a program and waits until it says that it is ready.</summary>
    public static async Task<(Daemon Daemon, string Line)> StartAsync(string program, IEnumerable<string> arguments, string ready, string package)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            throw new AssertionException($"'{program}' was not found: apt-get install {package}");
        }

        var daemon = new Daemon(process);
        var line = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        DataReceivedEventHandler received = (_, e) =>
        {
            lock (daemon._log)
                daemon._log.Add(e.Data ?? "");
            if (e.Data is null)
                line.TrySetException(new AssertionException($"{program} ended:\n{daemon.Log}"));
            else if (e.Data.Contains(ready, StringComparison.Ordinal))
                line.TrySetResult(e.Data);
        };
        process.ErrorDataReceived += received;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            return (daemon, await line.Task.WaitAsync(Patience));
        }
        catch (Exception)
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it said so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
