namespace OtelPipeline.Data.TraceQL;

/// <summary>Where a field of a query lives.</summary>
internal enum FieldScope : byte
{
    /// <summary><c>.x</c>: on the span, else on its resource.</summary>
    None,
    Span,
    Resource,
    Event,
    Link,
    Instrumentation,
}

/// <summary>The fields that are no attributes.</summary>
internal enum Intrinsic : byte
{
    None,
    Name,
    Kind,
    Status,
    StatusMessage,
    Duration,
    SpanId,
    ParentId,
    ChildCount,
    TraceId,
    TraceDuration,
    RootName,
    RootService,
    EventName,
    EventTimeSinceStart,
    LinkTraceId,
    LinkSpanId,
    InstrumentationName,
    InstrumentationVersion,
}

/// <summary>An attribute or an intrinsic that a query names.</summary>
internal sealed record FieldReference(FieldScope Scope, Intrinsic Intrinsic, string Name)
{
    public static FieldReference Of(Intrinsic intrinsic) =>
        new(
            intrinsic switch
            {
                Intrinsic.EventName or Intrinsic.EventTimeSinceStart => FieldScope.Event,
                Intrinsic.LinkTraceId or Intrinsic.LinkSpanId => FieldScope.Link,
                Intrinsic.InstrumentationName or Intrinsic.InstrumentationVersion => FieldScope.Instrumentation,
                _ => FieldScope.Span,
            },
            intrinsic,
            ""
        );

    public bool IsIntrinsic => Intrinsic != Intrinsic.None;

    public bool IsId =>
        Intrinsic is Intrinsic.TraceId or Intrinsic.SpanId or Intrinsic.ParentId or Intrinsic.LinkTraceId or Intrinsic.LinkSpanId;

    /// <summary>Whether all spans of the trace are needed to know it.</summary>
    public bool NeedsTrace => Intrinsic is Intrinsic.ChildCount or Intrinsic.TraceDuration or Intrinsic.RootName or Intrinsic.RootService;

    public FieldType ImpliedType =>
        Intrinsic switch
        {
            // Tempo knows no type of these two before it has the span
            Intrinsic.None or Intrinsic.InstrumentationName or Intrinsic.InstrumentationVersion => FieldType.Attribute,
            Intrinsic.Kind => FieldType.Kind,
            Intrinsic.Status => FieldType.Status,
            Intrinsic.Duration or Intrinsic.TraceDuration or Intrinsic.EventTimeSinceStart => FieldType.Duration,
            Intrinsic.ChildCount => FieldType.Int,
            _ => FieldType.String,
        };

    /// <summary>As Tempo writes it in results.</summary>
    public override string ToString() =>
        Intrinsic switch
        {
            Intrinsic.None => Prefix()
                + (
                    NeedsQuotes()
                        ? $"\"{Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
                        : Name
                ),
            Intrinsic.Name => "name",
            Intrinsic.Kind => "kind",
            Intrinsic.Status => "status",
            Intrinsic.StatusMessage => "statusMessage",
            Intrinsic.Duration => "duration",
            Intrinsic.SpanId => "span:id",
            Intrinsic.ParentId => "span:parentID",
            Intrinsic.ChildCount => "span:childCount",
            Intrinsic.TraceId => "trace:id",
            Intrinsic.TraceDuration => "traceDuration",
            Intrinsic.RootName => "rootName",
            Intrinsic.RootService => "rootServiceName",
            Intrinsic.EventName => "event:name",
            Intrinsic.EventTimeSinceStart => "event:timeSinceStart",
            Intrinsic.LinkTraceId => "link:traceID",
            Intrinsic.LinkSpanId => "link:spanID",
            Intrinsic.InstrumentationName => "instrumentation:name",
            _ => "instrumentation:version",
        };

    private string Prefix() =>
        Scope switch
        {
            FieldScope.None => ".",
            FieldScope.Span => "span.",
            FieldScope.Resource => "resource.",
            FieldScope.Event => "event.",
            FieldScope.Link => "link.",
            _ => "instrumentation.",
        };

    private bool NeedsQuotes()
    {
        foreach (var c in Name)
        {
            if (!Lexer.IsAttributeCharacter(c) || c == '"')
                return true;
        }

        return false;
    }
}
