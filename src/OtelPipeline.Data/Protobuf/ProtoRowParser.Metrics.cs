using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Protobuf;

internal sealed partial class ProtoRowParser
{
    private void ReadMetric(ReadOnlySpan<byte> message)
    {
        batch.Metrics++;
        var first = batch.Count;
        var name = "";
        string? description = null;
        string? unit = null;
        var metadata = MetricPointRow.NoMetadata;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Bytes):
                    name = _strings.Get(reader.ReadBytes());
                    break;
                case (2, ProtoReader.Bytes):
                    description = OptionalString(reader.ReadBytes());
                    break;
                case (3, ProtoReader.Bytes):
                    unit = OptionalString(reader.ReadBytes());
                    break;
                case (5, ProtoReader.Bytes):
                    ReadMetricData(reader.ReadBytes(), MetricType.Gauge);
                    break;
                case (7, ProtoReader.Bytes):
                    ReadMetricData(reader.ReadBytes(), MetricType.Sum);
                    break;
                case (9, ProtoReader.Bytes):
                    ReadMetricData(reader.ReadBytes(), MetricType.Histogram);
                    break;
                case (10, ProtoReader.Bytes):
                    ReadMetricData(reader.ReadBytes(), MetricType.ExponentialHistogram);
                    break;
                case (11, ProtoReader.Bytes):
                    ReadMetricData(reader.ReadBytes(), MetricType.Summary);
                    break;
                case (12, ProtoReader.Bytes):
                    metadata = ReferenceEquals(metadata, MetricPointRow.NoMetadata) ? [] : metadata;
                    ReadAttribute(reader.ReadBytes(), metadata, 0);
                    break;
                default:
                    reader.Skip();
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

    private void ReadMetricData(ReadOnlySpan<byte> message, MetricType type)
    {
        var first = batch.Count;
        var temporality = AggregationTemporality.Unspecified;
        var isMonotonic = false;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Bytes):
                    if (Within(!batch.OverBudget))
                        ReadPoint(reader.ReadBytes(), type);
                    break;
                case (2, ProtoReader.Varint):
                    temporality = (AggregationTemporality)EnumValue(reader.ReadVarint(), OtlpEnums.Temporality);
                    break;
                case (3, ProtoReader.Varint):
                    isMonotonic = reader.ReadVarint() != 0;
                    break;
                default:
                    reader.Skip();
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

    private void ReadPoint(ReadOnlySpan<byte> message, MetricType type)
    {
        var point = batch.AddMetricPoint();
        point.MetricType = type;
        point.SetDefaults();
        if (type == MetricType.Histogram)
            ReadHistogramPoint(message, point);
        else if (type == MetricType.ExponentialHistogram)
            ReadExponentialPoint(message, point);
        else if (type == MetricType.Summary)
            ReadSummaryPoint(message, point);
        else
            ReadNumberPoint(message, point);
    }

    private void ReadNumberPoint(ReadOnlySpan<byte> message, MetricPointRow point)
    {
        var exemplars = new List<Exemplar>();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (2, ProtoReader.Fixed64):
                    point.StartTimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (3, ProtoReader.Fixed64):
                    point.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (4, ProtoReader.Fixed64):
                    point.ValueDouble = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (5, ProtoReader.Bytes):
                    AddExemplar(reader.ReadBytes(), exemplars);
                    break;
                case (6, ProtoReader.Fixed64):
                    point.ValueInt = (long)reader.ReadFixed64();
                    break;
                case (7, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), point.Attributes, 0);
                    break;
                case (8, ProtoReader.Varint):
                    point.Flags = (uint)reader.ReadVarint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        point.Exemplars = [.. exemplars];
    }

    private void ReadHistogramPoint(ReadOnlySpan<byte> message, MetricPointRow point)
    {
        var exemplars = new List<Exemplar>();
        var counts = new List<long>();
        var bounds = new List<double>();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (2, ProtoReader.Fixed64):
                    point.StartTimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (3, ProtoReader.Fixed64):
                    point.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (4, ProtoReader.Fixed64):
                    point.Count = Clamp(reader.ReadFixed64());
                    break;
                case (5, ProtoReader.Fixed64):
                    point.Sum = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (6, ProtoReader.Bytes or ProtoReader.Fixed64):
                    ReadFixed64s(ref reader, counts);
                    break;
                case (7, ProtoReader.Bytes or ProtoReader.Fixed64):
                    ReadDoubles(ref reader, bounds);
                    break;
                case (8, ProtoReader.Bytes):
                    AddExemplar(reader.ReadBytes(), exemplars);
                    break;
                case (9, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), point.Attributes, 0);
                    break;
                case (10, ProtoReader.Varint):
                    point.Flags = (uint)reader.ReadVarint();
                    break;
                case (11, ProtoReader.Fixed64):
                    point.Min = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (12, ProtoReader.Fixed64):
                    point.Max = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        point.BucketCounts = [.. counts];
        point.ExplicitBounds = [.. bounds];
        point.Exemplars = [.. exemplars];
    }

    private void ReadExponentialPoint(ReadOnlySpan<byte> message, MetricPointRow point)
    {
        var exemplars = new List<Exemplar>();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), point.Attributes, 0);
                    break;
                case (2, ProtoReader.Fixed64):
                    point.StartTimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (3, ProtoReader.Fixed64):
                    point.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (4, ProtoReader.Fixed64):
                    point.Count = Clamp(reader.ReadFixed64());
                    break;
                case (5, ProtoReader.Fixed64):
                    point.Sum = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (6, ProtoReader.Varint):
                    point.Scale = ZigZag(reader.ReadVarint());
                    break;
                case (7, ProtoReader.Fixed64):
                    point.ZeroCount = Clamp(reader.ReadFixed64());
                    break;
                case (8, ProtoReader.Bytes):
                    (point.PositiveOffset, point.PositiveBucketCounts) = ReadBuckets(reader.ReadBytes());
                    break;
                case (9, ProtoReader.Bytes):
                    (point.NegativeOffset, point.NegativeBucketCounts) = ReadBuckets(reader.ReadBytes());
                    break;
                case (10, ProtoReader.Varint):
                    point.Flags = (uint)reader.ReadVarint();
                    break;
                case (11, ProtoReader.Bytes):
                    AddExemplar(reader.ReadBytes(), exemplars);
                    break;
                case (12, ProtoReader.Fixed64):
                    point.Min = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (13, ProtoReader.Fixed64):
                    point.Max = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (14, ProtoReader.Fixed64):
                    point.ZeroThreshold = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        point.Exemplars = [.. exemplars];
    }

    private void ReadSummaryPoint(ReadOnlySpan<byte> message, MetricPointRow point)
    {
        var quantiles = new List<QuantileValue>();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (2, ProtoReader.Fixed64):
                    point.StartTimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (3, ProtoReader.Fixed64):
                    point.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (4, ProtoReader.Fixed64):
                    point.Count = Clamp(reader.ReadFixed64());
                    break;
                case (5, ProtoReader.Fixed64):
                    point.Sum = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (6, ProtoReader.Bytes):
                    if (Within(batch.ChargeDetail()))
                        quantiles.Add(ReadQuantile(reader.ReadBytes()));
                    break;
                case (7, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), point.Attributes, 0);
                    break;
                case (8, ProtoReader.Varint):
                    point.Flags = (uint)reader.ReadVarint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        point.Quantiles = [.. quantiles];
    }
}
