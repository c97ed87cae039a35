using System.Globalization;
using System.Text;
using OtelPipeline.Exporter.Prometheus.Negotiation;
using OtelPipeline.Exporter.Prometheus.Scraping;

namespace OtelPipeline.Exporter.Prometheus;

/// <summary>
/// Answers scrapes: what an HTTP endpoint calls. <c>AddPrometheusExporter</c> registers it in the service container, under the name of the
/// options if they have one (a keyed service). Thread-safe. Scrapes that come while a collection runs share it, so that any number of them at
/// once causes at most two collections.
/// </summary>
public sealed class PrometheusScraper
{
    /// <summary>Responses that may exist at once: what slow readers can hold of the memory.</summary>
    internal const int MaxResponses = 32;

    /// <summary>
    /// A collection that a flush of the provider began earlier gives nothing to write into; the second is ours, the third in case of another flush.
    /// </summary>
    private const int MaxAttempts = 3;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _cacheWindow;
    private readonly TimeSpan _timeout;
    private readonly PrometheusTranslation _translation;
    private readonly bool _enabled;
    private readonly Stack<Response> _free = new();
    private readonly Dictionary<ExpositionFormat, (Response Response, long Collected)> _cache = [];
    private readonly Action<Response> _return;
    private int _responses;
    private Round? _spare;
    private Round? _running;
    private Round? _next;
    private bool _shutDown;

    internal PrometheusScraper(PrometheusExporterOptions options, TimeProvider time)
    {
        _time = time;
        _cacheWindow = options.CacheWindow;
        _timeout = options.Timeout;
        _translation = options.Translation;
        _enabled = options.Enabled;
        _return = Return;
        Exporter = new PullExporter(this, options);
    }

    internal PullExporter Exporter { get; }

    /// <summary>
    /// Collects and writes the metrics in the format that the scraper prefers of those there are. The collection runs on a thread of the pool;
    /// when it does not end within <see cref="PrometheusExporterOptions.Timeout"/>, the answer is <see cref="PrometheusScrapeStatus.TimedOut"/>.
    /// </summary>
    /// <param name="accept">The header <c>Accept</c>, or null, which gives text 0.0.4.</param>
    /// <param name="acceptEncoding">The header <c>Accept-Encoding</c>, or null; gzip is used where it is accepted.</param>
    /// <param name="cancel">Ends the wait for the collection. The collection itself is not interrupted.</param>
    /// <returns>The answer; dispose of it when its body is sent.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled while it waited.</exception>
    public ValueTask<PrometheusScrape> ScrapeAsync(string? accept, string? acceptEncoding, CancellationToken cancel = default) =>
        ScrapeAsync(AcceptHeader.Choose(accept).For(_translation), AcceptHeader.AcceptsGzip(acceptEncoding), inline: false, cancel);

    /// <param name="format">What is written.</param>
    /// <param name="gzip">Whether it is compressed where that is worth it.</param>
    /// <param name="inline">Collects on the calling thread, for measurements: no time-out then ends a scrape that no other one runs for.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal ValueTask<PrometheusScrape> ScrapeAsync(ExpositionFormat format, bool gzip, bool inline, CancellationToken cancel)
    {
        Response? cached = null;
        Round? round = null;
        Round.Part? part = null;
        var leads = false;
        Task? wait = null;
        lock (_lock)
        {
            if (_shutDown || !_enabled || Exporter.Collect is null)
                return new(Unavailable());
            if (_cache.TryGetValue(format, out var entry) && _time.GetElapsedTime(entry.Collected) < _cacheWindow)
            {
                cached = entry.Response;
                cached.AddReferences(1);
            }
            else if (_running is { } stuck && _time.GetElapsedTime(stuck.Begun) >= _timeout)
                return new(TimedOut(_time.GetElapsedTime(stuck.Begun)));
            else
            {
                leads = _running is null;
                if (leads)
                {
                    (_running, _spare) = (_spare ?? new Round(), null);
                    _running.Begun = _time.GetTimestamp();
                }

                round = !_running!.Writing || _running.Find(format) is not null ? _running : _next ??= new Round();
                part = round.Join(format, gzip);
                wait = leads && inline ? null : round.Task;
            }
        }

        if (cached is not null)
            return new(new PrometheusScrape(cached, gzip && cached.Compress()));
        if (wait is not null)
        {
            // the clock of the wait runs before the collection does
            var waiting = WaitAsync(round!, part!, wait, gzip, cancel);
            if (leads)
                Queue(round!);
            return waiting;
        }

        Run(round!);
        var scrape = Take(part!, gzip);
        Recycle(round!);
        return new(scrape);
    }

    /// <summary>What the exporter is to write; from now on other formats wait for the next collection.</summary>
    internal Round? BeginWriting()
    {
        lock (_lock)
        {
            if (_running is not { Writing: false } round)
                return null;
            round.Writing = true;
            return round;
        }
    }

    /// <summary>An empty response, or null when slow readers hold all of them.</summary>
    internal Response? Rent(ExpositionFormat format)
    {
        lock (_lock)
        {
            if (_cache.Remove(format, out var old))
                old.Response.Release(); // mostly the last reference, so that its buffer is the one we get
            if (!_free.TryPop(out var response))
            {
                if (_responses == MaxResponses)
                {
                    PrometheusEventSource.Log.TooManyResponses(_responses);
                    return null;
                }

                _responses++;
                response = new Response(_return);
            }

            response.Reset(format.ContentType);
            return response;
        }
    }

    internal void ShutDown()
    {
        lock (_lock)
            _shutDown = true;
    }

    private void Return(Response response)
    {
        lock (_lock)
            _free.Push(response);
    }

    private async ValueTask<PrometheusScrape> WaitAsync(Round round, Round.Part part, Task wait, bool gzip, CancellationToken cancel)
    {
        try
        {
            await wait.WaitAsync(_timeout, _time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            GiveUp(round, part);
            PrometheusEventSource.Log.ScrapeTimedOut(_timeout.TotalSeconds);
            return TimedOut(_timeout);
        }
        catch (OperationCanceledException)
        {
            GiveUp(round, part);
            throw;
        }

        return Take(part, gzip);
    }

    private void GiveUp(Round round, Round.Part part)
    {
        lock (_lock)
        {
            if (round.Completed)
                part.Response?.Release();
            else
                part.Scrapes--;
        }
    }

    private void Queue(Round round) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.Scraper.Run(state.Round),
            (Scraper: this, Round: round),
            preferLocal: false
        );

    private void Run(Round round)
    {
        var started = _time.GetTimestamp();
        var written = false;
        try
        {
            for (var attempt = 0; attempt < MaxAttempts && !round.Writing; attempt++)
            {
                if (Exporter.Collect is not { } collect)
                    break;
                collect(Timeout.Infinite);
            }

            written = round.Writing;
            BeginWriting(); // where the collection did not: nobody joins any more
            foreach (var part in round.Parts)
            {
                if (part.Gzip)
                    part.Response?.Compress();
            }
        }
        catch (Exception exception)
        {
            PrometheusEventSource.Log.ScrapeFailed(exception);
        }

        Exporter.Metrics.Collected(_time.GetElapsedTime(started), written ? null : "collection_failed");
        Round? next;
        lock (_lock)
        {
            round.Complete();
            foreach (var part in round.Parts)
            {
                if (part.Response is not { } response)
                    continue;
                response.AddReferences(part.Scrapes);
                _cache[part.Format] = (response, _time.GetTimestamp()); // with the reference that Reset gave
            }

            next = _running = _next;
            _next = null;
            if (next is not null)
                next.Begun = _time.GetTimestamp();
        }

        round.Release();
        if (next is not null)
            Queue(next);
    }

    // an inline scrape allocates no round
    private void Recycle(Round round)
    {
        lock (_lock)
        {
            if (round.IsShared)
                return;
            round.Reset();
            _spare = round;
        }
    }

    private static PrometheusScrape Take(Round.Part part, bool gzip) =>
        part switch
        {
            { Response: { } response } => new PrometheusScrape(response, gzip && response.Compress()),
            { Status: PrometheusScrapeStatus.Busy } => new PrometheusScrape(
                PrometheusScrapeStatus.Busy,
                Encoding.UTF8.GetBytes(
                    $"{MaxResponses} earlier responses are still being read. Try again when the slow scrapers are done.\n"
                )
            ),
            _ => new PrometheusScrape(
                PrometheusScrapeStatus.Failed,
                "The metrics could not be collected. See the event source OpenTelemetry-OtelPipeline-Exporter-Prometheus.\n"u8.ToArray()
            ),
        };

    private static PrometheusScrape TimedOut(TimeSpan elapsed) =>
        new(
            PrometheusScrapeStatus.TimedOut,
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The collection has been running for {elapsed.TotalSeconds:0.#} s: look for an observable instrument whose callback does not return. It is asked again when it has.\n"
                )
            )
        );

    private static PrometheusScrape Unavailable() =>
        new(
            PrometheusScrapeStatus.Unavailable,
            "The meter provider is shut down, telemetry is switched off, or no meter provider has been built that uses this exporter.\n"u8.ToArray()
        );
}
