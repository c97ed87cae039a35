using OpenTelemetry.Metrics;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Parquet.Sinks;
using AggregationTemporality = OtelPipeline.Data.AggregationTemporality;
using Exemplar = OtelPipeline.Data.Exemplar;
using MetricType = OpenTelemetry.Metrics.MetricType;
using RowType = OtelPipeline.Data.MetricType;

namespace OtelPipeline.Exporter.Parquet.Conversion;

/// <summary>Metrics: one row for each point.</summary>
internal sealed class MetricConverter : RowConverter<Metric, MetricPointRow>
{
    private static readonly Func<object, ScopeInfo> ToScope = static key =>
    {
        var metric = (Metric)key;
        return CreateScope(metric.MeterName, metric.MeterVersion, metric.MeterTags, metric.MeterSchemaUrl);
    };

    public override void Convert(Metric record, ParquetSink<MetricPointRow> sink)
    {
        foreach (ref readonly var point in record.GetMetricPoints())
        {
            MetricPointRow row;
            try
            {
                row = Convert(record, in point);
            }
            catch (Exception exception)
            {
                // one point that cannot be read must not take the others with it
                sink.Drop(1, exception);
                continue;
            }

            sink.Add(row);
        }
    }

    private MetricPointRow Convert(Metric metric, in MetricPoint point)
    {
        var row = new MetricPointRow
        {
            Resource = Resource,
            Scope = Scope(metric, ToScope),
            MetricName = metric.Name,
            Unit = metric.Unit is { Length: > 0 } unit ? unit : null,
            Description = metric.Description is { Length: > 0 } description ? description : null,
            StartTimeUnixNano = Attributes.UnixNano(point.StartTime.UtcDateTime),
            TimeUnixNano = Attributes.UnixNano(point.EndTime.UtcDateTime),
        };
        // both number them alike: delta is 1, cumulative is 2 in OTLP
        var temporality =
            metric.Temporality == OpenTelemetry.Metrics.AggregationTemporality.Delta
                ? AggregationTemporality.Delta
                : AggregationTemporality.Cumulative;
        var isLong = metric.MetricType is MetricType.LongSum or MetricType.LongSumNonMonotonic or MetricType.LongGauge;
        switch (metric.MetricType)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                row.ValueInt = point.GetSumLong();
                Sum(row, temporality, metric.MetricType == MetricType.LongSum);
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                row.ValueDouble = point.GetSumDouble();
                Sum(row, temporality, metric.MetricType == MetricType.DoubleSum);
                break;
            case MetricType.LongGauge:
                row.MetricType = RowType.Gauge;
                row.ValueInt = point.GetGaugeLastValueLong();
                break;
            case MetricType.DoubleGauge:
                row.MetricType = RowType.Gauge;
                row.ValueDouble = point.GetGaugeLastValueDouble();
                break;
            case MetricType.Histogram:
                row.MetricType = RowType.Histogram;
                row.Temporality = temporality;
                Distribution(row, in point);
                Buckets(row, point.GetHistogramBuckets());
                break;
            case MetricType.ExponentialHistogram:
                row.MetricType = RowType.ExponentialHistogram;
                row.Temporality = temporality;
                Distribution(row, in point);
                ExponentialBuckets(row, point);
                break;
        }

        uint dropped = 0;
        foreach (var (key, value) in point.Tags)
            Attributes.Add(row.Attributes, key, value, ref dropped);
        Exemplars(row, in point, isLong);
        return row;
    }

    private static void Sum(MetricPointRow row, AggregationTemporality temporality, bool isMonotonic)
    {
        row.MetricType = RowType.Sum;
        row.Temporality = temporality;
        row.IsMonotonic = isMonotonic;
    }

    private static void Distribution(MetricPointRow row, in MetricPoint point)
    {
        row.Count = point.GetHistogramCount();
        row.Sum = point.GetHistogramSum();
        if (point.TryGetHistogramMinMaxValues(out var min, out var max))
            (row.Min, row.Max) = (min, max);
    }

    private static void Buckets(MetricPointRow row, HistogramBuckets buckets)
    {
        var counts = new List<long>();
        var bounds = new List<double>();
        foreach (var bucket in buckets)
        {
            counts.Add(bucket.BucketCount);
            if (!double.IsPositiveInfinity(bucket.ExplicitBound))
                bounds.Add(bucket.ExplicitBound);
        }

        row.BucketCounts = counts;
        row.ExplicitBounds = bounds;
    }

    // not `in`: GetExponentialHistogramData is no readonly member
    private static void ExponentialBuckets(MetricPointRow row, MetricPoint point)
    {
        var data = point.GetExponentialHistogramData();
        row.Scale = data.Scale;
        row.ZeroCount = data.ZeroCount;
        row.ZeroThreshold = 0;
        row.PositiveOffset = data.PositiveBuckets.Offset;
        var counts = new List<long>();
        foreach (var count in data.PositiveBuckets)
            counts.Add(count);
        row.PositiveBucketCounts = counts;
    }

    private static void Exemplars(MetricPointRow row, in MetricPoint point, bool isLong)
    {
        if (!point.TryGetExemplars(out var exemplars))
            return;
        var rows = new List<Exemplar>();
        foreach (ref readonly var exemplar in exemplars)
        {
            var item = new Exemplar
            {
                TimeUnixNano = Attributes.UnixNano(exemplar.Timestamp.UtcDateTime),
                ValueInt = isLong ? exemplar.LongValue : null,
                ValueDouble = isLong ? null : exemplar.DoubleValue,
                TraceId = Attributes.TraceId(exemplar.TraceId),
                SpanId = Attributes.SpanId(exemplar.SpanId),
            };
            uint dropped = 0;
            foreach (var (key, value) in exemplar.FilteredTags)
                Attributes.Add(item.FilteredAttributes, key, value, ref dropped);
            rows.Add(item);
        }

        row.Exemplars = rows;
    }
}
