using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>Writes length-delimited io.prometheus.client.MetricFamily messages. Not thread-safe; a steady set of series allocates nothing.</summary>
internal sealed class ProtobufExposition(Catalog catalog, PrometheusExporterOptions options, Escaping escaping)
{
    private readonly ByteBuffer _body = new();
    private readonly BucketExemplars _bucketExemplars = new();
    private readonly ClassicBuckets _classic = new();
    private readonly NativeHistogram _native = new();
    private readonly List<Label> _exemplarLabels = [];

    /// <summary>Writes all families and returns how many points that were.</summary>
    public int Write(ByteBuffer output)
    {
        output.Write(catalog.Info.Written);
        var points = 0;
        foreach (var family in catalog.Families)
        {
            var fields = family.Protobuf!;
            output.GetSpan(fields.LengthSize);
            output.Advance(fields.LengthSize);
            var start = output.Length;
            output.Write(fields.Header);
            foreach (var stream in family.Streams)
            {
                stream.Rewind();
                points += stream.Metric.MetricType switch
                {
                    MetricType.Histogram => WriteHistogram(output, stream),
                    MetricType.ExponentialHistogram => WriteExponential(output, stream),
                    _ => WriteNumbers(output, stream),
                };
            }

            output.Write(fields.Trailer);
            fields.LengthSize = ProtobufFamily.End(output, start, fields.LengthSize);
        }

        return points;
    }

    private int WriteNumbers(ByteBuffer output, MetricStream stream)
    {
        var type = stream.Metric.MetricType;
        var counter = type is MetricType.LongSum or MetricType.DoubleSum;
        var arena = stream.Family.Arena;
        var points = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            ref readonly var series = ref stream.Find(point.Tags, catalog);
            if (series.Length < 0)
                continue;
            points++;
            var labels = arena.Array.AsSpan(series.Offset, series.Length);
            var value = Value(in point, type);
            if (
                counter
                && point.TryGetExemplars(out var exemplars)
                && WriteWithExemplar(output, labels, value, exemplars, type == MetricType.LongSum)
            )
                continue;
            output.Write(ProtobufFamily.FamilyMetric);
            ProtobufFamily.WriteVarint(output, (ulong)(labels.Length + ProtobufFamily.NumberLength + 2));
            var span = output.GetSpan(labels.Length + ProtobufFamily.NumberLength + 2);
            labels.CopyTo(span);
            span = span[labels.Length..];
            span[0] = counter ? ProtobufFamily.MetricCounter : ProtobufFamily.MetricGauge;
            span[1] = ProtobufFamily.NumberLength;
            span[2] = 1 << 3 | 1;
            BinaryPrimitives.WriteDoubleLittleEndian(span[3..], value);
            output.Advance(labels.Length + ProtobufFamily.NumberLength + 2);
        }

        return points;
    }

    private bool WriteWithExemplar(
        ByteBuffer output,
        ReadOnlySpan<byte> labels,
        double value,
        ReadOnlyExemplarCollection exemplars,
        bool isLong
    )
    {
        foreach (ref readonly var exemplar in exemplars)
        {
            _body.Clear();
            ProtobufFamily.WriteDouble(_body, 1 << 3 | 1, value);
            _body.Write(2 << 3 | 2);
            WriteExemplar(_body, in exemplar, isLong);
            WriteMetric(output, labels, ProtobufFamily.MetricCounter);
            return true;
        }

        return false;
    }

    private int WriteHistogram(ByteBuffer output, MetricStream stream)
    {
        var points = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            ref readonly var series = ref stream.Find(point.Tags, catalog);
            if (series.Length < 0)
                continue;
            StartHistogram(in point);
            var buckets = point.GetHistogramBuckets();
            stream.UseBounds(buckets);
            var exemplars = _bucketExemplars.Sort(in point, stream.Bounds);
            var cumulative = 0L;
            var index = 0;
            foreach (var bucket in buckets)
            {
                cumulative += bucket.BucketCount;
                WriteBucket(bucket.ExplicitBound, cumulative, exemplars && _bucketExemplars.Has(index) ? index : -1);
                index++;
            }

            if (index == 0)
                WriteBucket(double.PositiveInfinity, point.GetHistogramCount(), -1);
            WriteMetric(output, stream.Family.Arena.Array.AsSpan(series.Offset, series.Length), ProtobufFamily.MetricHistogram);
            points++;
        }

        return points;
    }

    // both forms, as other clients do: a server that keeps no native histograms takes the buckets
    private int WriteExponential(ByteBuffer output, MetricStream stream)
    {
        var points = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            ref readonly var series = ref stream.Find(point.Tags, catalog);
            if (series.Length < 0)
                continue;
            StartHistogram(in point);
            var data = Unsafe.AsRef(in point).GetExponentialHistogramData();
            _classic.Build(data, point.GetHistogramCount());
            var exemplars = _bucketExemplars.Sort(in point, _classic.Bounds);
            for (var i = 0; i < _classic.Bounds.Length; i++)
                WriteBucket(_classic.Bounds[i], _classic.Counts[i], exemplars && _bucketExemplars.Has(i) ? i : -1);
            if (_native.Write(_body, data) && point.TryGetExemplars(out var all))
            {
                foreach (ref readonly var exemplar in all)
                {
                    ProtobufFamily.WriteVarint(_body, 16 << 3 | 2);
                    WriteExemplar(_body, in exemplar, isLong: false);
                }
            }

            WriteMetric(output, stream.Family.Arena.Array.AsSpan(series.Offset, series.Length), ProtobufFamily.MetricHistogram);
            points++;
        }

        return points;
    }

    private void StartHistogram(in MetricPoint point)
    {
        _body.Clear();
        _body.Write(1 << 3);
        ProtobufFamily.WriteVarint(_body, (ulong)point.GetHistogramCount());
        ProtobufFamily.WriteDouble(_body, 2 << 3 | 1, point.GetHistogramSum());
    }

    private void WriteBucket(double bound, long cumulative, int exemplar)
    {
        _body.Write(3 << 3 | 2);
        var start = ProtobufFamily.Begin(_body);
        _body.Write(1 << 3);
        ProtobufFamily.WriteVarint(_body, (ulong)cumulative);
        ProtobufFamily.WriteDouble(_body, 2 << 3 | 1, bound);
        if (exemplar >= 0)
        {
            _body.Write(3 << 3 | 2);
            WriteExemplar(_body, in _bucketExemplars[exemplar], isLong: false);
        }

        ProtobufFamily.End(_body, start);
    }

    /// <summary>A Metric of labels and <see cref="_body"/>.</summary>
    private void WriteMetric(ByteBuffer output, ReadOnlySpan<byte> labels, byte field)
    {
        output.Write(ProtobufFamily.FamilyMetric);
        ProtobufFamily.WriteVarint(output, (ulong)(labels.Length + 1 + ProtobufFamily.VarintSize(_body.Length) + _body.Length));
        output.Write(labels);
        output.Write(field);
        ProtobufFamily.WriteVarint(output, (ulong)_body.Length);
        output.Write(_body.Written);
    }

    private void WriteExemplar(ByteBuffer output, in Exemplar exemplar, bool isLong)
    {
        ExemplarLabels.Build(in exemplar, _exemplarLabels, options, escaping);
        var start = ProtobufFamily.Begin(output);
        ProtobufFamily.WriteLabels(output, _exemplarLabels, 1 << 3 | 2);
        ProtobufFamily.WriteDouble(output, 2 << 3 | 1, isLong ? exemplar.LongValue : exemplar.DoubleValue);
        output.Write(3 << 3 | 2);
        var timestamp = ProtobufFamily.Begin(output);
        output.Write(1 << 3);
        ProtobufFamily.WriteVarint(output, (ulong)exemplar.Timestamp.ToUnixTimeSeconds());
        output.Write(2 << 3);
        ProtobufFamily.WriteVarint(output, (ulong)(exemplar.Timestamp.Ticks % TimeSpan.TicksPerSecond * 100));
        ProtobufFamily.End(output, timestamp);
        ProtobufFamily.End(output, start);
    }

    private static double Value(in MetricPoint point, MetricType type) =>
        type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        };
}
