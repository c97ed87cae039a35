using System.Diagnostics.Tracing;

namespace OtelPipeline.Exporter.Prometheus;

/// <summary>
/// What went wrong, for OpenTelemetry's self-diagnostics (a file <c>OTEL_DIAGNOSTICS.json</c>, which collects event sources whose names
/// begin with <c>OpenTelemetry-</c>) and for <c>dotnet-trace</c>.
/// </summary>
[EventSource(Name = "OpenTelemetry-OtelPipeline-Exporter-Prometheus")]
internal sealed class PrometheusEventSource : EventSource
{
    public static readonly PrometheusEventSource Log = new();

    [Event(
        1,
        Level = EventLevel.Warning,
        Message = "Metric '{0}' of meter '{1}' is dropped: its Prometheus name '{2}' belongs to a metric of another type. Rename one of them with a view."
    )]
    public void NameConflict(string metric, string meter, string name) => WriteEvent(1, metric, meter, name);

    [Event(
        2,
        Level = EventLevel.Warning,
        Message = "A series of '{0}' is dropped: metric '{1}' of meter '{2}' has one with the same labels already. Give the attributes names or values that differ in more than characters Prometheus does not know."
    )]
    public void DuplicateSeries(string family, string metric, string meter) => WriteEvent(2, family, metric, meter);

    [NonEvent]
    public void ScrapeFailed(Exception exception)
    {
        if (IsEnabled(EventLevel.Error, EventKeywords.All))
            ScrapeFailed(exception.ToString());
    }

    [Event(3, Level = EventLevel.Error, Message = "A scrape failed; the next one is tried as usual. {0}")]
    private void ScrapeFailed(string exception) => WriteEvent(3, exception);

    [Event(
        4,
        Level = EventLevel.Warning,
        Message = "A scrape was refused: {0} responses are still being read. Look for scrapers that do not read what they asked for."
    )]
    public void TooManyResponses(int responses) => WriteEvent(4, responses);

    [NonEvent]
    public void FileFailed(string path, Exception exception)
    {
        if (IsEnabled(EventLevel.Error, EventKeywords.All))
            FileFailed(path, exception.ToString());
    }

    [Event(
        5,
        Level = EventLevel.Error,
        Message = "Metrics could not be written to '{0}'. Check the disk and the rights of the folder; the exporter goes on trying. {1}"
    )]
    private void FileFailed(string path, string exception) => WriteEvent(5, path, exception);

    [Event(
        6,
        Level = EventLevel.Error,
        Message = "A scrape was answered with 503: the collection did not end within {0} seconds. Look for an observable instrument whose callback does not return."
    )]
    public void ScrapeTimedOut(double seconds) => WriteEvent(6, seconds);
}
