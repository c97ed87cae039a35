using System.Diagnostics.Tracing;

namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>
/// Where health reports its own problems; the name starts with <c>OpenTelemetry-</c>, so that OpenTelemetry's self-diagnostics file picks it
/// up (https://github.com/open-telemetry/opentelemetry-dotnet/blob/main/src/OpenTelemetry/README.md#troubleshooting).
/// </summary>
[EventSource(Name = "OpenTelemetry-OtelPipeline-Health")]
internal sealed class HealthEventSource : EventSource
{
    public static readonly HealthEventSource Log = new();

    [NonEvent]
    public void EventNotWritten(string check, Exception exception)
    {
        if (IsEnabled(EventLevel.Warning, EventKeywords.All))
            EventNotWritten(check, exception.ToString());
    }

    [Event(1, Level = EventLevel.Warning, Message = "The change of health check '{0}' was not written: a logger threw {1}")]
    private void EventNotWritten(string check, string exception) => WriteEvent(1, check, exception);
}
