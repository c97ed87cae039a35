using System.Diagnostics.Tracing;

namespace OtelPipeline.AspNetCore.Prometheus;

/// <summary>What the listener says where there is no log.</summary>
[EventSource(Name = "OpenTelemetry-OtelPipeline-AspNetCore-Prometheus")]
internal sealed class ListenerEventSource : EventSource
{
    public static readonly ListenerEventSource Log = new();

    [Event(1, Level = EventLevel.Informational, Message = "Prometheus can scrape {0}.")]
    public void Listening(string url) => WriteEvent(1, url);

    [Event(2, Level = EventLevel.Error, Message = "{0}")]
    public void NotListening(string message) => WriteEvent(2, message);
}
