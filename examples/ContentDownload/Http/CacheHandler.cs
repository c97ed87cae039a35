using System.Net;
using OtelPipeline;
using OtelPipeline.Extensions.Http;

namespace ContentDownload.Http;

/// <summary>Answers from the cache while it may; asks whether what it has is still right; and serves it all the same where nobody can tell.</summary>
internal sealed class CacheHandler(MetadataCache cache) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var entry = cache.Of(request.RequestUri!);
        if (entry.IsFresh)
            return Answer(request, entry, CacheResult.Hit);
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            // somebody else may have fetched it meanwhile
            return entry.IsFresh ? Answer(request, entry, CacheResult.Hit) : await FetchAsync(request, entry, cancellationToken);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task<HttpResponseMessage> FetchAsync(
        HttpRequestMessage request,
        MetadataCache.Entry entry,
        CancellationToken cancellationToken
    )
    {
        if (entry.Tag is { } tag)
            request.Headers.IfNoneMatch.Add(tag);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            entry.Store(await response.Content.ReadAsByteArrayAsync(cancellationToken), response);
            cache.CountEntries();
            Note(request, CacheResult.Miss);
            return response;
        }

        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            entry.Confirm(response);
            response.Dispose();
            return Answer(request, entry, CacheResult.Revalidated);
        }

        if (entry.Content is null || (int)response.StatusCode < 500)
        {
            Note(request, CacheResult.Miss);
            return response;
        }

        response.Dispose();
        return Answer(request, entry, CacheResult.Stale);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, MetadataCache.Entry entry, CacheResult result)
    {
        Note(request, result);
        return entry.Answer();
    }

    private void Note(HttpRequestMessage request, CacheResult result)
    {
        cache.Telemetry.Request(result);
        request.PipelineTelemetry()?.CacheResult = result;
    }
}
