using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Live;

/// <summary>
/// One view that adds the thresholds of objectives to the boundaries that a histogram advises, so that Prometheus counts what the objectives do.
/// The SDK freezes boundaries at the first use: thresholds that a reload brings need a restart.
/// </summary>
internal sealed class ThresholdViews
{
    // https://opentelemetry.io/docs/specs/otel/metrics/sdk/#explicit-bucket-histogram-aggregation
    private static readonly double[] DefaultBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Dictionary<string, double[]> _thresholds;
    private readonly List<Func<Instrument, MetricStreamConfiguration?>> _views;

    private ThresholdViews(Dictionary<string, double[]> thresholds, List<Func<Instrument, MetricStreamConfiguration?>> views) =>
        (_thresholds, _views) = (thresholds, views);

    /// <summary>The thresholds of a definition by instrument.</summary>
    public static Dictionary<string, double[]> ThresholdsOf(SloDocument document) =>
        document
            .Objectives.Where(static o => o is { Kind: SloObjectiveKind.Quantile, Indicator.Threshold.Telemetry.Signal: SloSignal.Metrics })
            .GroupBy(static o => o.Indicator.Threshold!.Telemetry!.Metric!, StringComparer.Ordinal)
            .ToDictionary(
                static g => g.Key,
                static g => g.Select(static o => (double)o.Value!.Value).Distinct().Order().ToArray(),
                StringComparer.Ordinal
            );

    public static void Add(MeterProviderBuilder builder, SloDocument document)
    {
        var thresholds = ThresholdsOf(document);
        if (thresholds.Count == 0)
            return;
        var views = new ThresholdViews(thresholds, ViewsOf(builder));
        builder.AddView(views.View);
    }

    private MetricStreamConfiguration? View(Instrument instrument)
    {
        if (!_thresholds.TryGetValue(instrument.Name, out var thresholds) || !IsHistogram(instrument))
            return null;
        foreach (var view in _views)
        {
            if (view.Target is ThresholdViews || view(instrument) is null)
                continue;
            SloEventSource.Log.Warning(
                $"A view for '{instrument.Name}' is there already and wins: its boundaries should include {string.Join(", ", thresholds)}, or the thresholds of the objectives lie inside buckets."
            );
            return null;
        }

        return new ExplicitBucketHistogramConfiguration { Boundaries = [.. AdviceOf(instrument).Concat(thresholds).Distinct().Order()] };
    }

    private static bool IsHistogram(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);

    private static IEnumerable<double> AdviceOf(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static b => (double)b),
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static b => (double)b),
            Histogram<float> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static b => (double)b),
            _ => DefaultBoundaries,
        };

    // the SDK does not tell which views there are; where it no longer keeps them here, a view of the user's makes a second stream
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2075",
        Justification = "Where the property was trimmed away, views are not found, as documented."
    )]
    private static List<Func<Instrument, MetricStreamConfiguration?>> ViewsOf(MeterProviderBuilder builder) =>
        builder.GetType().GetProperty("ViewConfigs")?.GetValue(builder) as List<Func<Instrument, MetricStreamConfiguration?>> ?? [];
}
