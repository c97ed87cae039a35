using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Metrics as OTLP/JSON (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto).
/// The records of a line are its points; a metric with more points than a line takes is repeated, head and all, in the next line.
/// </summary>
internal sealed class OtlpMetricFormat : BatchFormat<Metric>
{
    private const int HeadBytes = 96_000;

    private readonly OtlpLines _lines = new("Metrics", "metrics");
    private readonly Dictionary<Metric, Head> _heads = [];

    public override void SetResource(Resource resource, string instance) => _lines.SetResource(resource, instance);

    public override void Write(in Batch<Metric> batch, LineOutput output)
    {
        _lines.Reset();
        var json = output.Json;
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var start = json.Position;
                try
                {
                    var head = GetHead(metric);
                    do
                    {
                        start = json.Position;
                        _lines.Open(json, head.Scope, head.Scope, metric, head.Bytes);
                        OtlpMetricPoint.Write(json, metric.MetricType, in point);
                    } while (!_lines.TryCommit(output, start, head.Scope, metric));
                }
                catch (Exception exception)
                {
                    // one point that cannot be written must not take the others with it
                    OtlpLines.Abandon(output, start, exception);
                }
            }
        }

        _lines.Flush(output);
    }

    private Head GetHead(Metric metric)
    {
        if (_heads.TryGetValue(metric, out var head))
            return head;
        if (_heads.Count >= 4096)
            _heads.Clear();
        var scope = _lines.ScopeHeader(metric.MeterName, metric.MeterVersion, metric.MeterTags, metric.MeterSchemaUrl);
        // metrics do not say which Meter object they came from: meters are the same when their headers are
        foreach (var known in _heads.Values)
        {
            if (scope.AsSpan().SequenceEqual(known.Scope))
            {
                scope = known.Scope;
                break;
            }
        }

        return _heads[metric] = new Head(scope, WriteHead(metric));
    }

    private static byte[] WriteHead(Metric metric)
    {
        var json = new JsonBuffer(HeadBytes) { Shrinking = true };
        json.Raw("{\"name\":"u8);
        json.String(metric.Name);
        if (metric.Description is { Length: > 0 } description)
        {
            json.Raw(",\"description\":"u8);
            json.String(description);
        }

        if (metric.Unit is { Length: > 0 } unit)
        {
            json.Raw(",\"unit\":"u8);
            json.String(unit);
        }

        // AGGREGATION_TEMPORALITY_DELTA = 1, AGGREGATION_TEMPORALITY_CUMULATIVE = 2
        var temporality = metric.Temporality == AggregationTemporality.Delta ? "1,"u8 : "2,"u8;
        switch (metric.MetricType)
        {
            case MetricType.LongSum:
            case MetricType.DoubleSum:
                json.Raw(",\"sum\":{\"isMonotonic\":true,\"aggregationTemporality\":"u8);
                json.Raw(temporality);
                break;
            case MetricType.LongSumNonMonotonic:
            case MetricType.DoubleSumNonMonotonic:
                json.Raw(",\"sum\":{\"isMonotonic\":false,\"aggregationTemporality\":"u8);
                json.Raw(temporality);
                break;
            case MetricType.Histogram:
                json.Raw(",\"histogram\":{\"aggregationTemporality\":"u8);
                json.Raw(temporality);
                break;
            case MetricType.ExponentialHistogram:
                json.Raw(",\"exponentialHistogram\":{\"aggregationTemporality\":"u8);
                json.Raw(temporality);
                break;
            default:
                json.Raw(",\"gauge\":{"u8);
                break;
        }

        json.Raw("\"dataPoints\":["u8);
        return json.Written.ToArray();
    }

    private sealed record Head(byte[] Scope, byte[] Bytes);
}
