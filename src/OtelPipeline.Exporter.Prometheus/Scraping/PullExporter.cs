using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Prometheus.Exposition;
using OtelPipeline.Exporter.Prometheus.Naming;
using OtelPipeline.Exporter.Prometheus.Negotiation;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>
/// Writes a collection in each format that a scrape waits for; a collection that nobody asked for, at a flush or at shutdown, writes nothing.
/// It is push and pull, for a pull-only reader makes every <c>ForceFlush</c> and <c>Shutdown</c> of the provider say false.
/// </summary>
[ExportModes(ExportModes.Push | ExportModes.Pull)]
internal sealed class PullExporter(PrometheusScraper scraper, PrometheusExporterOptions options) : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly List<Metric> _metrics = [];
    private readonly Dictionary<Escaping, (Catalog Catalog, TextExposition Exposition)> _text = [];
    private readonly Dictionary<Escaping, (Catalog Catalog, ProtobufExposition Exposition)> _protobuf = [];

    public Func<int, bool>? Collect { get; set; }

    public ExporterMetrics Metrics { get; } = new("OtelPipeline.Exporter.Prometheus.PrometheusExporter");

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (scraper.BeginWriting() is not { } round)
            return ExportResult.Success;
        try
        {
            _metrics.Clear();
            foreach (var metric in batch)
                _metrics.Add(metric);
            var result = ExportResult.Success;
            foreach (var part in round.Parts)
            {
                if (!Write(part))
                    result = ExportResult.Failure;
            }

            return result;
        }
        catch (Exception exception)
        {
            PrometheusEventSource.Log.ScrapeFailed(exception);
            return ExportResult.Failure;
        }
    }

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        scraper.ShutDown();
        return true;
    }

    private bool Write(Round.Part part)
    {
        if (scraper.Rent(part.Format) is not { } response)
        {
            part.Status = PrometheusScrapeStatus.Busy;
            return false;
        }

        try
        {
            var resource = ParentProvider?.GetResource() ?? Resource.Empty;
            var points =
                part.Format.Kind == ExpositionKind.Protobuf ? WriteProtobuf(part, response, resource) : WriteText(part, response, resource);
            Metrics.Exported(points);
            part.Response = response;
            part.Status = PrometheusScrapeStatus.Success;
            return true;
        }
        catch (Exception exception)
        {
            response.Release();
            _text.Clear(); // half a series may be encoded
            _protobuf.Clear();
            PrometheusEventSource.Log.ScrapeFailed(exception);
            return false;
        }
    }

    private int WriteText(Round.Part part, Response response, Resource resource)
    {
        var escaping = part.Format.Escaping;
        if (!_text.TryGetValue(escaping, out var text))
        {
            var catalog = new Catalog(options, escaping, protobuf: false);
            _text.Add(escaping, text = (catalog, new TextExposition(catalog, options, escaping)));
        }

        text.Catalog.Update(_metrics, resource);
        var points = text.Exposition.Write(response.Buffer, part.Format.IsOpenMetrics);
        text.Catalog.CountLosses(Metrics);
        return points;
    }

    private int WriteProtobuf(Round.Part part, Response response, Resource resource)
    {
        var escaping = part.Format.Escaping;
        if (!_protobuf.TryGetValue(escaping, out var protobuf))
        {
            var catalog = new Catalog(options, escaping, protobuf: true);
            _protobuf.Add(escaping, protobuf = (catalog, new ProtobufExposition(catalog, options, escaping)));
        }

        protobuf.Catalog.Update(_metrics, resource);
        var points = protobuf.Exposition.Write(response.Buffer);
        protobuf.Catalog.CountLosses(Metrics);
        return points;
    }
}
