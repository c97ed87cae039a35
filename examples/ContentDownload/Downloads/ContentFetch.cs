using System.Net;
using System.Net.Http.Headers;
using ContentDownload.Http;
using ContentDownload.Origin;
using OtelPipeline;

namespace ContentDownload.Downloads;

/// <summary>Gets the content of one item from one host, in as many pieces as it takes.</summary>
internal sealed class ContentFetch(IHttpClientFactory clients, ContentStore store)
{
    private const int MaxPieces = 4;

    /// <summary>How often it was resumed; null where the host does not have it.</summary>
    /// <exception cref="CorruptContentException">What came is not what the catalog says.</exception>
    public async Task<int?> FromAsync(string host, ItemFacts facts, PipelineItem item, CancellationToken cancellationToken)
    {
        await using var part = store.OpenPart(facts.Id);
        try
        {
            return await FromAsync(host, facts, item, part, cancellationToken);
        }
        finally
        {
            ContentStore.Discard(part);
        }
    }

    private async Task<int?> FromAsync(
        string host,
        ItemFacts facts,
        PipelineItem item,
        FileStream part,
        CancellationToken cancellationToken
    )
    {
        using var client = clients.CreateClient(HttpClients.Content);
        EntityTagHeaderValue? tag = null;
        for (var piece = 0; ; piece++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{host}{facts.Path}"));
            if (part.Length > 0 && tag is not null)
            {
                // the rest, if it is still the same content
                request.Headers.Range = new RangeHeaderValue(part.Length, null);
                request.Headers.IfRange = new RangeConditionHeaderValue(tag);
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            response.EnsureSuccessStatusCode();
            tag = response.Headers.ETag;
            if (response.StatusCode != HttpStatusCode.PartialContent)
                part.SetLength(0);
            part.Position = part.Length;
            try
            {
                await CopyAsync(response, part, item, cancellationToken);
            }
            catch (Exception e) when (e is IOException or HttpRequestException && piece + 1 < MaxPieces)
            {
                // broken off: what came is kept
                continue;
            }

            if (part.Length >= facts.Size || piece + 1 == MaxPieces)
            {
                await store.AcceptAsync(part, facts.Sha256, cancellationToken);
                return piece;
            }
        }
    }

    private static async Task CopyAsync(HttpResponseMessage response, Stream target, PipelineItem item, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            item.FirstResult();
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
