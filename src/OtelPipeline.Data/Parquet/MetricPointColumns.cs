using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Parquet;

internal sealed class MetricPointColumns(GroupColumns columns, PromotedSources promoted, JsonRowParser json)
    : RowColumns(columns, promoted, json)
{
    private readonly NumberColumn _time = columns.Number("time_unix_nano");
    private readonly NumberColumn _start = columns.Number("start_time_unix_nano");
    private readonly TextColumn _name = columns.Text("metric_name");
    private readonly TextColumn _type = columns.Text("metric_type");
    private readonly TextColumn _unit = columns.Text("unit");
    private readonly TextColumn _description = columns.Text("description");
    private readonly TextColumn _temporality = columns.Text("temporality");
    private readonly NumberColumn _isMonotonic = columns.Number("is_monotonic");
    private readonly NumberColumn _valueDouble = columns.Number("value_double");
    private readonly NumberColumn _valueInt = columns.Number("value_int");
    private readonly NumberColumn _count = columns.Number("count");
    private readonly NumberColumn _sum = columns.Number("sum");
    private readonly NumberColumn _min = columns.Number("min");
    private readonly NumberColumn _max = columns.Number("max");
    private readonly NumberColumn _explicitBounds = columns.Number("explicit_bounds");
    private readonly NumberColumn _bucketCounts = columns.Number("bucket_counts");
    private readonly NumberColumn _scale = columns.Number("scale");
    private readonly NumberColumn _zeroCount = columns.Number("zero_count");
    private readonly NumberColumn _zeroThreshold = columns.Number("zero_threshold");
    private readonly NumberColumn _positiveOffset = columns.Number("positive_offset");
    private readonly NumberColumn _positiveCounts = columns.Number("positive_bucket_counts");
    private readonly NumberColumn _negativeOffset = columns.Number("negative_offset");
    private readonly NumberColumn _negativeCounts = columns.Number("negative_bucket_counts");
    private readonly TextColumn _quantiles = columns.Text("quantiles");
    private readonly TextColumn _exemplars = columns.Text("exemplars");
    private readonly TextColumn _metadata = columns.Text("metadata");

    public override void Add(RowBatch batch, int row)
    {
        var point = batch.AddMetricPoint();
        FillCommon(point, row);
        point.TimeUnixNano = _time.Integer(row) ?? 0;
        point.StartTimeUnixNano = _start.Integer(row) ?? 0;
        point.MetricName = _name[row] ?? "";
        point.MetricType = MetricWords.FindType(_type[row]);
        point.Unit = _unit[row];
        point.Description = _description[row];
        point.Temporality = MetricWords.FindTemporality(_temporality[row]);
        point.IsMonotonic = _isMonotonic.Integer(row) is 1;
        point.ValueDouble = _valueDouble.Number(row);
        point.ValueInt = _valueInt.Integer(row);
        point.Count = _count.Integer(row);
        point.Sum = _sum.Number(row);
        point.Min = _min.Number(row);
        point.Max = _max.Number(row);
        point.ExplicitBounds = _explicitBounds.Numbers(row);
        point.BucketCounts = _bucketCounts.Integers(row);
        point.Scale = (int?)_scale.Integer(row);
        point.ZeroCount = _zeroCount.Integer(row);
        point.ZeroThreshold = _zeroThreshold.Number(row);
        point.PositiveOffset = (int?)_positiveOffset.Integer(row);
        point.PositiveBucketCounts = _positiveCounts.Integers(row);
        point.NegativeOffset = (int?)_negativeOffset.Integer(row);
        point.NegativeBucketCounts = _negativeCounts.Integers(row);
        if (_quantiles.Bytes(row) is { IsEmpty: false } quantiles)
            Check(Json.TryReadQuantiles(quantiles, point), "quantiles", row);
        if (_exemplars.Bytes(row) is { IsEmpty: false } exemplars)
            Check(Json.TryReadExemplars(exemplars, point), "exemplars", row);
        if (_metadata.Bytes(row) is { IsEmpty: false } metadata)
        {
            point.Metadata = [];
            Check(Json.TryReadAttributes(metadata, point.Metadata), "metadata", row);
        }
    }
}
