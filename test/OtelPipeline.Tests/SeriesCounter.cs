using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>Counts the series that the SDK's meter provider holds.</summary>
internal sealed class SeriesCounter : IDisposable
{
    private readonly Exporter _exporter = new();
    private readonly MeterProvider _provider;

    public SeriesCounter() =>
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(PipelineSources.Meter)
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();

    public (int Series, Dictionary<string, HashSet<string>> Tags) Count()
    {
        _exporter.Series = 0;
        _exporter.Tags.Clear();
        Assert.That(_provider.ForceFlush(), Is.True);
        return (_exporter.Series, new(_exporter.Tags));
    }

    public void Dispose() => _provider.Dispose();

    private sealed class Exporter : BaseExporter<Metric>
    {
        public int Series { get; set; }

        public Dictionary<string, HashSet<string>> Tags { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                // of breakers of other tests, for as long as the collector lets them live
                if (metric.Name == PipelineMetrics.CircuitBreakerStatus)
                    continue;
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    // other tests' pipelines live in the same process
                    var isOurs = true;
                    foreach (var tag in point.Tags)
                        isOurs &= tag.Key != PipelineAttributes.PipelineName || tag.Value is "series" or "folded";
                    if (!isOurs)
                        continue;
                    Series++;
                    foreach (var tag in point.Tags)
                    {
                        if (!Tags.TryGetValue(tag.Key, out var values))
                            Tags[tag.Key] = values = [];
                        values.Add(tag.Value?.ToString() ?? "");
                    }
                }
            }

            return ExportResult.Success;
        }
    }
}
