using System.Diagnostics.Tracing;

namespace OtelPipeline.Internal;

/// <summary>
/// Where this package reports its own problems. The name starts with <c>OpenTelemetry-</c>, so that OpenTelemetry's self-diagnostics file
/// picks it up (https://github.com/open-telemetry/opentelemetry-dotnet/blob/main/src/OpenTelemetry/README.md#troubleshooting).
/// </summary>
[EventSource(Name = "OpenTelemetry-OtelPipeline")]
internal sealed class PipelineEventSource : EventSource
{
    public static readonly PipelineEventSource Log = new();

    /// <summary>Counts and reports what a listener, logger or this library threw; never throws itself.</summary>
    [NonEvent]
    public static void Report(string during, Exception exception)
    {
        try
        {
            if (Log.IsEnabled(EventLevel.Warning, EventKeywords.All))
                Log.TelemetryFailed(during, exception.ToString());
            Instruments.TelemetryErrors.Add(
                1,
                new KeyValuePair<string, object?>(Signals.PipelineAttributes.ErrorType, exception.GetType().FullName)
            );
        }
        catch (Exception)
        {
            // the counter's own listener or the exception's own ToString threw: there is nobody left to tell
        }
    }

    [Event(1, Level = EventLevel.Warning, Message = "Telemetry failed during {0} and was left out; the application was not affected: {1}")]
    public void TelemetryFailed(string during, string exception) => WriteEvent(1, during, exception);
}
