using System.Diagnostics.Tracing;

namespace OtelPipeline.Slo.Live;

/// <summary>
/// What went wrong, for OpenTelemetry's self-diagnostics (a file <c>OTEL_DIAGNOSTICS.json</c>) and for <c>dotnet-trace</c>.
/// </summary>
[EventSource(Name = "OpenTelemetry-Slo")]
internal sealed class SloEventSource : EventSource
{
    public static readonly SloEventSource Log = new();

    [NonEvent]
    public void Failed(string doing, Exception exception)
    {
        if (IsEnabled(EventLevel.Error, EventKeywords.All))
            Failed(doing, exception.ToString());
    }

    [Event(1, Level = EventLevel.Error, Message = "Objectives: {0} failed and goes on without it. {1}")]
    private void Failed(string doing, string exception) => WriteEvent(1, doing, exception);

    [Event(2, Level = EventLevel.Warning, Message = "{0}")]
    public void Warning(string message) => WriteEvent(2, message);

    [Event(3, Level = EventLevel.Informational, Message = "{0}")]
    public void Information(string message) => WriteEvent(3, message);
}
