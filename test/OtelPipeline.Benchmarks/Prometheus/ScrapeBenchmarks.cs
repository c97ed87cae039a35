using System.Buffers.Text;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus;
using OtelPipeline.Exporter.Prometheus.Naming;
using OtelPipeline.Exporter.Prometheus.Negotiation;
using OtelPipeline.Exporter.Prometheus.Scraping;

namespace OtelPipeline.Benchmarks.Prometheus;

/// <summary>
/// A whole scrape, collection included, against the SDK's collection alone and against a floor that copies cached lines and formats whole
/// numbers behind them. Divide by <see cref="Lines"/>.
/// </summary>
[MemoryDiagnoser]
public class ScrapeBenchmarks
{
    private static readonly ExpositionFormat OpenMetricsFormat = new(ExpositionKind.OpenMetrics100, Escaping.Underscores);
    private static readonly ExpositionFormat ProtobufFormat = new(ExpositionKind.Protobuf, Escaping.Underscores);

    private readonly List<(byte[] Prefixes, int[] Ends, long[] Values)> _floor = [];
    private SeriesSource _source = new();
    private PrometheusScraper _scraper = new(new PrometheusExporterOptions { CacheWindow = TimeSpan.Zero }, TimeProvider.System);
    private BaseExportingMetricReader _reader = new(new NothingExporter());
    private MeterProvider? _ours;
    private MeterProvider? _theirs;
    private byte[] _output = [];

    [Params(1_000, 100_000)]
    public int Lines { get; set; }

    [Params("counters", "mixed")]
    public string Series { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _source = new SeriesSource();
        _scraper = new PrometheusScraper(new PrometheusExporterOptions { CacheWindow = TimeSpan.Zero }, TimeProvider.System);
        _reader = new BaseExportingMetricReader(new NothingExporter());
        _ours = _source.Provide(builder => builder.AddReader(new ScrapeReader(_scraper.Exporter)));
        _theirs = _source.Provide(builder => builder.AddReader(_reader));
        _source.Record(Lines, mixed: Series == "mixed");
        using var scrape = Scrape(ExpositionFormat.Text);
        KeepLines(scrape.Body.Span);
        _output = new byte[scrape.Body.Length + 1024];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _ours?.Dispose();
        _theirs?.Dispose();
        _source.Dispose();
    }

    /// <summary>What nobody can be faster than who keeps whole lines: a copy and a number for each.</summary>
    [Benchmark(Baseline = true)]
    public int Floor()
    {
        var output = _output.AsSpan();
        var at = 0;
        foreach (var (prefixes, ends, values) in _floor)
        {
            var start = 0;
            for (var i = 0; i < ends.Length; i++)
            {
                var length = ends[i] - start;
                prefixes.AsSpan(start, length).CopyTo(output[at..]);
                at += length;
                start = ends[i];
                Utf8Formatter.TryFormat(values[i], output[at..], out var written);
                at += written;
                output[at++] = (byte)'\n';
            }
        }

        return at;
    }

    [Benchmark]
    public bool SdkCollectOnly() => _reader.Collect();

    [Benchmark]
    public int ScrapeText() => Length(ExpositionFormat.Text);

    [Benchmark]
    public int ScrapeOpenMetrics() => Length(OpenMetricsFormat);

    [Benchmark]
    public int ScrapeProtobuf() => Length(ProtobufFormat);

    private int Length(ExpositionFormat format)
    {
        using var scrape = Scrape(format);
        return scrape.Body.Length;
    }

    private PrometheusScrape Scrape(ExpositionFormat format)
    {
        var scrape = _scraper.ScrapeAsync(format, gzip: false, inline: true, CancellationToken.None);
        return scrape.IsCompletedSuccessfully ? scrape.Result : throw new InvalidOperationException("somebody else scrapes");
    }

    private void KeepLines(ReadOnlySpan<byte> text)
    {
        var prefixes = new List<byte>();
        var ends = new List<int>();
        var values = new List<long>();
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = text[..end];
            text = text[(end + 1)..];
            var blank = line.LastIndexOf((byte)' ') + 1;
            if (line[0] == '#')
            {
                prefixes.AddRange(line);
                prefixes.Add((byte)'\n');
                continue;
            }

            prefixes.AddRange(line[..blank]);
            ends.Add(prefixes.Count);
            values.Add(long.Parse(line[blank..], CultureInfo.InvariantCulture));
        }

        _floor.Clear();
        _floor.Add(([.. prefixes], [.. ends], [.. values]));
    }

    private sealed class NothingExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
