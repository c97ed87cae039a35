namespace OtelPipeline.Data.Runs;

/// <summary>What <see cref="RunModel"/> needs of an ended span; valid only during the call, so that live objects need no copy.</summary>
/// <param name="Name">Name of the span.</param>
/// <param name="TraceId">Trace id, lower-case hex.</param>
/// <param name="SpanId">Span id, lower-case hex.</param>
/// <param name="ParentSpanId">Span id of the parent; null or empty at a root.</param>
/// <param name="Start">When it started.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="IsError">Whether its status is Error.</param>
/// <param name="StatusMessage">What the status says about an error, or null.</param>
/// <param name="Attribute">Gives the value of an attribute (string, bool, integer, double), or null where there is none.</param>
/// <param name="Links">Its links.</param>
public readonly record struct SpanView(
    string Name,
    string TraceId,
    string SpanId,
    string? ParentSpanId,
    DateTimeOffset Start,
    TimeSpan Duration,
    bool IsError,
    string? StatusMessage,
    Func<string, object?> Attribute,
    IReadOnlyList<LinkView> Links
);

/// <summary>A link of a span.</summary>
/// <param name="SpanId">Span id of the span that it points to, lower-case hex.</param>
/// <param name="Type">Value of <c>pipeline.link.type</c>, such as <c>depends_on</c>, or null.</param>
public readonly record struct LinkView(string SpanId, string? Type);

/// <summary>What <see cref="RunModel"/> needs of an event (a log record with a name); valid only during the call.</summary>
/// <param name="Name">Name of the event, such as <c>pipeline.run.start</c>.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Severity">OTLP severity number, 1 (trace) to 24 (fatal); 0 when unknown.</param>
/// <param name="Message">What it says to people, or null.</param>
/// <param name="TraceId">Trace id, lower-case hex; null or empty where there is none.</param>
/// <param name="Attribute">Gives the value of an attribute (string, bool, integer, double), or null where there is none.</param>
public readonly record struct EventView(
    string Name,
    DateTimeOffset Time,
    int Severity,
    string? Message,
    string? TraceId,
    Func<string, object?> Attribute
);
