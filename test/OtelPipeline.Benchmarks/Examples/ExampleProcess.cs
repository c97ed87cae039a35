using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace OtelPipeline.Benchmarks.Examples;

/// <summary>An example that runs to its end as a process of its own, and what that took.</summary>
internal readonly record struct ExampleProcess(TimeSpan Cpu, double PeakMegabytes)
{
    private static readonly TimeSpan s_scrapeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it, the only child at this time, so that what children took is what it took.</summary>
    /// <param name="program">The assembly, or the program where it was compiled to native code.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="servesMetrics">It takes <c>--urls</c>; its <c>/metrics</c> is scraped now and then, as Prometheus would.</param>
    public static async Task<ExampleProcess> RunAsync(string program, IEnumerable<string> arguments, bool servesMetrics)
    {
        var folder = Directory.CreateTempSubdirectory("otelpipeline-cost-").FullName;
        try
        {
            var url = $"http://127.0.0.1:{FreePort()}";
            string[] all = ["--output", folder, .. arguments, .. servesMetrics ? ["--urls", url] : Array.Empty<string>()];
            var start = program.EndsWith(".dll", StringComparison.Ordinal)
                ? new ProcessStartInfo("dotnet", [program, .. all])
                : new ProcessStartInfo(program, all);
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            start.WorkingDirectory = folder;
            var before = ChildrenCpu();
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            using var ended = new CancellationTokenSource();
            var peak = WatchMemoryAsync(process.Id, ended.Token);
            var scrapes = servesMetrics ? ScrapeAsync(new Uri(url + "/metrics"), ended.Token) : Task.CompletedTask;
            await process.WaitForExitAsync().WaitAsync(s_patience);
            await ended.CancelAsync();
            await scrapes;
            if (process.ExitCode != 0)
                throw new InvalidOperationException(
                    $"{program} {string.Join(' ', all)} ended with {process.ExitCode}:\n{await output}{await errors}"
                );
            return new(ChildrenCpu() - before, await peak);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // the peak only grows: what was read last before the end is as good as what it was
    private static async Task<double> WatchMemoryAsync(int processId, CancellationToken ended)
    {
        var peak = 0.0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var line = File.ReadLines($"/proc/{processId}/status")
                    .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null)
                    peak = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // it has ended
        }

        return peak;
    }

    private static async Task ScrapeAsync(Uri uri, CancellationToken ended)
    {
        using var http = new HttpClient();
        using var timer = new PeriodicTimer(s_scrapeInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
                await http.GetByteArrayAsync(uri, ended);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            // it has ended, or has no telemetry
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // user and system time of all children that have ended (getrusage(2))
    public static TimeSpan ChildrenCpu()
    {
        var usage = new long[18];
        if (GetResourceUsage(-1, usage) != 0)
            throw new InvalidOperationException($"getrusage failed with {Marshal.GetLastPInvokeError()}.");
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetResourceUsage(int who, long[] usage);
}
