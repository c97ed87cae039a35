using System.Runtime.CompilerServices;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>Writes length-delimited io.prometheus.client.MetricFamily messages. Not thread-safe; a steady set of series allocates nothing.</summary>
internal sealed class ProtobufExposition(Catalog catalog, PrometheusExporterOptions options, Escaping escaping)
{
    /// <summary>A bucket without exemplar: a count and a bound.</summary>
    private const int MaxBucketLength = 1 + ProtobufFamily.MaxVarintSize + ProtobufFamily.DoubleSize;

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
            var value = Value(in point, type);
            if (
                counter
                && point.TryGetExemplars(out var exemplars)
                && WriteWithExemplar(output, arena, in series, value, exemplars, type == MetricType.LongSum)
            )
                continue;
            const int numberSize = ProtobufFamily.NumberLength + 2;
            ref var start = ref StartMetric(output, arena, in series, numberSize, out var length);
            ref var number = ref Unsafe.Add(ref start, length);
            number = counter ? ProtobufFamily.MetricCounter : ProtobufFamily.MetricGauge;
            Unsafe.Add(ref number, 1) = ProtobufFamily.NumberLength;
            ProtobufFamily.WriteDouble(ref Unsafe.Add(ref number, 2), 1 << 3 | 1, value);
            output.Advance(length + numberSize);
        }

        return points;
    }

    private bool WriteWithExemplar(
        ByteBuffer output,
        ByteBuffer arena,
        in Series series,
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
            WriteMetric(output, arena, in series, ProtobufFamily.MetricCounter);
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
            WriteMetric(output, stream.Family.Arena, in series, ProtobufFamily.MetricHistogram);
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

            WriteMetric(output, stream.Family.Arena, in series, ProtobufFamily.MetricHistogram);
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
        if (exemplar >= 0)
        {
            WriteBucketWithExemplar(bound, cumulative, in _bucketExemplars[exemplar]);
            return;
        }

        ref var bucket = ref _body.GetReference(2 + MaxBucketLength);
        var length = 1 + ProtobufFamily.WriteVarint(ref Unsafe.Add(ref bucket, 3), (ulong)cumulative);
        ProtobufFamily.WriteDouble(ref Unsafe.Add(ref bucket, 2 + length), 2 << 3 | 1, bound);
        length += ProtobufFamily.DoubleSize;
        bucket = 3 << 3 | 2;
        Unsafe.Add(ref bucket, 1) = (byte)length;
        Unsafe.Add(ref bucket, 2) = 1 << 3;
        _body.Advance(2 + length);
    }

    private void WriteBucketWithExemplar(double bound, long cumulative, in Exemplar exemplar)
    {
        _body.Write(3 << 3 | 2);
        var start = ProtobufFamily.Begin(_body);
        _body.Write(1 << 3);
        ProtobufFamily.WriteVarint(_body, (ulong)cumulative);
        ProtobufFamily.WriteDouble(_body, 2 << 3 | 1, bound);
        _body.Write(3 << 3 | 2);
        WriteExemplar(_body, in exemplar, isLong: false);
        ProtobufFamily.End(_body, start);
    }

    /// <summary>A Metric of labels and <see cref="_body"/>.</summary>
    private void WriteMetric(ByteBuffer output, ByteBuffer arena, in Series series, byte field)
    {
        var rest = 1 + ProtobufFamily.VarintSize(_body.Length) + _body.Length;
        ref var start = ref StartMetric(output, arena, in series, rest, out var length);
        Unsafe.Add(ref start, length++) = field;
        length += ProtobufFamily.WriteVarint(ref Unsafe.Add(ref start, length), (ulong)_body.Length);
        _body.CopyTo(ref Unsafe.Add(ref start, length));
        output.Advance(length + _body.Length);
    }

    /// <summary>A Metric up to its labels, with room for <paramref name="rest"/> bytes more, which it counts as its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte StartMetric(ByteBuffer output, ByteBuffer arena, in Series series, int rest, out int length)
    {
        ref var start = ref output.GetReference(series.Length + rest + ProtobufFamily.MaxVarintSize + 1);
        start = ProtobufFamily.FamilyMetric;
        length = 1 + ProtobufFamily.WriteVarint(ref Unsafe.Add(ref start, 1), (ulong)(series.Length + rest));
        arena.CopyTo(series.Offset, series.Length, ref Unsafe.Add(ref start, length));
        length += series.Length;
        return ref start;
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
