namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    private void ReadMetric(ref JsonScanner json)
    {
        if (!BeginObject(ref json))
            return;
        batch.Metrics++;
        var first = batch.Count;
        var seen = new SeenFields();
        var name = "";
        string? description = null;
        string? unit = null;
        var metadata = MetricPointRow.NoMetadata;
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.Name:
                    name = ReadString(ref json);
                    break;
                case OtlpField.Description:
                    description = ReadOptionalString(ref json);
                    break;
                case OtlpField.Unit:
                    unit = ReadOptionalString(ref json);
                    break;
                case OtlpField.Metadata:
                    metadata = ReferenceEquals(metadata, MetricPointRow.NoMetadata) ? [] : metadata;
                    ReadAttributes(ref json, metadata);
                    break;
                case OtlpField.Gauge:
                    ReadMetricData(ref json, MetricType.Gauge);
                    break;
                case OtlpField.Sum:
                    ReadMetricData(ref json, MetricType.Sum);
                    break;
                case OtlpField.Histogram:
                    ReadMetricData(ref json, MetricType.Histogram);
                    break;
                case OtlpField.ExponentialHistogram:
                    ReadMetricData(ref json, MetricType.ExponentialHistogram);
                    break;
                case OtlpField.Summary:
                    ReadMetricData(ref json, MetricType.Summary);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        for (var i = first; i < batch.Count; i++)
        {
            var point = (MetricPointRow)batch[i];
            point.MetricName = name;
            point.Description = description;
            point.Unit = unit;
            point.Metadata = metadata;
        }
    }

    private void ReadMetricData(ref JsonScanner json, MetricType type)
    {
        if (!BeginObject(ref json))
            return;
        var first = batch.Count;
        var seen = new SeenFields();
        var temporality = AggregationTemporality.Unspecified;
        var isMonotonic = false;
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.DataPoints:
                    if (!BeginArray(ref json))
                        break;
                    while (json.NextElement() && Within(ref json, !batch.OverBudget))
                        ReadPoint(ref json, type);
                    break;
                case OtlpField.AggregationTemporality:
                    temporality = (AggregationTemporality)ReadEnum(ref json, OtlpEnums.Temporality);
                    break;
                case OtlpField.IsMonotonic:
                    isMonotonic = ReadBoolean(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        for (var i = first; i < batch.Count; i++)
        {
            var point = (MetricPointRow)batch[i];
            point.Temporality = temporality;
            point.IsMonotonic = isMonotonic;
        }
    }

    private void ReadPoint(ref JsonScanner json, MetricType type)
    {
        if (!BeginObject(ref json))
            return;
        var point = batch.AddMetricPoint();
        point.MetricType = type;
        point.SetDefaults();
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.Attributes:
                    ReadAttributes(ref json, point.Attributes, ofRow: true);
                    break;
                case OtlpField.StartTimeUnixNano:
                    point.StartTimeUnixNano = ReadUInt63(ref json);
                    break;
                case OtlpField.TimeUnixNano:
                    point.TimeUnixNano = ReadUInt63(ref json);
                    break;
                case OtlpField.Flags:
                    point.Flags = ReadUInt32(ref json);
                    break;
                case OtlpField.AsDouble:
                    point.ValueDouble = TryReadDouble(ref json, out var number) ? number : null;
                    break;
                case OtlpField.AsInt:
                    point.ValueInt = TryReadInt64(ref json, out var integer) ? integer : null;
                    break;
                case OtlpField.Count:
                    point.Count = ReadUInt63(ref json);
                    break;
                case OtlpField.Sum:
                    point.Sum = TryReadDouble(ref json, out var sum) ? sum : null;
                    break;
                case OtlpField.Min:
                    point.Min = TryReadDouble(ref json, out var min) ? min : null;
                    break;
                case OtlpField.Max:
                    point.Max = TryReadDouble(ref json, out var max) ? max : null;
                    break;
                case OtlpField.BucketCounts:
                    point.BucketCounts = ReadCounts(ref json);
                    break;
                case OtlpField.ExplicitBounds:
                    point.ExplicitBounds = ReadBounds(ref json);
                    break;
                case OtlpField.Scale:
                    point.Scale = ReadInt32(ref json);
                    break;
                case OtlpField.ZeroCount:
                    point.ZeroCount = ReadUInt63(ref json);
                    break;
                case OtlpField.ZeroThreshold:
                    point.ZeroThreshold = TryReadDouble(ref json, out var threshold) ? threshold : 0;
                    break;
                case OtlpField.Positive:
                    (point.PositiveOffset, point.PositiveBucketCounts) = ReadBuckets(ref json);
                    break;
                case OtlpField.Negative:
                    (point.NegativeOffset, point.NegativeBucketCounts) = ReadBuckets(ref json);
                    break;
                case OtlpField.QuantileValues:
                    point.Quantiles = ReadQuantiles(ref json);
                    break;
                case OtlpField.Exemplars:
                    point.Exemplars = ReadExemplars(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private long[] ReadCounts(ref JsonScanner json)
    {
        if (!BeginArray(ref json))
            return [];
        var counts = new List<long>();
        while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
            counts.Add(ReadUInt63(ref json));
        return [.. counts];
    }

    private double[] ReadBounds(ref JsonScanner json)
    {
        if (!BeginArray(ref json))
            return [];
        var bounds = new List<double>();
        while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
            bounds.Add(TryReadDouble(ref json, out var bound) ? bound : 0);
        return [.. bounds];
    }

    private (int Offset, long[] Counts) ReadBuckets(ref JsonScanner json)
    {
        var offset = 0;
        long[] counts = [];
        if (!BeginObject(ref json))
            return (offset, counts);
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            if (field == OtlpField.Offset)
                offset = ReadInt32(ref json);
            else if (field == OtlpField.BucketCounts)
                counts = ReadCounts(ref json);
            else
                json.Skip();
        }

        return (offset, counts);
    }

    private QuantileValue[] ReadQuantiles(ref JsonScanner json)
    {
        if (!BeginArray(ref json))
            return [];
        var quantiles = new List<QuantileValue>();
        while (json.NextElement() && Within(ref json, batch.ChargeDetail()))
        {
            if (!BeginObject(ref json))
                continue;
            double quantile = 0;
            double value = 0;
            var seen = new SeenFields();
            while (NextField(ref json, ref seen, out var field))
            {
                if (field == OtlpField.Quantile)
                    TryReadDouble(ref json, out quantile);
                else if (field == OtlpField.Value)
                    TryReadDouble(ref json, out value);
                else
                    json.Skip();
            }

            quantiles.Add(new(quantile, value));
        }

        return [.. quantiles];
    }

    private Exemplar[] ReadExemplars(ref JsonScanner json)
    {
        if (!BeginArray(ref json))
            return [];
        var exemplars = new List<Exemplar>();
        while (json.NextElement() && Within(ref json, batch.ChargeDetail()))
        {
            if (!BeginObject(ref json))
                continue;
            var exemplar = new Exemplar();
            exemplars.Add(exemplar);
            var seen = new SeenFields();
            while (NextField(ref json, ref seen, out var field))
            {
                switch (field)
                {
                    case OtlpField.TimeUnixNano:
                        exemplar.TimeUnixNano = ReadUInt63(ref json);
                        break;
                    case OtlpField.AsDouble:
                        exemplar.ValueDouble = TryReadDouble(ref json, out var number) ? number : null;
                        break;
                    case OtlpField.AsInt:
                        exemplar.ValueInt = TryReadInt64(ref json, out var integer) ? integer : null;
                        break;
                    case OtlpField.TraceId:
                        exemplar.TraceId = ReadTraceId(ref json);
                        break;
                    case OtlpField.SpanId:
                        exemplar.SpanId = ReadSpanId(ref json);
                        break;
                    case OtlpField.FilteredAttributes:
                        ReadAttributes(ref json, exemplar.FilteredAttributes);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }

        return [.. exemplars];
    }
}
