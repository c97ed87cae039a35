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
    /// A collection that a flush of the provider began is not ours to write into: the scrape waits for its end and tries again. Only who flushes
    /// without a pause can make it do so more than once.
    /// </summary>
    private const int MaxAttempts = 100;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _cacheWindow;
    private readonly TimeSpan _timeout;
    private readonly PrometheusTranslation _translation;
    private readonly bool _enabled;
    private readonly Stack<Response> _free = new();
    private readonly Dictionary<ExpositionFormat, (Response Response, long Collected)> _cache = [];
    private readonly Action<Response> _return;
    private readonly Stack<Round> _freeRounds = new();
    private readonly Stack<Waiter> _freeWaiters = new();
    private int _responses;
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
    /// <returns>The answer: await it once, and dispose of it when its body is sent.</returns>
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
        Waiter? waiter = null;
        var leads = false;
        lock (_lock)
        {
            if (_shutDown || !_enabled || Exporter.Collect is null)
                return new(Answer.Unavailable());
            if (_cache.TryGetValue(format, out var entry) && _time.GetElapsedTime(entry.Collected) < _cacheWindow)
            {
                cached = entry.Response;
                cached.AddReferences(1);
            }
            else if (_running is { } stuck && _time.GetElapsedTime(stuck.Begun) >= _timeout)
                return new(Answer.TimedOut(_time.GetElapsedTime(stuck.Begun)));
            else
            {
                leads = _running is null;
                if (leads)
                {
                    _running = RentRound();
                    _running.Begun = _time.GetTimestamp();
                }

                round = !_running!.Writing || _running.Find(format) is not null ? _running : _next ??= RentRound();
                part = round.Join(format, gzip);
                if (!leads || !inline)
                    waiter = Wait(round, part, gzip);
            }
        }

        if (cached is not null)
            return new(new PrometheusScrape(cached, gzip && cached.Compress()));
        if (waiter is not null)
        {
            // the clock of the wait runs before the collection does
            var waiting = waiter.Start(_timeout, cancel);
            if (leads)
                ThreadPool.UnsafeQueueUserWorkItem(round!, preferLocal: false);
            return waiting;
        }

        Run(round!);
        var scrape = Answer.Of(part!, gzip);
        Recycle(round!);
        return new(scrape);
    }

    /// <summary>What the exporter is to write on this thread; from now on other formats wait for the next collection.</summary>
    internal Round? BeginWriting()
    {
        lock (_lock)
        {
            if (_running is not { Writing: false } round || round.Thread != Environment.CurrentManagedThreadId)
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

    /// <summary>Whether a scrape has waited for as long as it may, and what it is told then.</summary>
    internal bool Expires(Waiter waiter, out PrometheusScrape answer)
    {
        answer = default;
        lock (_lock)
        {
            if (waiter.Round is null)
                return false;
            var left = _timeout - _time.GetElapsedTime(waiter.Begun);
            if (left > TimeSpan.Zero)
            {
                // the timer was set for the scrape before, or is ahead of the clock
                waiter.SetTimer(left + TimeSpan.FromMilliseconds(1));
                return false;
            }

            GiveUp(waiter);
        }

        PrometheusEventSource.Log.ScrapeTimedOut(_timeout.TotalSeconds);
        answer = Answer.TimedOut(_timeout);
        return true;
    }

    /// <summary>Ends the wait of a scrape that was cancelled; false if it has ended.</summary>
    internal bool GivesUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Round is null)
                return false;
            GiveUp(waiter);
            return true;
        }
    }

    internal void Return(Waiter waiter)
    {
        lock (_lock)
        {
            if (_freeWaiters.Count < MaxResponses)
            {
                _freeWaiters.Push(waiter);
                return;
            }
        }

        waiter.Dispose();
    }

    internal void Run(Round round)
    {
        round.Thread = Environment.CurrentManagedThreadId;
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
            foreach (var part in round.Parts)
            {
                if (part.Response is not { } response)
                    continue;
                response.AddReferences(part.Scrapes);
                _cache[part.Format] = (response, _time.GetTimestamp()); // with the reference that Reset gave
            }

            foreach (var waiter in round.Waiters)
                waiter.Round = null; // from here on it neither expires nor gives up
            next = _running = _next;
            _next = null;
            if (next is not null)
                next.Begun = _time.GetTimestamp();
        }

        foreach (var waiter in round.Waiters)
            waiter.End(Answer.Of(waiter.Part!, waiter.Gzip));
        if (next is not null)
            ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
    }

    internal void Recycle(Round round)
    {
        lock (_lock)
        {
            round.Reset();
            _freeRounds.Push(round);
        }
    }

    private Round RentRound() => _freeRounds.TryPop(out var round) ? round : new Round(this);

    private Waiter Wait(Round round, Round.Part part, bool gzip)
    {
        if (!_freeWaiters.TryPop(out var waiter))
            waiter = new Waiter(this, _time);
        waiter.Round = round;
        waiter.Part = part;
        waiter.Gzip = gzip;
        waiter.Begun = _time.GetTimestamp();
        round.Waiters.Add(waiter);
        return waiter;
    }

    private static void GiveUp(Waiter waiter)
    {
        waiter.Round!.Waiters.Remove(waiter);
        waiter.Part!.Scrapes--;
        waiter.Round = null;
    }

    private void Return(Response response)
    {
        lock (_lock)
            _free.Push(response);
    }
}
