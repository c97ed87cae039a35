using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Prometheus.Exposition;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Files;

/// <summary>What a file holds.</summary>
internal abstract class FileFormat
{
    /// <summary>Fills the buffer and returns how many points it holds.</summary>
    public abstract int Write(List<Metric> metrics, Resource resource, ByteBuffer output, ExporterMetrics exporterMetrics);
}

internal sealed class TextFileFormat : FileFormat
{
    private readonly Catalog _catalog;
    private readonly TextExposition _exposition;

    public TextFileFormat(PrometheusExporterOptions options)
    {
        _catalog = new Catalog(options, Escaping.Underscores, protobuf: false);
        _exposition = new TextExposition(_catalog, options, Escaping.Underscores);
    }

    public override int Write(List<Metric> metrics, Resource resource, ByteBuffer output, ExporterMetrics exporterMetrics)
    {
        _catalog.Update(metrics, resource);
        var points = _exposition.Write(output, openMetrics: false);
        _catalog.CountLosses(exporterMetrics);
        return points;
    }
}
