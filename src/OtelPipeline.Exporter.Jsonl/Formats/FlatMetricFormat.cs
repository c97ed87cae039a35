using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>One flat line for each data point; the fields have the names of the Parquet columns.</summary>
internal sealed class FlatMetricFormat : BatchFormat<Metric>
{
    public override void SetResource(Resource resource, string instance) { }

    public override void Write(in Batch<Metric> batch, LineOutput output)
    {
        var json = output.Json;
        var records = 0;
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var start = json.Position;
                try
                {
                    while (true)
                    {
                        WritePoint(json, metric, in point);
                        if (!json.Overflowed)
                            break;
                        json.Position = start;
                        FlatLines.MakeRoom(output, ref records, ref start);
                    }

                    records++;
                }
                catch (Exception exception)
                {
                    // one point that cannot be written must not take the others with it
                    json.Position = start;
                    output.Drop(1, exception);
                }

                json.Shrinking = false;
                if (json.Position >= FlatLines.BlockBytes)
                    FlatLines.Flush(output, ref records);
            }
        }

        FlatLines.Flush(output, ref records);
    }

    private static void WritePoint(JsonBuffer json, Metric metric, in MetricPoint point)
    {
        json.Raw("{\"timestamp\":"u8);
        json.Rfc3339(point.EndTime.UtcDateTime);
        json.Raw(",\"event_type\":\"metric\",\"metric_name\":"u8);
        json.String(metric.Name);
        json.Raw(
            metric.MetricType switch
            {
                MetricType.Histogram => ",\"metric_type\":\"histogram\""u8,
                MetricType.ExponentialHistogram => ",\"metric_type\":\"exponential_histogram\""u8,
                MetricType.LongGauge or MetricType.DoubleGauge => ",\"metric_type\":\"gauge\""u8,
                MetricType.LongSum or MetricType.DoubleSum => ",\"metric_type\":\"sum\",\"is_monotonic\":true"u8,
                _ => ",\"metric_type\":\"sum\",\"is_monotonic\":false"u8,
            }
        );
        if (metric.Unit is { Length: > 0 } unit)
        {
            json.Raw(",\"unit\":"u8);
            json.String(unit);
        }

        if (metric.MetricType is not (MetricType.LongGauge or MetricType.DoubleGauge))
            json.Raw(
                metric.Temporality == AggregationTemporality.Delta ? ",\"temporality\":\"delta\""u8 : ",\"temporality\":\"cumulative\""u8
            );
        json.Raw(",\"start_timestamp\":"u8);
        json.Rfc3339(point.StartTime.UtcDateTime);
        FlatMetricValue.Write(json, metric.MetricType, in point);
        json.Raw(",\"category\":"u8);
        json.String(metric.MeterName);
        json.Raw(",\"attributes\":{"u8);
        var first = true;
        foreach (var (key, value) in point.Tags)
            FlatValue.TryWriteMember(json, ref first, key, value);
        json.Raw("}}\n"u8);
    }
}
