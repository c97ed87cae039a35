namespace OtelPipeline.Examples.Tests;

/// <summary>What an example emitted, from files or from the network, in a form that can be compared.</summary>
internal sealed class Telemetry
{
    public List<SpanItem> Spans { get; } = [];
    public List<LogItem> Logs { get; } = [];
    public List<PointItem> Points { get; } = [];

    public SpanItem Run => Spans.Single(s => s.Name.StartsWith("run ", StringComparison.Ordinal));

    public SpanItem Node(string name) => Spans.Single(s => s.Name == "node " + name);

    public static string Join(IEnumerable<(string Key, string Value)> attributes) =>
        string.Join("; ", attributes.Select(a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal));
}

internal sealed record SpanItem(
    string Scope,
    string TraceId,
    string SpanId,
    string ParentSpanId,
    string Name,
    int Kind,
    long Start,
    long End,
    string Attributes,
    LinkItem[] Links,
    int Status
)
{
    public override string ToString() =>
        $"{Scope} {TraceId} {SpanId} {ParentSpanId} {Name} {Kind} {Start} {End} {Status} {Attributes} | {string.Join<LinkItem>(", ", Links)}";
}

internal sealed record LinkItem(string TraceId, string SpanId, string Attributes);

internal sealed record LogItem(
    string Scope,
    string EventName,
    long Time,
    int Severity,
    string Body,
    string TraceId,
    string SpanId,
    string Attributes
);

internal sealed record PointItem(string Scope, string Name, string Unit, string Kind, string Attributes);
