using System.Net;

namespace ContentDownload.Http;

/// <summary>Sends a request again where that may help: after 429 as soon as the host allows it, after failures a little later.</summary>
internal sealed class RetryHandler : DelegatingHandler
{
    private const int AttemptsWhenRefused = 5;
    private const int AttemptsWhenFailed = 2;

    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(100);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (attempt >= AttemptsAfter(response.StatusCode))
                    return response;
                var isRefused = response.StatusCode == HttpStatusCode.TooManyRequests;
                response.Dispose();

                // the handler below waits as long as the host asked for
                if (isRefused)
                    continue;
            }
            catch (HttpRequestException) when (attempt < AttemptsWhenFailed)
            {
                // the connection broke: the next one may hold
            }

            await Task.Delay(s_delay * attempt, cancellationToken);
        }
    }

    private static int AttemptsAfter(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.TooManyRequests => AttemptsWhenRefused,
            >= HttpStatusCode.InternalServerError => AttemptsWhenFailed,
            _ => 1,
        };
}
