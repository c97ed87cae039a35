using System.Collections.Frozen;
using System.Text;

namespace OtelPipeline.Data.Json;

/// <summary>A flat record on its way to becoming a row.</summary>
internal struct FlatRecord
{
    public long Timestamp;
    public long Time;
    public long ObservedTime;
    public long StartTime;
    public long? DurationNano;
    public double? DurationMs;
    public string? Level;
    public int Severity;
    public string? EventType;
    public AttributeValue Message;
    public TraceId TraceId;
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public string? TraceState;
    public uint Flags;
    public string? Name;
    public int Kind;
    public int StatusCode;
    public string? StatusMessage;
    public string? Status;
    public string? ScopeName;
    public string? ScopeVersion;
    public string? ServiceName;
    public string? ServiceNamespace;
    public string? ServiceVersion;
    public string? ServiceInstanceId;
    public string? MetricName;
    public MetricPointRow? Point;

    /// <summary>True once a property has come that only spans have.</summary>
    public bool IsSpan;

    /// <summary>True once a node has been named: a status is then the node's and not the run's.</summary>
    public bool HasNode;
}

/// <summary>The attributes that properties of the flat dialect stand for.</summary>
internal static class FlatAttributes
{
    public const string RunResult = "pipeline.run.result";
    public const string NodeResult = "pipeline.node.result";

    public static FrozenDictionary<FlatField, string> Keys { get; } =
        new Dictionary<FlatField, string>
        {
            [FlatField.RunId] = "pipeline.run.id",
            [FlatField.Pipeline] = "pipeline.name",
            [FlatField.Node] = "pipeline.node.name",
            [FlatField.NodeType] = "pipeline.node.type",
            [FlatField.Layer] = "pipeline.node.layer",
            [FlatField.Engine] = "pipeline.node.engine",
            [FlatField.ErrorType] = "error.type",
            [FlatField.CacheResult] = "pipeline.cache.result",
            [FlatField.User] = "process.owner",
            [FlatField.Function] = "code.function.name",
            [FlatField.File] = "code.file.path",
            [FlatField.Line] = "code.line.number",
            [FlatField.ThreadId] = "thread.id",
            [FlatField.ThreadName] = "thread.name",
            [FlatField.Exception] = "exception.stacktrace",
        }.ToFrozenDictionary();
}

/// <summary>The words of the flat dialect.</summary>
internal static class FlatEnums
{
    public static readonly OtlpEnum MetricType = new("", ["NONE", "GAUGE", "SUM", "HISTOGRAM", "EXPONENTIAL_HISTOGRAM", "SUMMARY"]);

    /// <summary>The OTLP severity of a .NET log level or one of its usual abbreviations; 0 for any other word.</summary>
    public static int Severity(string? level) =>
        level?.ToUpperInvariant() switch
        {
            "TRACE" or "VERBOSE" => 1,
            "DEBUG" => 5,
            "INFORMATION" or "INFO" => 9,
            "WARNING" or "WARN" => 13,
            "ERROR" => 17,
            "CRITICAL" or "FATAL" => 21,
            _ => 0,
        };

    /// <summary>The OTLP status code of a span's status; -1 for a word that is a result of ours instead.</summary>
    public static int Status(string status) => OtlpEnums.StatusCode.Find(Encoding.UTF8.GetBytes(status));
}
