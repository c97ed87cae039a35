using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Interop.Tests;

/// <summary>
/// A metric under the name that it has in Prometheus, with the labels that it was seen with. The translation is that of
/// <see href="https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/"/>, with units and suffixes.
/// </summary>
internal sealed record PrometheusMetric(string Name, IReadOnlySet<string> Labels)
{
    private static readonly string[] s_targetLabels = ["job", "instance"];

    /// <summary>The metrics, by name, into which an SDK metric turns: a histogram has three.</summary>
    public static IEnumerable<PrometheusMetric> From(Metric metric)
    {
        var labels = new HashSet<string>(s_targetLabels);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            foreach (var tag in point.Tags)
                labels.Add(tag.Key.Replace('.', '_'));
        }

        var name = metric.Name.Replace('.', '_') + UnitSuffix(metric.Unit, metric.MetricType);
        return metric.MetricType switch
        {
            MetricType.Histogram =>
            [
                new(name + "_bucket", new HashSet<string>(labels) { "le" }),
                new(name + "_sum", labels),
                new(name + "_count", labels),
            ],
            MetricType.LongSum or MetricType.DoubleSum => [new(name + "_total", labels)],
            _ => [new(name, labels)],
        };
    }

    // annotations in braces are no units; a unit that the name ends with already is not repeated
    private static string UnitSuffix(string unit, MetricType type) =>
        unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" when type is MetricType.LongGauge or MetricType.DoubleGauge => "_ratio",
            "" or "1" => "",
            _ when unit.StartsWith('{') => "",
            _ => throw new NotSupportedException($"{unit}: teach this test the Prometheus name of the unit."),
        };

    /// <summary>Takes what a reader hands over and keeps the translation of it.</summary>
    internal sealed class Collector(Dictionary<string, PrometheusMetric> seen) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (var translated in From(metric))
                {
                    seen[translated.Name] = seen.TryGetValue(translated.Name, out var known)
                        ? translated with
                        {
                            Labels = known.Labels.Union(translated.Labels).ToHashSet(),
                        }
                        : translated;
                }
            }

            return ExportResult.Success;
        }
    }
}
