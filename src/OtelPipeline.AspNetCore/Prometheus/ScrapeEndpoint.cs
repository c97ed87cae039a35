using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OtelPipeline.Exporter.Prometheus;

namespace OtelPipeline.AspNetCore.Prometheus;

/// <summary>One scrape over HTTP.</summary>
internal static class ScrapeEndpoint
{
    public static async Task RespondAsync(HttpContext context, PrometheusScraper scraper)
    {
        var request = context.Request;
        var response = context.Response;
        try
        {
            using var scrape = await scraper
                .ScrapeAsync(request.Headers.Accept, request.Headers.AcceptEncoding, context.RequestAborted)
                .ConfigureAwait(false);
            response.StatusCode = scrape.Status switch
            {
                PrometheusScrapeStatus.Success => StatusCodes.Status200OK,
                PrometheusScrapeStatus.Failed => StatusCodes.Status500InternalServerError,
                _ => StatusCodes.Status503ServiceUnavailable,
            };
            response.ContentType = scrape.ContentType;
            response.ContentLength = scrape.Body.Length;
            response.Headers.CacheControl = "no-store";
            response.Headers.Vary = HeaderNames.Accept + ", " + HeaderNames.AcceptEncoding;
            if (scrape.ContentEncoding is { } encoding)
                response.Headers.ContentEncoding = encoding;
            if (response.StatusCode == StatusCodes.Status503ServiceUnavailable)
                response.Headers.RetryAfter = 5.ToString(CultureInfo.InvariantCulture);
            if (!HttpMethods.IsHead(request.Method))
                await response.Body.WriteAsync(scrape.Body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the scraper gave up: nobody is there to be answered
        }
    }
}
