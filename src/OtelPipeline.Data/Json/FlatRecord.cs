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
    public uint DroppedAttributes;
    public List<SpanEvent>? Events;
    public List<SpanLink>? Links;

    /// <summary>True once a property has come that only spans have.</summary>
    public bool IsSpan;

    /// <summary>True for a span as the exporter writes it; an event may have the name "span" too, but no duration of its own.</summary>
    public readonly bool IsExportedSpan => EventType == "span" && DurationMs is not null;

    /// <summary>True once a node has been named: a status is then the node's and not the run's.</summary>
    public bool HasNode;
}

/// <summary>The attributes that properties of the flat dialect stand for.</summary>
internal static class FlatAttributes
{
    public const string RunResult = "pipeline.run.result";
    public const string Exception = "exception.stacktrace";
    public const string NodeResult = "pipeline.node.result";

    private static readonly string?[] Keys = CreateKeys();

    /// <summary>The attribute that a property stands for, or null.</summary>
    public static string? Key(FlatField field) => (uint)field < (uint)Keys.Length ? Keys[(int)field] : null;

    private static string?[] CreateKeys()
    {
        var keys = new string?[Enum.GetValues<FlatField>().Length];
        keys[(int)FlatField.RunId] = "pipeline.run.id";
        keys[(int)FlatField.Pipeline] = "pipeline.name";
        keys[(int)FlatField.Node] = "pipeline.node.name";
        keys[(int)FlatField.NodeType] = "pipeline.node.type";
        keys[(int)FlatField.Layer] = "pipeline.node.layer";
        keys[(int)FlatField.Engine] = "pipeline.node.engine";
        keys[(int)FlatField.ErrorType] = "error.type";
        keys[(int)FlatField.CacheResult] = "pipeline.cache.result";
        keys[(int)FlatField.User] = "process.owner";
        keys[(int)FlatField.Function] = "code.function.name";
        keys[(int)FlatField.File] = "code.file.path";
        keys[(int)FlatField.Line] = "code.line.number";
        keys[(int)FlatField.ThreadId] = "thread.id";
        keys[(int)FlatField.ThreadName] = "thread.name";
        keys[(int)FlatField.Exception] = Exception;
        return keys;
    }
}

/// <summary>The words of the flat dialect.</summary>
internal static class FlatEnums
{
    public static readonly OtlpEnum MetricType = new("", ["NONE", "GAUGE", "SUM", "HISTOGRAM", "EXPONENTIAL_HISTOGRAM", "SUMMARY"]);

    // the usual ones first
    private static readonly (string Name, int Number)[] Severities =
    [
        ("Information", 9),
        ("Debug", 5),
        ("Warning", 13),
        ("Error", 17),
        ("Trace", 1),
        ("Critical", 21),
        ("Info", 9),
        ("Warn", 13),
        ("Verbose", 1),
        ("Fatal", 21),
    ];

    /// <summary>The OTLP severity of a .NET log level or one of its usual abbreviations; 0 for any other word.</summary>
    public static int Severity(string? level)
    {
        if (level is not null)
        {
            foreach (var (name, number) in Severities)
            {
                if (level.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return number;
            }
        }

        return 0;
    }

    /// <summary>The OTLP status code of a span's status; -1 for a word that is a result of ours instead.</summary>
    public static int Status(string status) => OtlpEnums.StatusCode.Find(Encoding.UTF8.GetBytes(status));
}
