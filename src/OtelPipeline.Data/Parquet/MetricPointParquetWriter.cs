using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

internal sealed class MetricPointParquetWriter : TelemetryParquetWriter<MetricPointRow>
{
    private readonly ParquetColumnWriter<long> _timestamp;
    private readonly ParquetColumnWriter<long> _time;
    private readonly ParquetColumnWriter<long> _start;
    private readonly ParquetBytesWriter _name;
    private readonly ParquetBytesWriter _type;
    private readonly ParquetBytesWriter _unit;
    private readonly ParquetBytesWriter _description;
    private readonly ParquetBytesWriter _temporality;
    private readonly ParquetColumnWriter<bool> _isMonotonic;
    private readonly ParquetColumnWriter<double> _valueDouble;
    private readonly ParquetColumnWriter<long> _valueInt;
    private readonly ParquetColumnWriter<long> _count;
    private readonly ParquetColumnWriter<double> _sum;
    private readonly ParquetColumnWriter<double> _min;
    private readonly ParquetColumnWriter<double> _max;
    private readonly ParquetColumnWriter<double> _explicitBounds;
    private readonly ParquetColumnWriter<long> _bucketCounts;
    private readonly ParquetColumnWriter<int> _scale;
    private readonly ParquetColumnWriter<long> _zeroCount;
    private readonly ParquetColumnWriter<double> _zeroThreshold;
    private readonly ParquetColumnWriter<int> _positiveOffset;
    private readonly ParquetColumnWriter<long> _positiveCounts;
    private readonly ParquetColumnWriter<int> _negativeOffset;
    private readonly ParquetColumnWriter<long> _negativeCounts;
    private readonly ParquetBytesWriter _quantiles;
    private readonly ParquetBytesWriter _exemplars;
    private readonly ParquetBytesWriter _metadata;

    public MetricPointParquetWriter(Stream stream, TelemetryParquetOptions options)
        : base(stream, TelemetryTable.Metrics, options)
    {
        _timestamp = File.Column<long>("timestamp");
        _time = File.Column<long>("time_unix_nano");
        _start = File.Column<long>("start_time_unix_nano");
        _name = File.Bytes("metric_name");
        _type = File.Bytes("metric_type");
        _unit = File.Bytes("unit");
        _description = File.Bytes("description");
        _temporality = File.Bytes("temporality");
        _isMonotonic = File.Column<bool>("is_monotonic");
        _valueDouble = File.Column<double>("value_double");
        _valueInt = File.Column<long>("value_int");
        _count = File.Column<long>("count");
        _sum = File.Column<double>("sum");
        _min = File.Column<double>("min");
        _max = File.Column<double>("max");
        _explicitBounds = File.Column<double>("explicit_bounds");
        _bucketCounts = File.Column<long>("bucket_counts");
        _scale = File.Column<int>("scale");
        _zeroCount = File.Column<long>("zero_count");
        _zeroThreshold = File.Column<double>("zero_threshold");
        _positiveOffset = File.Column<int>("positive_offset");
        _positiveCounts = File.Column<long>("positive_bucket_counts");
        _negativeOffset = File.Column<int>("negative_offset");
        _negativeCounts = File.Column<long>("negative_bucket_counts");
        _quantiles = File.Bytes("quantiles");
        _exemplars = File.Bytes("exemplars");
        _metadata = File.Bytes("metadata");
    }

    private protected override void Append(MetricPointRow row)
    {
        _timestamp.Append(Micros(row.TimeUnixNano));
        _time.Append(row.TimeUnixNano);
        _start.Append(row.StartTimeUnixNano);
        _name.Append(row.MetricName.AsSpan());
        _type.Append(MetricWords.Type(row.MetricType).AsSpan());
        _unit.Append(row.Unit);
        _description.Append(row.Description);
        _temporality.Append(MetricWords.Temporality(row.Temporality));
        _isMonotonic.Append(row.IsMonotonic);
        _valueDouble.Append(row.ValueDouble);
        _valueInt.Append(row.ValueInt);
        _count.Append(row.Count);
        _sum.Append(row.Sum);
        _min.Append(row.Min);
        _max.Append(row.Max);
        AppendList(_explicitBounds, row.ExplicitBounds);
        AppendList(_bucketCounts, row.BucketCounts);
        _scale.Append(row.Scale);
        _zeroCount.Append(row.ZeroCount);
        _zeroThreshold.Append(row.ZeroThreshold);
        _positiveOffset.Append(row.PositiveOffset);
        AppendList(_positiveCounts, row.PositiveBucketCounts);
        _negativeOffset.Append(row.NegativeOffset);
        AppendList(_negativeCounts, row.NegativeBucketCounts);
        AppendText(_quantiles, row.Quantiles.Count == 0 ? default : Text.Quantiles(row.Quantiles));
        AppendText(_exemplars, row.Exemplars.Count == 0 ? default : Text.Exemplars(row.Exemplars));
        AppendText(_metadata, row.Metadata.Count == 0 ? default : Text.Attributes(row.Metadata));
    }

    private static void AppendList<T>(ParquetColumnWriter<T> column, IReadOnlyList<T> values)
        where T : unmanaged
    {
        if (values.Count == 0)
        {
            column.AppendNull();
            return;
        }

        column.BeginRow(values.Count);
        for (var i = 0; i < values.Count; i++)
            column.Append(values[i]);
    }
}
