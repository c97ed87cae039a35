using System.Diagnostics.Tracing;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// What went wrong, for OpenTelemetry's self-diagnostics (a file <c>OTEL_DIAGNOSTICS.json</c>, which collects event sources whose names
/// begin with <c>OpenTelemetry-</c>) and for <c>dotnet-trace</c>.
/// </summary>
[EventSource(Name = "OpenTelemetry-Exporter-Jsonl")]
internal sealed class JsonlEventSource : EventSource
{
    public static readonly JsonlEventSource Log = new();

    [NonEvent]
    public void ExportFailed(string file, long dropped, Exception exception)
    {
        if (IsEnabled(EventLevel.Error, EventKeywords.All))
            ExportFailed(file, dropped, exception.ToString());
    }

    [Event(
        1,
        Level = EventLevel.Error,
        Message = "{1} records were lost writing '{0}'. Check the disk and the rights of the folder; the exporter goes on trying. {2}"
    )]
    private void ExportFailed(string file, long dropped, string exception) => WriteEvent(1, file, dropped, exception);

    [Event(2, Level = EventLevel.Informational, Message = "Writing '{0}' works again.")]
    public void ExportRecovered(string file) => WriteEvent(2, file);
}
