using System.Diagnostics.Tracing;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>
/// What went wrong, for OpenTelemetry's self-diagnostics (a file <c>OTEL_DIAGNOSTICS.json</c>, which collects event sources whose names
/// begin with <c>OpenTelemetry-</c>) and for <c>dotnet-trace</c>.
/// </summary>
[EventSource(Name = "OpenTelemetry-Exporter-Parquet")]
internal sealed class ParquetEventSource : EventSource
{
    public static readonly ParquetEventSource Log = new();

    [NonEvent]
    public void WriteFailed(string file, long dropped, Exception exception)
    {
        if (IsEnabled(EventLevel.Error, EventKeywords.All))
            WriteFailed(file, dropped, exception.ToString());
    }

    [Event(
        1,
        Level = EventLevel.Error,
        Message = "{1} records were lost writing '{0}'. Check the disk and the rights of the folder; the exporter goes on trying. {2}"
    )]
    private void WriteFailed(string file, long dropped, string exception) => WriteEvent(1, file, dropped, exception);

    [Event(2, Level = EventLevel.Informational, Message = "Writing '{0}' works again.")]
    public void WriteRecovered(string file) => WriteEvent(2, file);

    [Event(
        3,
        Level = EventLevel.Warning,
        Message = "{1} records for '{0}' were lost because too many wait to be written. Raise MaxUnwrittenRows or MaxUnwrittenBytes, or sample."
    )]
    public void BufferFull(string directory, long dropped) => WriteEvent(3, directory, dropped);

    [NonEvent]
    public void RecordsFailed(string directory, long dropped, Exception exception)
    {
        if (IsEnabled(EventLevel.Error, EventKeywords.All))
            RecordsFailed(directory, dropped, exception.ToString());
    }

    [Event(4, Level = EventLevel.Error, Message = "{1} records for '{0}' were lost because they could not be read: {2}")]
    private void RecordsFailed(string directory, long dropped, string exception) => WriteEvent(4, directory, dropped, exception);

    [Event(5, Level = EventLevel.Informational, Message = "Deleted '{0}', which a process that ended too early had left behind.")]
    public void OrphanDeleted(string file) => WriteEvent(5, file);

    [Event(6, Level = EventLevel.Warning, Message = "Unfinished files in '{0}' could not be looked at: {1}")]
    public void CleanUpFailed(string directory, string error) => WriteEvent(6, directory, error);

    [Event(7, Level = EventLevel.Error, Message = "Shutdown ended before all records for '{0}' were written: give it more time.")]
    public void ShutdownTimedOut(string directory) => WriteEvent(7, directory);
}
