using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// The exemplar of each bucket of one histogram point: of several the largest, as
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#exemplars-1 has it.
/// </summary>
internal sealed class BucketExemplars
{
    private Exemplar[] _exemplars = new Exemplar[16];
    private bool[] _present = new bool[16];

    /// <summary>Sorts the exemplars of a point into buckets. False if there are none.</summary>
    public bool Sort(in MetricPoint point, ReadOnlySpan<double> bounds)
    {
        if (!point.TryGetExemplars(out var exemplars))
            return false;
        var any = false;
        Clear(bounds.Length);
        foreach (ref readonly var exemplar in exemplars)
        {
            var bucket = bounds.BinarySearch(exemplar.DoubleValue);
            if (bucket < 0)
                bucket = ~bucket;
            if (
                double.IsNaN(exemplar.DoubleValue)
                || bucket >= bounds.Length
                || (_present[bucket] && _exemplars[bucket].DoubleValue > exemplar.DoubleValue)
            )
                continue;
            _exemplars[bucket] = exemplar;
            _present[bucket] = any = true;
        }

        return any;
    }

    public bool Has(int bucket) => _present[bucket];

    public ref readonly Exemplar this[int bucket] => ref _exemplars[bucket];

    private void Clear(int buckets)
    {
        if (_present.Length < buckets)
        {
            _present = new bool[buckets];
            _exemplars = new Exemplar[buckets];
        }

        Array.Clear(_present);
    }
}

/// <summary>The labels of an exemplar within the limit of OpenMetrics: trace and span first, then the attributes that a view took away.</summary>
internal static class ExemplarLabels
{
    /// <summary>Characters of names and values together (https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars).</summary>
    private const int MaxCharacters = 128;

    public static void Build(in Exemplar exemplar, List<Label> labels, PrometheusExporterOptions options, Escaping escaping)
    {
        labels.Clear();
        var left = MaxCharacters;
        if (exemplar.TraceId != default)
        {
            Add(labels, "trace_id", exemplar.TraceId.ToHexString(), ref left);
            Add(labels, "span_id", exemplar.SpanId.ToHexString(), ref left);
        }

        foreach (var (key, value) in exemplar.FilteredTags)
            Add(
                labels,
                LabelName.Translate(key, options.Translation, escaping),
                LabelValue.Text(LabelValue.Clean(key, value, options.Redaction)),
                ref left
            );
    }

    private static void Add(List<Label> labels, string name, string value, ref int left)
    {
        // UTF-16 units are never fewer than the characters that the limit counts
        var length = name.Length + value.Length;
        if (length > left || value.Length == 0)
            return;
        foreach (var label in labels)
        {
            if (label.Name == name)
                return;
        }

        labels.Add(new Label(name, value));
        left -= length;
    }
}
