using System.Diagnostics;
using System.Globalization;
using OtelPipeline.Data.Runs;
using OtelPipeline.OpenTelemetry;

namespace QuickStart;

/// <summary>Shows which nodes are at work, as the run's own events tell it: one line that changes on a terminal, a line for each change elsewhere.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private readonly RunSummary _summary;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly HashSet<string> _said = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _tick;

    public Progress(RunSummary summary)
    {
        _summary = summary;
        _loop = LoopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        if (Console.IsOutputRedirected)
            Show();
        else
            Console.Write("\r\e[K");
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                Show();
        }
        catch (OperationCanceledException)
        {
            // the run is over
        }
    }

    private void Show()
    {
        if (_summary.Latest is not { } run)
            return;
        if (Console.IsOutputRedirected)
        {
            foreach (var node in run.Nodes)
                Say(node);
            return;
        }

        var nodes = string.Join("  ", run.Nodes.Select(n => n.Active > 0 ? n.Name : $"{(n.Result == "success" ? "✔" : "✖")} {n.Name}"));
        var line = string.Create(CultureInfo.InvariantCulture, $" {"|/-\\"[_tick++ % 4]} {_watch.Elapsed.TotalSeconds:0.0} s  {nodes}");
        Console.Write("\r\e[K" + (line.Length < Console.WindowWidth ? line : line[..Math.Max(0, Console.WindowWidth - 1)]));
    }

    private void Say(NodeInfo node)
    {
        if (_said.Add(node.Name))
            Console.WriteLine($"{node.Name} ...");
        if (node.Result is not null && _said.Add(node.Name + node.Result))
            Console.WriteLine($"{node.Name}: {node.Result}");
    }
}
