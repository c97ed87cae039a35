using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Prometheus.Exposition;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Files;

/// <summary>An array of metrics, one on each line, for people and scripts.</summary>
internal sealed class JsonFileFormat(PrometheusExporterOptions options) : FileFormat
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ClassicBuckets _classic = new();
    private readonly ArrayBufferWriter<byte> _line = new(4096);

    public override int Write(List<Metric> metrics, Resource resource, ByteBuffer output, ExporterMetrics exporterMetrics)
    {
        var points = 0;
        output.Write("[\n"u8);
        for (var i = 0; i < metrics.Count; i++)
        {
            _line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_line, WriterOptions))
                points += Write(json, metrics[i]);
            output.Write(_line.WrittenSpan);
            output.Write(i == metrics.Count - 1 ? "\n"u8 : ",\n"u8);
        }

        output.Write("]\n"u8);
        return points;
    }

    private int Write(Utf8JsonWriter json, Metric metric)
    {
        var points = 0;
        json.WriteStartObject();
        json.WriteString("name", metric.Name);
        json.WriteString("unit", metric.Unit ?? "");
        json.WriteString("type", TypeName(metric.MetricType));
        json.WriteStartArray("points");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            json.WriteStartObject();
            json.WriteStartObject("attributes");
            foreach (var (key, value) in point.Tags)
                WriteAttribute(json, key, value);
            json.WriteEndObject();
            WriteValue(json, in point, metric.MetricType);
            json.WriteEndObject();
            points++;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return points;
    }

    private void WriteAttribute(Utf8JsonWriter json, string key, object? value)
    {
        json.WritePropertyName(key);
        value = LabelValue.Clean(key, value, options.Redaction);
        switch (value)
        {
            case bool b:
                json.WriteBooleanValue(b);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float:
                WriteNumber(json, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(LabelValue.Text(value));
                break;
        }
    }

    private void WriteValue(Utf8JsonWriter json, in MetricPoint point, MetricType type)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                json.WriteNumber("value", point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                json.WritePropertyName("value");
                WriteNumber(json, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                json.WriteNumber("value", point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                json.WritePropertyName("value");
                WriteNumber(json, point.GetGaugeLastValueDouble());
                break;
            default:
                WriteHistogram(json, in point, type);
                break;
        }
    }

    private void WriteHistogram(Utf8JsonWriter json, in MetricPoint point, MetricType type)
    {
        var count = point.GetHistogramCount();
        json.WriteNumber("count", count);
        json.WritePropertyName("sum");
        WriteNumber(json, point.GetHistogramSum());
        json.WriteStartArray("buckets");
        if (type == MetricType.ExponentialHistogram)
        {
            _classic.Build(Unsafe.AsRef(in point).GetExponentialHistogramData(), count);
            for (var i = 0; i < _classic.Bounds.Length; i++)
                WriteBucket(json, _classic.Bounds[i], _classic.Counts[i]);
        }
        else
        {
            var cumulative = 0L;
            foreach (var bucket in point.GetHistogramBuckets())
                WriteBucket(json, bucket.ExplicitBound, cumulative += bucket.BucketCount);
        }

        json.WriteEndArray();
    }

    private static void WriteBucket(Utf8JsonWriter json, double bound, long cumulative)
    {
        json.WriteStartObject();
        json.WritePropertyName("le");
        WriteNumber(json, bound);
        json.WriteNumber("count", cumulative);
        json.WriteEndObject();
    }

    // JSON has no other numbers
    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(
                double.IsNaN(value) ? "NaN"
                : value > 0 ? "+Inf"
                : "-Inf"
            );
    }

    private static string TypeName(MetricType type) =>
        type switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "updowncounter",
            MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
            MetricType.Histogram => "histogram",
            _ => "exponential_histogram",
        };
}
