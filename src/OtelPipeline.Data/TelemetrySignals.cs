namespace OtelPipeline.Data;

/// <summary>Which rows a reader is asked for; it steps over the others.</summary>
[Flags]
internal enum TelemetrySignals
{
    Spans = 1,
    Events = 2,
    MetricPoints = 4,
    All = Spans | Events | MetricPoints,
}
