using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Benchmarks.Prometheus;

/// <summary>Instruments with so many lines of exposition, and providers that read them.</summary>
internal sealed class SeriesSource : IDisposable
{
    private const int LinesOfHistogram = 18;
    private const int Instruments = 10;

    private static readonly string[] Regions = ["eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2"];

    private readonly Meter _meter = new("benchmark." + Guid.NewGuid().ToString("N")[..8], "1.0");
    private readonly List<Counter<long>> _counters = [];

    public MeterProvider Provide(Action<MeterProviderBuilder> read)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .AddMeter(_meter.Name)
            .AddView("*", new MetricStreamConfiguration { CardinalityLimit = 200_000 });
        read(builder);
        return builder.Build();
    }

    /// <summary>Records, after the providers are built.</summary>
    public void Record(int lines, bool mixed)
    {
        var histogramSeries = mixed ? lines / 2 / LinesOfHistogram : 0;
        var counterSeries = lines - (histogramSeries * LinesOfHistogram);
        for (var i = 0; i < Instruments; i++)
        {
            var counter = _meter.CreateCounter<long>($"pipeline.node.records{i}", "{record}", "Records that a node handled.");
            _counters.Add(counter);
            for (var series = 0; series < counterSeries / Instruments; series++)
                counter.Add((series * 7919L) % 1_000_000, Tags(series));
            if (histogramSeries == 0)
                continue;
            var histogram = _meter.CreateHistogram<double>($"pipeline.node.duration{i}", "s", "How long a node ran.");
            for (var series = 0; series < histogramSeries / Instruments; series++)
            {
                for (var n = 0; n < 20; n++)
                    histogram.Record((series + (n * 37)) % 12_000, Tags(series));
            }
        }
    }

    /// <summary>So that values change between scrapes.</summary>
    public void Touch()
    {
        foreach (var counter in _counters)
            counter.Add(1, Tags(1));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Tags(int series) =>
        [
            new("pipeline.name", "nightly_etl"),
            new("pipeline.node.name", "node_" + series),
            new("cloud.region", Regions[series % Regions.Length]),
        ];
}
