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
            var span = output.GetSpan(series.Length + TextNumber.MaxLength + 1);
            arena.Array.AsSpan(series.Offset, series.Length).CopyTo(span);
            var length = series.Length;
            length += WriteValue(span[length..], in point, type);
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
                span[length++] = (byte)'\n';
                output.Advance(length);
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
            var labels = StartBuckets(stream, names, in series);
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
                WriteSumAndCount(output, names, labels, point.GetHistogramSum(), count);
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
            var labels = StartBuckets(stream, names, in series);
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

            WriteSumAndCount(output, names, labels, point.GetHistogramSum(), count);
            points++;
        }

        return points;
    }

    /// <summary>Keeps what all buckets of a point begin with; returns the labels, with their comma.</summary>
    private ReadOnlySpan<byte> StartBuckets(MetricStream stream, TextFamily names, in Series series)
    {
        var labels = stream.Family.Arena.Array.AsSpan(series.Offset, series.Length);
        _prefix.Clear();
        _prefix.Write(names.Bucket.Open);
        _prefix.Write(labels);
        return labels;
    }

    private void WriteBucket(ByteBuffer output, ReadOnlySpan<byte> bound, long cumulative, int exemplar)
    {
        var prefix = _prefix.Written;
        var span = output.GetSpan(prefix.Length + bound.Length + TextNumber.MaxLength + 1);
        prefix.CopyTo(span);
        var length = prefix.Length;
        bound.CopyTo(span[length..]);
        length += bound.Length;
        length += TextNumber.Write(span[length..], cumulative);
        if (exemplar < 0)
        {
            span[length++] = (byte)'\n';
            output.Advance(length);
            return;
        }

        output.Advance(length);
        WriteExemplar(output, in _bucketExemplars[exemplar], isLong: false);
        output.Write((byte)'\n');
    }

    private static void WriteSumAndCount(ByteBuffer output, TextFamily names, ReadOnlySpan<byte> labels, double sum, long count)
    {
        var span = StartSample(output, names.Sum, labels, out var length);
        length += TextNumber.Write(span[length..], sum);
        span[length++] = (byte)'\n';
        output.Advance(length);
        span = StartSample(output, names.Count, labels, out length);
        length += TextNumber.Write(span[length..], count);
        span[length++] = (byte)'\n';
        output.Advance(length);
    }

    private static Span<byte> StartSample(ByteBuffer output, TextFamily.SampleName name, ReadOnlySpan<byte> labels, out int length)
    {
        var span = output.GetSpan(name.Open.Length + labels.Length + TextNumber.MaxLength + 4);
        if (labels.IsEmpty)
        {
            name.Bare.CopyTo(span);
            length = name.Bare.Length;
            return span;
        }

        name.Open.CopyTo(span);
        length = name.Open.Length;
        labels[..^1].CopyTo(span[length..]);
        length += labels.Length - 1;
        TextFamily.Close.CopyTo(span[length..]);
        length += TextFamily.Close.Length;
        return span;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteValue(Span<byte> span, in MetricPoint point, MetricType type) =>
        type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => TextNumber.Write(span, point.GetSumLong()),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => TextNumber.Write(span, point.GetSumDouble()),
            MetricType.LongGauge => TextNumber.Write(span, point.GetGaugeLastValueLong()),
            _ => TextNumber.Write(span, point.GetGaugeLastValueDouble()),
        };

    // a timestamp, or Prometheus would take the same exemplar for a new one at each scrape
    private void WriteExemplar(ByteBuffer output, in Exemplar exemplar, bool isLong)
    {
        ExemplarLabels.Build(in exemplar, _exemplarLabels, options, escaping);
        output.Write(" # {"u8);
        TextFamily.WriteLabels(output, _exemplarLabels);
        output.Write(TextFamily.Close);
        var span = output.GetSpan((2 * TextNumber.MaxLength) + 2);
        var length = isLong ? TextNumber.Write(span, exemplar.LongValue) : TextNumber.Write(span, exemplar.DoubleValue);
        span[length++] = (byte)' ';
        var milliseconds = exemplar.Timestamp.ToUnixTimeMilliseconds();
        length += TextNumber.Write(span[length..], milliseconds / 1000);
        span[length++] = (byte)'.';
        (milliseconds % 1000).TryFormat(span[length..], out var written, "D3", CultureInfo.InvariantCulture);
        output.Advance(length + written);
    }
}
