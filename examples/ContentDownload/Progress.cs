using System.Globalization;
using ContentDownload.Downloads;

namespace ContentDownload;

/// <summary>Shows how far the downloads are: one line that changes on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private readonly DownloadPipeline _pipeline;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public Progress(DownloadPipeline pipeline)
    {
        _pipeline = pipeline;
        _loop = LoopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        if (!Console.IsOutputRedirected)
            Console.Write("\r\e[K");
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Console.IsOutputRedirected ? 5 : 0.2));
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
        var text = string.Create(CultureInfo.InvariantCulture, $"{_pipeline.Downloads.Count:N0} of {_pipeline.Total:N0} items");
        if (Console.IsOutputRedirected)
            Console.WriteLine(text);
        else
            Console.Write($"\r\e[K   {text}");
    }
}
