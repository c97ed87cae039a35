using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>
/// Collects for scrapes, which share their collections already, without what <see cref="MetricReader.Collect"/> allocates for that. Flushes and the
/// shutdown of the provider come through <see cref="OnCollect"/> as usual.
/// </summary>
internal sealed class ScrapeReader : BaseExportingMetricReader
{
    private readonly Lock _collecting = new();
    private bool _flushed;
    private int _scrapingThread;

    public ScrapeReader(PullExporter exporter)
        : base(exporter)
    {
        TemporalityPreference = MetricReaderTemporalityPreference.Cumulative;
        exporter.Collect = CollectForScrape;
    }

    protected override bool OnCollect(int timeoutMilliseconds)
    {
        var flushes = _scrapingThread != Environment.CurrentManagedThreadId;
        if (flushes)
            Volatile.Write(ref _flushed, true);
        if (!_collecting.TryEnter(timeoutMilliseconds))
            return false; // a callback does not return
        try
        {
            _flushed |= flushes;
            return base.OnCollect(timeoutMilliseconds);
        }
        finally
        {
            _collecting.Exit();
        }
    }

    // While the provider flushes several readers, the SDK runs no callbacks for ours, from before it comes here until after it has left: points of
    // observable instruments would be missing. The scrape that follows a flush therefore waits for its end, as Collect does.
    private bool CollectForScrape(int timeoutMilliseconds)
    {
        lock (_collecting)
        {
            if (!_flushed)
                return base.OnCollect(timeoutMilliseconds);
            _flushed = false;
        }

        _scrapingThread = Environment.CurrentManagedThreadId;
        try
        {
            return Collect(timeoutMilliseconds);
        }
        finally
        {
            _scrapingThread = 0;
        }
    }
}
