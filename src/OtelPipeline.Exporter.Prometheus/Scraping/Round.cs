using OtelPipeline.Exporter.Prometheus.Negotiation;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>One collection and the scrapes that share it. Guarded by the lock of <see cref="PrometheusScraper"/>.</summary>
internal sealed class Round
{
    private readonly List<Part> _parts = [];
    private readonly Stack<Part> _spare = new();
    private TaskCompletionSource? _completion;

    /// <summary>The formats that it writes.</summary>
    public List<Part> Parts => _parts;

    /// <summary>Whether anybody waits for it beside the scrape that runs it.</summary>
    public bool IsShared => _completion is not null;

    /// <summary>What others wait for. First asked for under the lock.</summary>
    public Task Task => (_completion ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Whether the collection has come to writing: formats that nobody had asked for by then wait for the next one.</summary>
    public bool Writing { get; set; }

    public bool Completed { get; private set; }

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

    public void Complete() => Completed = true;

    /// <summary>Makes it as new, for the next collection.</summary>
    public void Reset()
    {
        foreach (var part in _parts)
        {
            part.Reset();
            _spare.Push(part);
        }

        _parts.Clear();
        Writing = Completed = false;
    }

    /// <summary>Wakes the scrapes; outside of the lock.</summary>
    public void Release() => _completion?.SetResult();

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
