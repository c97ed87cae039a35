using OtelPipeline.Data.Json;
using Type = OtelPipeline.Data.TelemetryColumnType;

namespace OtelPipeline.Data;

/// <summary>
/// The columns of the three telemetry tables and the properties of the flat dialect, in their order: the only place that knows their names.
/// </summary>
public static class TelemetrySchema
{
    /// <summary>The version of <see cref="Spans"/>, as files name it.</summary>
    public const string SpansVersion = "spans/1";

    /// <summary>The version of <see cref="Logs"/>, as files name it.</summary>
    public const string LogsVersion = "logs/1";

    /// <summary>The version of <see cref="Metrics"/>, as files name it.</summary>
    public const string MetricsVersion = "metrics/1";

    /// <summary>The columns that attributes are promoted to unless options say otherwise; part of all three tables.</summary>
    public static IReadOnlyList<TelemetryColumn> Promoted { get; } =
    [
        Promote("pipeline_name", "pipeline.name"),
        Promote("run_id", "pipeline.run.id"),
        Promote("node_name", "pipeline.node.name"),
        Promote("node_type", "pipeline.node.type"),
        Promote("result", "pipeline.node.result", "pipeline.run.result", "pipeline.item.result"),
        Promote("error_type", "error.type"),
        Promote("cache_result", "pipeline.cache.result", "pipeline.http.cache.result"),
    ];

    /// <summary>One row per span.</summary>
    public static IReadOnlyList<TelemetryColumn> Spans { get; } =
    [
        Required("timestamp", Type.TimestampMicros),
        Required("start_time_unix_nano", Type.Int64),
        Required("duration_nano", Type.Int64),
        Required("trace_id", Type.String),
        Required("span_id", Type.String),
        Optional("parent_span_id", Type.String),
        Optional("trace_state", Type.String),
        Required("flags", Type.Int32),
        Required("name", Type.String),
        Required("kind", Type.Int32),
        Required("status_code", Type.Int32),
        Optional("status_message", Type.String),
        .. Origin(),
        .. Promoted,
        .. Attributes(),
        Optional("events", Type.String),
        Optional("links", Type.String),
        .. Schemas(),
        Required("dropped_attributes_count", Type.Int32),
        Required("dropped_events_count", Type.Int32),
        Required("dropped_links_count", Type.Int32),
    ];

    /// <summary>One row per event or log record.</summary>
    public static IReadOnlyList<TelemetryColumn> Logs { get; } =
    [
        Required("timestamp", Type.TimestampMicros),
        Required("time_unix_nano", Type.Int64),
        Required("observed_time_unix_nano", Type.Int64),
        Optional("trace_id", Type.String),
        Optional("span_id", Type.String),
        Required("flags", Type.Int32),
        Required("severity_number", Type.Int32),
        Optional("severity_text", Type.String),
        Optional("event_name", Type.String),
        Optional("body", Type.String),
        Optional("body_type", Type.String),
        .. Origin(),
        .. Promoted,
        .. Attributes(),
        .. Schemas(),
        Required("dropped_attributes_count", Type.Int32),
    ];

    /// <summary>One row per metric point.</summary>
    public static IReadOnlyList<TelemetryColumn> Metrics { get; } =
    [
        Required("timestamp", Type.TimestampMicros),
        Required("time_unix_nano", Type.Int64),
        Required("start_time_unix_nano", Type.Int64),
        Required("metric_name", Type.String),
        Required("metric_type", Type.String),
        Optional("unit", Type.String),
        Optional("description", Type.String),
        Optional("temporality", Type.String),
        Required("is_monotonic", Type.Boolean),
        Optional("value_double", Type.Double),
        Optional("value_int", Type.Int64),
        Optional("count", Type.Int64),
        Optional("sum", Type.Double),
        Optional("min", Type.Double),
        Optional("max", Type.Double),
        Optional("explicit_bounds", Type.DoubleList),
        Optional("bucket_counts", Type.Int64List),
        Optional("scale", Type.Int32),
        Optional("zero_count", Type.Int64),
        Optional("zero_threshold", Type.Double),
        Optional("positive_offset", Type.Int32),
        Optional("positive_bucket_counts", Type.Int64List),
        Optional("negative_offset", Type.Int32),
        Optional("negative_bucket_counts", Type.Int64List),
        Optional("quantiles", Type.String),
        Optional("exemplars", Type.String),
        Optional("metadata", Type.String),
        Required("flags", Type.Int32),
        .. Origin(),
        .. Promoted,
        .. Attributes(),
        .. Schemas(),
    ];

    /// <summary>The properties of a flat record, in the order in which they are written; absent ones are left out.</summary>
    public static IReadOnlyList<FlatProperty> Flat { get; } =
    [
        .. from field in Enum.GetValues<FlatField>()
        where field <= FlatField.Attributes
        select new FlatProperty(FieldNames.SnakeCase(field.ToString()), FlatAttributes.Key(field)),
    ];

    private static TelemetryColumn[] Origin() =>
        [
            Optional("service_name", Type.String),
            Optional("service_namespace", Type.String),
            Optional("service_version", Type.String),
            Optional("service_instance_id", Type.String),
            Optional("scope_name", Type.String),
            Optional("scope_version", Type.String),
        ];

    private static TelemetryColumn[] Attributes() =>
        [
            Required("attributes", Type.StringMap),
            Required("resource_attributes", Type.StringMap),
            Required("scope_attributes", Type.StringMap),
            Optional("attributes_types", Type.String),
        ];

    private static TelemetryColumn[] Schemas() => [Optional("resource_schema_url", Type.String), Optional("scope_schema_url", Type.String)];

    private static TelemetryColumn Required(string name, TelemetryColumnType type) => new(name, type, Required: true);

    private static TelemetryColumn Optional(string name, TelemetryColumnType type) => new(name, type, Required: false);

    private static TelemetryColumn Promote(string name, params string[] keys) =>
        new(name, Type.String, Required: false) { AttributeKeys = keys };
}
