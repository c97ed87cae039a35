using OtelPipeline.Exporter.Prometheus.Negotiation;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>
/// One collection and the scrapes that share it, run by a thread of the pool and used again. Guarded by the lock of <see cref="PrometheusScraper"/>.
/// </summary>
internal sealed class Round(PrometheusScraper scraper) : IThreadPoolWorkItem
{
    private readonly List<Part> _parts = [];
    private readonly Stack<Part> _spare = new();

    /// <summary>The formats that it writes.</summary>
    public List<Part> Parts => _parts;

    /// <summary>The scrapes that wait for it.</summary>
    public List<Waiter> Waiters { get; } = [];

    /// <summary>Whether the collection has come to writing: formats that nobody had asked for by then wait for the next one.</summary>
    public bool Writing { get; set; }

    /// <summary>The thread that runs it, whose collection alone writes it; 0 before.</summary>
    public int Thread { get; set; }

    /// <summary>When it began to run.</summary>
    public long Begun { get; set; }

    public Part? Find(ExpositionFormat format)
    {
        foreach (var part in _parts)
        {
            if (part.Format == format)
                return part;
        }

        return null;
    }

    public Part Join(ExpositionFormat format, bool gzip)
    {
        var part = Find(format);
        if (part is null)
        {
            part = _spare.TryPop(out var spare) ? spare : new Part();
            part.Format = format;
            _parts.Add(part);
        }

        part.Gzip |= gzip;
        part.Scrapes++;
        return part;
    }

    /// <summary>Makes it as new, for the next collection.</summary>
    public void Reset()
    {
        foreach (var part in _parts)
        {
            part.Reset();
            _spare.Push(part);
        }

        _parts.Clear();
        Waiters.Clear();
        Writing = false;
        Thread = 0;
    }

    void IThreadPoolWorkItem.Execute()
    {
        scraper.Run(this);
        scraper.Recycle(this);
    }

    /// <summary>One format of a round.</summary>
    internal sealed class Part
    {
        public ExpositionFormat Format { get; set; }

        public bool Gzip { get; set; }

        /// <summary>Scrapes that will take a reference to the response.</summary>
        public int Scrapes { get; set; }

        public Response? Response { get; set; }

        public PrometheusScrapeStatus Status { get; set; } = PrometheusScrapeStatus.Failed;

        public void Reset() => (Gzip, Scrapes, Response, Status) = (false, 0, null, PrometheusScrapeStatus.Failed);
    }
}
