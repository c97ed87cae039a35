using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>What a scrape gets: a response, or the reason why there is none.</summary>
internal static class Answer
{
    public static PrometheusScrape Of(Round.Part part, bool gzip)
    {
        try
        {
            return part switch
            {
                { Response: { } response } => new PrometheusScrape(response, gzip && response.Compress()),
                { Status: PrometheusScrapeStatus.Busy } => Text(
                    PrometheusScrapeStatus.Busy,
                    $"{PrometheusScraper.MaxResponses} earlier responses are still being read. Try again when the slow scrapers are done."
                ),
                _ => Failed(),
            };
        }
        catch (Exception exception)
        {
            PrometheusEventSource.Log.ScrapeFailed(exception);
            part.Response?.Release();
            return Failed();
        }
    }

    public static PrometheusScrape TimedOut(TimeSpan elapsed) =>
        Text(
            PrometheusScrapeStatus.TimedOut,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The collection has been running for {elapsed.TotalSeconds:0.#} s: look for an observable instrument whose callback does not return. It is asked again when it has."
            )
        );

    public static PrometheusScrape Unavailable() =>
        Text(
            PrometheusScrapeStatus.Unavailable,
            "The meter provider is shut down, telemetry is switched off, or no meter provider has been built that uses this exporter."
        );

    private static PrometheusScrape Failed() =>
        Text(
            PrometheusScrapeStatus.Failed,
            "The metrics could not be collected. See the event source OpenTelemetry-OtelPipeline-Exporter-Prometheus."
        );

    private static PrometheusScrape Text(PrometheusScrapeStatus status, string reason) =>
        new(status, Encoding.UTF8.GetBytes(reason + "\n"));
}
