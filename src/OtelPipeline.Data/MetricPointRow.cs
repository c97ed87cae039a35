namespace OtelPipeline.Data;

/// <summary>One data point of one metric. Fields that its type does not have are null or 0.</summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto"/>
public sealed class MetricPointRow : TelemetryRow
{
    /// <summary>The name of the metric.</summary>
    public string MetricName { get; set; } = "";

    /// <summary>What kind of aggregation the point holds.</summary>
    public MetricType MetricType { get; set; }

    /// <summary>The unit in UCUM, or null.</summary>
    public string? Unit { get; set; }

    /// <summary>What the metric means, or null.</summary>
    public string? Description { get; set; }

    /// <summary>Whether sums and histograms start anew at each point.</summary>
    public AggregationTemporality Temporality { get; set; }

    /// <summary>True when a sum only ever grows.</summary>
    public bool IsMonotonic { get; set; }

    /// <summary>Attributes that describe the metric itself, shared by its points; usually none.</summary>
    public AttributeList Metadata { get; set; } = NoMetadata;

    /// <summary>Start of the interval, in nanoseconds since 1970-01-01 UTC; 0 when unknown.</summary>
    public long StartTimeUnixNano { get; set; }

    /// <summary>When the value was true, in nanoseconds since 1970-01-01 UTC.</summary>
    public long TimeUnixNano { get; set; }

    /// <inheritdoc/>
    public override long TimestampUnixNano => TimeUnixNano;

    /// <summary>The value of a gauge or sum that is a floating-point number.</summary>
    public double? ValueDouble { get; set; }

    /// <summary>The value of a gauge or sum that is an integer.</summary>
    public long? ValueInt { get; set; }

    /// <summary>How many measurements a histogram or summary holds.</summary>
    public long? Count { get; set; }

    /// <summary>The sum of the measurements of a histogram or summary.</summary>
    public double? Sum { get; set; }

    /// <summary>The smallest measurement of a histogram.</summary>
    public double? Min { get; set; }

    /// <summary>The largest measurement of a histogram.</summary>
    public double? Max { get; set; }

    /// <summary>The upper bounds (inclusive) of all buckets of a histogram but the last, ascending.</summary>
    public IReadOnlyList<double> ExplicitBounds { get; set; } = [];

    /// <summary>The counts of the buckets of a histogram, one more than <see cref="ExplicitBounds"/>.</summary>
    public IReadOnlyList<long> BucketCounts { get; set; } = [];

    /// <summary>The resolution of an exponential histogram: the base of its buckets is 2^(2^-scale).</summary>
    public int? Scale { get; set; }

    /// <summary>How many measurements of an exponential histogram count as zero.</summary>
    public long? ZeroCount { get; set; }

    /// <summary>Up to which absolute value a measurement of an exponential histogram counts as zero.</summary>
    public double? ZeroThreshold { get; set; }

    /// <summary>The index of the first positive bucket of an exponential histogram.</summary>
    public int? PositiveOffset { get; set; }

    /// <summary>The counts of the positive buckets of an exponential histogram.</summary>
    public IReadOnlyList<long> PositiveBucketCounts { get; set; } = [];

    /// <summary>The index of the first negative bucket of an exponential histogram.</summary>
    public int? NegativeOffset { get; set; }

    /// <summary>The counts of the negative buckets of an exponential histogram.</summary>
    public IReadOnlyList<long> NegativeBucketCounts { get; set; } = [];

    /// <summary>The quantiles of a summary.</summary>
    public IReadOnlyList<QuantileValue> Quantiles { get; set; } = [];

    /// <summary>Single measurements that stand for the others.</summary>
    public IReadOnlyList<Exemplar> Exemplars { get; set; } = [];

    // shared: most metrics have none, and a list per row would be waste
    internal static AttributeList NoMetadata { get; } = [];

    /// <summary>What its type leaves out when it is 0.</summary>
    internal void SetDefaults()
    {
        if (MetricType is MetricType.Histogram or MetricType.ExponentialHistogram or MetricType.Summary)
            Count = 0;
        if (MetricType == MetricType.Summary)
            Sum = 0;
        if (MetricType == MetricType.ExponentialHistogram)
        {
            Scale = 0;
            ZeroCount = 0;
            ZeroThreshold = 0;
        }
    }

    /// <summary>A copy to keep: rows that a callback receives are reused after it returns.</summary>
    public MetricPointRow Clone()
    {
        var copy = (MetricPointRow)MemberwiseClone();
        CopyCommonTo(copy);
        return copy;
    }

    /// <summary>Copies what a flat record can say about a point.</summary>
    internal void CopyValuesTo(MetricPointRow target)
    {
        target.MetricType = MetricType;
        target.Unit = Unit;
        target.Description = Description;
        target.Temporality = Temporality;
        target.IsMonotonic = IsMonotonic;
        target.ValueDouble = ValueDouble;
        target.ValueInt = ValueInt;
        target.Count = Count;
        target.Sum = Sum;
        target.Min = Min;
        target.Max = Max;
        target.ExplicitBounds = ExplicitBounds;
        target.BucketCounts = BucketCounts;
        target.Scale = Scale;
        target.ZeroCount = ZeroCount;
        target.ZeroThreshold = ZeroThreshold;
        target.PositiveOffset = PositiveOffset;
        target.PositiveBucketCounts = PositiveBucketCounts;
        target.NegativeOffset = NegativeOffset;
        target.NegativeBucketCounts = NegativeBucketCounts;
    }

    internal void Reset()
    {
        ResetCommon();
        MetricName = "";
        MetricType = MetricType.None;
        Unit = null;
        Description = null;
        Temporality = AggregationTemporality.Unspecified;
        IsMonotonic = false;
        Metadata = NoMetadata;
        StartTimeUnixNano = 0;
        TimeUnixNano = 0;
        ValueDouble = null;
        ValueInt = null;
        Count = null;
        Sum = null;
        Min = null;
        Max = null;
        ExplicitBounds = [];
        BucketCounts = [];
        Scale = null;
        ZeroCount = null;
        ZeroThreshold = null;
        PositiveOffset = null;
        PositiveBucketCounts = [];
        NegativeOffset = null;
        NegativeBucketCounts = [];
        Quantiles = [];
        Exemplars = [];
    }
}

/// <summary>What kind of aggregation a metric point holds.</summary>
public enum MetricType
{
    /// <summary>Not said.</summary>
    None,

    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A total.</summary>
    Sum,

    /// <summary>Counts per bucket with explicit bounds.</summary>
    Histogram,

    /// <summary>Counts per bucket with exponential bounds.</summary>
    ExponentialHistogram,

    /// <summary>Quantiles computed by the producer.</summary>
    Summary,
}

/// <summary>Whether sums and histograms start anew at each point; the numbers are those of OTLP.</summary>
public enum AggregationTemporality
{
    /// <summary>Not said, or without meaning for this type.</summary>
    Unspecified = 0,

    /// <summary>What happened since the point before.</summary>
    Delta = 1,

    /// <summary>What happened since a fixed start.</summary>
    Cumulative = 2,
}

/// <summary>One quantile of a summary.</summary>
/// <param name="Quantile">From 0 (minimum) to 1 (maximum).</param>
/// <param name="Value">The value at that quantile.</param>
public readonly record struct QuantileValue(double Quantile, double Value);

/// <summary>A single measurement that stands for others, with the span during which it was made.</summary>
public sealed class Exemplar
{
    /// <summary>When, in nanoseconds since 1970-01-01 UTC.</summary>
    public long TimeUnixNano { get; set; }

    /// <summary>The value when it is a floating-point number.</summary>
    public double? ValueDouble { get; set; }

    /// <summary>The value when it is an integer.</summary>
    public long? ValueInt { get; set; }

    /// <summary>The trace during which it was measured, or empty.</summary>
    public TraceId TraceId { get; set; }

    /// <summary>The span during which it was measured, or empty.</summary>
    public SpanId SpanId { get; set; }

    /// <summary>Attributes of the measurement that the metric does not keep.</summary>
    public AttributeList FilteredAttributes { get; set; } = [];
}
