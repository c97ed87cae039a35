using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>A real web server on this machine. What it answers is in the query: <c>?status=503&amp;body=100</c>.</summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, int> _requests = [];
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Origin(WebApplication application) => _application = application;

    public ConcurrentQueue<(string Host, string Path, string Baggage)> Received { get; } = [];

    public Uri Url => new(_application.Urls.Single());

    public static async Task<Origin> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        var origin = new Origin(application);
        application.Run(origin.AnswerAsync);
        await application.StartAsync();
        return origin;
    }

    /// <summary>Lets bodies that wait go on.</summary>
    public void Release() => _release.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        Received.Enqueue((request.Host.Host, request.Path, request.Headers["baggage"].ToString()));
        var query = request.Query;
        var number = _requests.AddOrUpdate(request.Path, 1, static (_, n) => n + 1);

        // the first requests for a path may go otherwise than the later ones
        response.StatusCode = int.Parse(
            query["status"].ElementAtOrDefault(number - 1) ?? query["status"].LastOrDefault() ?? "200",
            CultureInfo.InvariantCulture
        );
        if (query["retry"] is [var retry, ..] && response.StatusCode is 429 or 503)
            response.Headers.RetryAfter = retry;
        if (query["redirect"] is [var location, ..])
        {
            response.Redirect(location!);
            return;
        }

        if (request.Headers.IfNoneMatch.Count > 0)
            response.StatusCode = 304;
        if (response.StatusCode is 204 or 304 || HttpMethods.IsHead(request.Method))
            return;
        await WriteBodyAsync(context, int.Parse(query["body"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture));
    }

    private async Task WriteBodyAsync(HttpContext context, int length)
    {
        var (response, query) = (context.Response, context.Request.Query);
        if (!query.ContainsKey("chunked"))
            response.ContentLength = length;
        response.Headers.ContentType = "application/octet-stream";
        response.Headers["X-Two"] = new(["a", "b"]);
        response.Headers.ContentLanguage = new(["de", "fr"]);
        var body = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
        if (query.ContainsKey("half"))
        {
            await response.Body.WriteAsync(body.AsMemory(0, length / 2));
            await response.Body.FlushAsync();
            if (query["half"] == "abort")
            {
                context.Abort();
                return;
            }

            await _release.Task;
            body = body[(length / 2)..];
        }

        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
