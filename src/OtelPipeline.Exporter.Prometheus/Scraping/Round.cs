using OtelPipeline.Exporter.Prometheus.Negotiation;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>One collection and the scrapes that share it. Guarded by the lock of <see cref="PrometheusScraper"/>.</summary>
internal sealed class Round
{
    private readonly List<Part> _parts = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The formats that it writes.</summary>
    public List<Part> Parts => _parts;

    /// <summary>Whether the collection has come to writing: formats that nobody had asked for by then wait for the next one.</summary>
    public bool Writing { get; set; }

    public bool Completed { get; private set; }

    public Task Task => _completion.Task;

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
            _parts.Add(part = new Part(format));
        part.Gzip |= gzip;
        part.Scrapes++;
        return part;
    }

    public void Complete() => Completed = true;

    /// <summary>Wakes the scrapes; outside of the lock.</summary>
    public void Release() => _completion.SetResult();

    /// <summary>One format of a round.</summary>
    internal sealed class Part(ExpositionFormat format)
    {
        public ExpositionFormat Format { get; } = format;

        public bool Gzip { get; set; }

        /// <summary>Scrapes that will take a reference to the response.</summary>
        public int Scrapes { get; set; }

        public Response? Response { get; set; }

        public PrometheusScrapeStatus Status { get; set; } = PrometheusScrapeStatus.Failed;
    }
}
