using System.Globalization;
using System.Runtime.CompilerServices;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>Writes text 0.0.4, text 1.0.0 and OpenMetrics. Not thread-safe; a steady set of series allocates nothing.</summary>
internal sealed class TextExposition(Catalog catalog, PrometheusExporterOptions options, Escaping escaping)
{
    private readonly ByteBuffer _prefix = new();
    private readonly BucketExemplars _bucketExemplars = new();
    private readonly ClassicBuckets _classic = new();
    private readonly List<Label> _exemplarLabels = [];

    /// <summary>Writes all families and returns how many points that were.</summary>
    public int Write(ByteBuffer output, bool openMetrics)
    {
        output.Write(openMetrics ? catalog.OpenMetricsInfo.Written : catalog.Info.Written);
        var points = 0;
        foreach (var family in catalog.Families)
        {
            output.Write(openMetrics ? family.Text!.OpenMetricsHeader : family.Text!.Header);
            foreach (var stream in family.Streams)
            {
                stream.Rewind();
                points += stream.Metric.MetricType switch
                {
                    MetricType.Histogram => WriteHistogram(output, stream, family.Text, openMetrics),
                    MetricType.ExponentialHistogram => WriteExponential(output, stream, family.Text, openMetrics),
                    _ => WriteNumbers(output, stream, family.Text, openMetrics),
                };
            }
        }

        if (openMetrics)
            output.Write("# EOF\n"u8);
        return points;
    }

    private int WriteNumbers(ByteBuffer output, MetricStream stream, TextFamily names, bool openMetrics)
    {
        var type = stream.Metric.MetricType;
        var exemplars = openMetrics && names.HasExemplars;
        var arena = stream.Family.Arena;
        var points = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            ref readonly var series = ref stream.Find(point.Tags, catalog);
            if (series.Length < 0)
                continue;
            ref var line = ref output.GetReference(series.Length + TextNumber.MaxLength + 1);
            arena.CopyTo(series.Offset, series.Length, ref line);
            var length = series.Length;
            length += WriteValue(ref Unsafe.Add(ref line, length), in point, type);
            if (exemplars && point.TryGetExemplars(out var collection))
            {
                output.Advance(length);
                foreach (ref readonly var exemplar in collection)
                {
                    WriteExemplar(output, in exemplar, type == MetricType.LongSum);
                    break;
                }

                output.Write((byte)'\n');
            }
            else
            {
                Unsafe.Add(ref line, length) = (byte)'\n';
                output.Advance(length + 1);
            }

            points++;
        }

        return points;
    }

    private int WriteHistogram(ByteBuffer output, MetricStream stream, TextFamily names, bool openMetrics)
    {
        var points = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            ref readonly var series = ref stream.Find(point.Tags, catalog);
            if (series.Length < 0)
                continue;
            StartBuckets(stream, names, in series);
            var buckets = point.GetHistogramBuckets();
            stream.UseBounds(buckets);
            var bounds = openMetrics ? stream.OpenMetricsBounds : stream.TextBounds;
            var exemplars = openMetrics && _bucketExemplars.Sort(in point, stream.Bounds);
            var cumulative = 0L;
            var index = 0;
            foreach (var bucket in buckets)
            {
                cumulative += bucket.BucketCount;
                WriteBucket(output, bounds[index], cumulative, exemplars && _bucketExemplars.Has(index) ? index : -1);
                index++;
            }

            var count = point.GetHistogramCount();
            if (index == 0)
                WriteBucket(output, ClassicBuckets.Label(double.PositiveInfinity, openMetrics), count, -1);

            // a sum that can fall is no counter, and without it there must be no count
            if (!openMetrics || index == 0 || stream.Bounds[0] >= 0)
                WriteSumAndCount(output, stream, names, in series, point.GetHistogramSum(), count);
            points++;
        }

        return points;
    }

    private int WriteExponential(ByteBuffer output, MetricStream stream, TextFamily names, bool openMetrics)
    {
        var points = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            ref readonly var series = ref stream.Find(point.Tags, catalog);
            if (series.Length < 0)
                continue;
            StartBuckets(stream, names, in series);
            var count = point.GetHistogramCount();
            _classic.Build(Unsafe.AsRef(in point).GetExponentialHistogramData(), count);
            var exemplars = openMetrics && _bucketExemplars.Sort(in point, _classic.Bounds);
            for (var i = 0; i < _classic.Bounds.Length; i++)
            {
                WriteBucket(
                    output,
                    ClassicBuckets.Label(_classic.Bounds[i], openMetrics),
                    _classic.Counts[i],
                    exemplars && _bucketExemplars.Has(i) ? i : -1
                );
            }

            WriteSumAndCount(output, stream, names, in series, point.GetHistogramSum(), count);
            points++;
        }

        return points;
    }

    /// <summary>Keeps what all buckets of a point begin with.</summary>
    private void StartBuckets(MetricStream stream, TextFamily names, in Series series)
    {
        _prefix.Clear();
        ref var start = ref _prefix.GetReference(names.Bucket.Open.Length + series.Length);
        names.Bucket.Open.CopyTo(ref start);
        stream.Family.Arena.CopyTo(series.Offset, series.Length, ref Unsafe.Add(ref start, names.Bucket.Open.Length));
        _prefix.Advance(names.Bucket.Open.Length + series.Length);
    }

    private void WriteBucket(ByteBuffer output, ByteBuffer bound, long cumulative, int exemplar)
    {
        var prefix = _prefix;
        ref var line = ref output.GetReference(prefix.Length + bound.Length + TextNumber.MaxLength + 1);
        prefix.CopyTo(ref line);
        var length = prefix.Length;
        bound.CopyTo(ref Unsafe.Add(ref line, length));
        length += bound.Length;
        length += TextNumber.Write(ref Unsafe.Add(ref line, length), cumulative);
        if (exemplar < 0)
        {
            Unsafe.Add(ref line, length) = (byte)'\n';
            output.Advance(length + 1);
            return;
        }

        output.Advance(length);
        WriteExemplar(output, in _bucketExemplars[exemplar], isLong: false);
        output.Write((byte)'\n');
    }

    private static void WriteSumAndCount(ByteBuffer output, MetricStream stream, TextFamily names, in Series series, double sum, long count)
    {
        ref var line = ref StartSample(output, names.Sum, stream, in series, out var length);
        length += TextNumber.Write(ref Unsafe.Add(ref line, length), sum);
        Unsafe.Add(ref line, length) = (byte)'\n';
        output.Advance(length + 1);
        line = ref StartSample(output, names.Count, stream, in series, out length);
        length += TextNumber.Write(ref Unsafe.Add(ref line, length), count);
        Unsafe.Add(ref line, length) = (byte)'\n';
        output.Advance(length + 1);
    }

    private static ref byte StartSample(
        ByteBuffer output,
        TextFamily.SampleName name,
        MetricStream stream,
        in Series series,
        out int length
    )
    {
        ref var line = ref output.GetReference(name.Open.Length + series.Length + TextNumber.MaxLength + 4);
        if (series.Length == 0)
        {
            name.Bare.CopyTo(ref line);
            length = name.Bare.Length;
            return ref line;
        }

        name.Open.CopyTo(ref line);
        length = name.Open.Length;
        stream.Family.Arena.CopyTo(series.Offset, series.Length, ref Unsafe.Add(ref line, length));
        length += series.Length - 1; // without the comma
        Unsafe.Add(ref line, length++) = (byte)'}';
        Unsafe.Add(ref line, length++) = (byte)' ';
        return ref line;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteValue(ref byte target, in MetricPoint point, MetricType type) =>
        type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => TextNumber.Write(ref target, point.GetSumLong()),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => TextNumber.Write(ref target, point.GetSumDouble()),
            MetricType.LongGauge => TextNumber.Write(ref target, point.GetGaugeLastValueLong()),
            _ => TextNumber.Write(ref target, point.GetGaugeLastValueDouble()),
        };

    // a timestamp, or Prometheus would take the same exemplar for a new one at each scrape
    private void WriteExemplar(ByteBuffer output, in Exemplar exemplar, bool isLong)
    {
        ExemplarLabels.Build(in exemplar, _exemplarLabels, options, escaping);
        output.Write(" # {"u8);
        TextFamily.WriteLabels(output, _exemplarLabels);
        output.Write(TextFamily.Close);
        ref var rest = ref output.GetReference((2 * TextNumber.MaxLength) + 2);
        var length = isLong ? TextNumber.Write(ref rest, exemplar.LongValue) : TextNumber.Write(ref rest, exemplar.DoubleValue);
        Unsafe.Add(ref rest, length++) = (byte)' ';
        var milliseconds = exemplar.Timestamp.ToUnixTimeMilliseconds();
        length += TextNumber.Write(ref Unsafe.Add(ref rest, length), milliseconds / 1000);
        output.Advance(length);
        var fraction = output.GetSpan(4);
        fraction[0] = (byte)'.';
        (milliseconds % 1000).TryFormat(fraction[1..], out var written, "D3", CultureInfo.InvariantCulture);
        output.Advance(1 + written);
    }
}
