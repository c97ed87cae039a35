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

    [Event(3, Level = EventLevel.Informational, Message = "Deleted '{0}' to keep the limit on {1}; '{2}' is written now.")]
    public void FileDeleted(string file, string reason, string active) => WriteEvent(3, file, reason, active);

    [Event(4, Level = EventLevel.Warning, Message = "Old files in '{0}' could not be looked at: {1}")]
    public void RetentionFailed(string directory, string error) => WriteEvent(4, directory, error);

    [Event(5, Level = EventLevel.Warning, Message = "'{0}' could not be compressed and stays as it is: {1}")]
    public void CompressionFailed(string file, string error) => WriteEvent(5, file, error);

    [Event(
        6,
        Level = EventLevel.Warning,
        Message = "libzstd was not found, closed files are compressed by gzip. Install libzstd, or choose Gzip."
    )]
    public void ZstdMissing() => WriteEvent(6);
}
