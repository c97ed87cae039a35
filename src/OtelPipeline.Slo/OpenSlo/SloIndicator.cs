namespace OtelPipeline.Slo.OpenSlo;

/// <summary>An <c>SLI</c>: what is measured. Either <see cref="Threshold"/> or <see cref="Total"/> with one of good and bad, or <see cref="Raw"/>.</summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#sli"/>
public sealed class SloIndicator : OpenSloObject
{
    /// <summary>The source of values that are compared with the threshold of an objective; null for a ratio.</summary>
    public SloMetricSource? Threshold { get; init; }

    /// <summary>The source of good events, or null.</summary>
    public SloMetricSource? Good { get; init; }

    /// <summary>The source of bad events, or null.</summary>
    public SloMetricSource? Bad { get; init; }

    /// <summary>The source of all events; null for a threshold and for <see cref="Raw"/>.</summary>
    public SloMetricSource? Total { get; init; }

    /// <summary>The source of a ratio that was computed elsewhere, or null.</summary>
    public SloMetricSource? Raw { get; init; }

    /// <summary>True where <see cref="Raw"/> is the part of bad events (<c>rawType: failure</c>).</summary>
    public bool RawIsFailure { get; init; }

    /// <summary>Whether the metrics of a ratio are counters that only grow; null where it is not said.</summary>
    public bool? Counter { get; init; }

    /// <summary>True where all sources are spans, events and metrics of OpenTelemetry (<c>type: OtelPipeline</c>), so that this package can judge it.</summary>
    public bool IsTelemetry => Sources.All(static s => s.Telemetry is not null);

    /// <summary>All sources that there are.</summary>
    public IEnumerable<SloMetricSource> Sources => new[] { Threshold, Good, Bad, Total, Raw }.OfType<SloMetricSource>();
}

/// <summary>A <c>metricSource</c>: where a metric of an indicator comes from.</summary>
public sealed class SloMetricSource
{
    /// <summary>The type, such as <c>Prometheus</c> or <c>OtelPipeline</c>; that of the data source where only that is named.</summary>
    public required string Type { get; init; }

    /// <summary>The data source that <c>metricSourceRef</c> names, or null.</summary>
    public DataSourceObject? DataSource { get; init; }

    /// <summary><c>spec</c> as written: values are string, decimal, bool, null, lists and dictionaries of these.</summary>
    public required IReadOnlyDictionary<string, object?> Spec { get; init; }

    /// <summary>What <see cref="Spec"/> says where the type is <c>OtelPipeline</c>; else null.</summary>
    public TelemetrySource? Telemetry { get; init; }

    /// <summary><c>spec.query</c> where the type is <c>Prometheus</c>; else null.</summary>
    public string? PrometheusQuery => Type == "Prometheus" && Spec.GetValueOrDefault("query") is string query ? query : null;

    /// <summary>Where it stands.</summary>
    public required SourcePosition Position { get; init; }
}

/// <summary>The fields of a <c>metricSource.spec</c> of type <c>OtelPipeline</c>: an indicator over spans, events or metrics.</summary>
public sealed class TelemetrySource
{
    /// <summary>What is looked at.</summary>
    public required SloSignal Signal { get; init; }

    /// <summary>A TraceQL filter such as <c>{ name = "item download" }</c>; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>The name of the instrument; only for <see cref="SloSignal.Metrics"/>.</summary>
    public string? Metric { get; init; }

    /// <summary>The field that is measured, such as <c>duration</c> (seconds) or <c>.pipeline.http.limiter.wait</c>; null to count.</summary>
    public string? Value { get; init; }

    /// <summary>How values become one; null for an objective over every single value.</summary>
    public SloAggregate? Aggregate { get; init; }

    /// <summary>The time that a rate refers to (rate = count / max(window, per)). Default: one hour.</summary>
    public TimeSpan Per { get; init; } = TimeSpan.FromHours(1);

    /// <summary>With fewer events than this there is no data. Default: 1.</summary>
    public long MinEvents { get; init; } = 1;

    /// <summary>What a verdict without data counts as. Default: <see cref="SloNoData.Ignore"/>.</summary>
    public SloNoData NoData { get; init; }

    /// <summary>Whether a count or rate over nothing is 0; else it is no data. Default: false.</summary>
    public bool EmptyIsZero { get; init; }

    /// <summary>A TraceQL filter on the same signal that must have matched at least once, or there is no data; null for none.</summary>
    public string? Liveness { get; init; }

    /// <summary>The unit of the value, as information; or null.</summary>
    public string? Unit { get; init; }
}

/// <summary>The signals that an indicator looks at.</summary>
public enum SloSignal
{
    /// <summary>Spans that have ended.</summary>
    Spans,

    /// <summary>Log records.</summary>
    Events,

    /// <summary>Measurements, or the points of metrics in files.</summary>
    Metrics,
}

/// <summary>How the values of a window become one.</summary>
public enum SloAggregate
{
    /// <summary>How many.</summary>
    Count,

    /// <summary>How many per time.</summary>
    Rate,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The mean.</summary>
    Avg,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>Seconds since the last one.</summary>
    Age,
}

/// <summary>What a verdict without data counts as.</summary>
public enum SloNoData
{
    /// <summary>It is reported and does no harm.</summary>
    Ignore,

    /// <summary>It is reported and counts as a failure.</summary>
    Fail,

    /// <summary>The objective passes.</summary>
    Pass,
}
