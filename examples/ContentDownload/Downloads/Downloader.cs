using ContentDownload.Origin;
using OtelPipeline;
using OtelPipeline.Signals;
using Polly.CircuitBreaker;

namespace ContentDownload.Downloads;

/// <summary>Downloads one item: where it is, whether it is here already, and then from the first of three tiers that has it.</summary>
internal sealed class Downloader(Catalog catalog, ContentFetch fetch, ContentStore store)
{
    private static readonly FallbackTelemetry s_sources = new("sources");

    public async Task<Download> DownloadAsync(string collection, string id, PipelineItem item, CancellationToken cancellationToken)
    {
        var facts = await catalog.FindAsync(collection, id, cancellationToken);
        if (!store.Claim(facts.Sha256))
        {
            (item.Outcome, item.DedupeAction) = (ItemResult.Duplicate, DedupeAction.Linked);
            return new Download(facts, ItemResult.Duplicate);
        }

        try
        {
            var download = await FromTiersAsync(facts, item, cancellationToken);
            item.DedupeAction = DedupeAction.Stored;
            return download;
        }
        catch
        {
            store.GiveBack(facts.Sha256);
            throw;
        }
    }

    private async Task<Download> FromTiersAsync(ItemFacts facts, PipelineItem item, CancellationToken cancellationToken)
    {
        Exception? last = null;
        for (var tier = 1; tier <= 3; tier++)
        {
            var (source, host) = SourceOf(tier, facts);

            // where it was looked for last: what items that failed, or took long, have in common
            item.Set(PipelineAttributes.FallbackTier, tier);
            item.Set("server.address", host);
            try
            {
                var resumed = await s_sources.AttemptAsync(
                    tier,
                    source,
                    cancel => fetch.FromAsync(host, facts, item, cancel),
                    cancellationToken,
                    serverAddress: host
                );
                if (resumed is not null)
                    return new Download(facts, ItemResult.Success)
                    {
                        Source = source,
                        Tier = tier,
                        Resumed = resumed.Value,
                    };
                item.Set("http.response.status_code", 404);
            }
            catch (Exception e)
                when (e
                        is HttpRequestException
                            or IOException
                            or CorruptContentException
                            or BrokenCircuitException
                            or InvalidOperationException
                )
            {
                last = e;
                if (e is HttpRequestException { StatusCode: { } status })
                    item.Set("http.response.status_code", (int)status);
            }
        }

        if (last is CorruptContentException)
            item.Outcome = ItemResult.Corrupt;
        throw new DownloadFailedException($"No source has the content of {facts.Id}: {last?.Message ?? "404 everywhere."}", last);
    }

    // each item has its mirror, so that they share the work
    private static (string Source, string Host) SourceOf(int tier, ItemFacts facts) =>
        tier switch
        {
            1 => ("primary", Hosts.Primary),
            2 => ("mirror", Hosts.Mirrors[int.Parse(facts.Id.AsSpan(2)) % Hosts.Mirrors.Length]),
            _ => ("archive", Hosts.Archive),
        };
}

/// <summary>What became of an item.</summary>
internal sealed record Download(ItemFacts Facts, ItemResult Result)
{
    public string? Source { get; init; }
    public int Tier { get; init; }
    public int Resumed { get; init; }
}

/// <summary>No tier had it.</summary>
internal sealed class DownloadFailedException(string message, Exception? cause) : Exception(message, cause);
