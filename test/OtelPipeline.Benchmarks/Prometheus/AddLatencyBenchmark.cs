using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus;
using OtelPipeline.Exporter.Prometheus.Negotiation;
using OtelPipeline.Exporter.Prometheus.Scraping;

namespace OtelPipeline.Benchmarks.Prometheus;

/// <summary>
/// What one <c>Counter.Add</c> takes while nobody scrapes and while somebody scrapes 100,000 series without a pause. The figures are printed at the
/// end of each: the tool itself knows only means.
/// </summary>
public class AddLatencyBenchmark
{
    private const int Adds = 1_000_000;

    private readonly long[] _ticks = new long[Adds];
    private readonly List<string> _report = [];
    private readonly Meter _meter = new("benchmark.latency");
    private SeriesSource? _source;
    private PrometheusScraper? _scraper;
    private MeterProvider? _provider;
    private Counter<long>? _counter;

    [GlobalSetup]
    public void Setup()
    {
        _source = new SeriesSource();
        _scraper = new PrometheusScraper(new PrometheusExporterOptions { CacheWindow = TimeSpan.Zero }, TimeProvider.System);
        _provider = _source.Provide(builder => builder.AddMeter(_meter.Name).AddReader(new ScrapeReader(_scraper.Exporter)));
        _source.Record(100_000, mixed: true);
        _counter = _meter.CreateCounter<long>("adds");
        Measure();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var line in _report)
            Console.WriteLine(line);
        _provider?.Dispose();
        _source?.Dispose();
    }

    [Benchmark]
    public void Idle() => _report.Add("Idle: " + Measure());

    [Benchmark]
    public void Scraping()
    {
        var stop = false;
        var scrapes = 0;
        var scraping = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                var scrape = _scraper!.ScrapeAsync(ExpositionFormat.Text, gzip: false, inline: true, CancellationToken.None);
                if (scrape.IsCompletedSuccessfully)
                    scrape.Result.Dispose();
                scrapes++;
            }
        });
        scraping.Start();
        var figures = Measure();
        Volatile.Write(ref stop, true);
        scraping.Join();
        _report.Add($"Scraping ({scrapes} scrapes): {figures}");
    }

    private string Measure()
    {
        for (var i = 0; i < Adds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _counter!.Add(1, new KeyValuePair<string, object?>("node", "load"), new KeyValuePair<string, object?>("outcome", "read"));
            _ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        Array.Sort(_ticks);
        var nanoseconds = 1e9 / Stopwatch.Frequency;
        return FormattableString.Invariant(
            $"p50 {_ticks[Adds / 2] * nanoseconds:0} ns, p99 {_ticks[Adds / 100 * 99] * nanoseconds:0} ns, p99.9 {_ticks[Adds / 1000 * 999] * nanoseconds:0} ns"
        );
    }
}
