using System.Globalization;
using System.Text;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Prometheus;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Cli.Output;

/// <summary>
/// Series in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/), named as the Prometheus exporter
/// names them. Exponential histograms, which the format has no form for, become their count and sum.
/// </summary>
internal static class PrometheusText
{
    public static void Write(Stream output, IEnumerable<MetricSeries.Entry> series)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in series.GroupBy(entry => Name(entry.Point)))
        {
            var first = family.First().Point;
            var type = TypeName(first);
            if (first.Description is { Length: > 0 } description)
                writer.WriteLine($"# HELP {family.Key} {Escape(description, quotes: false)}");
            writer.WriteLine($"# TYPE {family.Key} {type}");
            foreach (var (point, _) in family)
            {
                // two metrics of one name and different types cannot both be in one family
                if (TypeName(point) == type)
                    Write(writer, family.Key, point, written);
            }
        }
    }

    private static void Write(StreamWriter writer, string name, MetricPointRow point, HashSet<string> written)
    {
        var labels = Labels(point);
        switch (point.MetricType)
        {
            case MetricType.Histogram or MetricType.ExponentialHistogram:
                long count = 0;
                for (var i = 0; i < point.BucketCounts.Count; i++)
                {
                    count += point.BucketCounts[i];
                    if (i < point.ExplicitBounds.Count)
                        Sample(name + "_bucket", With(labels, "le", Number(point.ExplicitBounds[i])), count);
                }

                Sample(name + "_bucket", With(labels, "le", "+Inf"), point.Count ?? count);
                Sample(name + "_sum", labels, point.Sum ?? 0);
                Sample(name + "_count", labels, point.Count ?? count);
                break;
            case MetricType.Summary:
                foreach (var quantile in point.Quantiles)
                    Sample(name, With(labels, "quantile", Number(quantile.Quantile)), quantile.Value);
                Sample(name + "_sum", labels, point.Sum ?? 0);
                Sample(name + "_count", labels, point.Count ?? 0);
                break;
            default:
                if ((point.ValueDouble ?? point.ValueInt) is { } value)
                    Sample(name, labels, value);
                break;
        }

        void Sample(string sample, string text, double value)
        {
            var line = sample + (text.Length == 0 ? "" : "{" + text + "}");
            if (written.Add(line))
                writer.WriteLine($"{line} {Number(value)}");
        }
    }

    private static string Name(MetricPointRow point)
    {
        var isGauge = point.MetricType == MetricType.Gauge;
        var type = point.MetricType switch
        {
            MetricType.Histogram or MetricType.ExponentialHistogram or MetricType.Summary => FamilyType.Histogram,
            MetricType.Sum when point.IsMonotonic => FamilyType.Counter,
            _ => FamilyType.Gauge,
        };
        return MetricName.Translate(
            point.MetricName,
            point.Unit ?? "",
            type,
            isGauge,
            PrometheusTranslation.UnderscoreEscapingWithSuffixes
        );
    }

    private static string TypeName(MetricPointRow point) =>
        point.MetricType switch
        {
            MetricType.Histogram or MetricType.ExponentialHistogram => "histogram",
            MetricType.Summary => "summary",
            MetricType.Sum when point.IsMonotonic => "counter",
            _ => "gauge",
        };

    /// <summary>The attributes; <c>job</c> and <c>instance</c> from the resource, as Prometheus has them for what it scrapes itself.</summary>
    private static string Labels(MetricPointRow point)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in point.Attributes)
            Add(LabelName.Translate(key, PrometheusTranslation.UnderscoreEscapingWithSuffixes, Escaping.Underscores), value.ToString());
        if (point.Resource.ServiceName is { } service)
            Add("job", point.Resource.ServiceNamespace is { } space ? space + "/" + service : service);
        if (point.Resource.ServiceInstanceId is { } instance)
            Add("instance", instance);
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value, quotes: true)}\""));

        // attributes whose names became the same are joined, as the specification has it
        void Add(string name, string value) => labels[name] = labels.TryGetValue(name, out var known) ? known + ";" + value : value;
    }

    private static string With(string labels, string name, string value) =>
        labels.Length == 0 ? $"{name}=\"{value}\"" : $"{labels},{name}=\"{value}\"";

    private static string Number(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
