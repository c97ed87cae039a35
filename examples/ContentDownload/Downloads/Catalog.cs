using System.Net.Http.Json;
using ContentDownload.Http;
using ContentDownload.Origin;

namespace ContentDownload.Downloads;

/// <summary>Asks the catalog; most answers come from the cache in front of it.</summary>
internal sealed class Catalog(IHttpClientFactory clients)
{
    /// <summary>The ids of all items, with their collections, in the order in which they are to be downloaded.</summary>
    public async Task<(string Collection, string Item)[]> ListAsync(int seed, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(HttpClients.Catalog);
        var list = await client.GetFromJsonAsync(CatalogEndpoint.Path, CatalogJson.Default.CollectionList, cancellationToken);
        var items = list!.Collections.SelectMany(static c => c.Items.Select(i => (c.Id, i))).ToArray();
        new Random(seed).Shuffle(items);
        return items;
    }

    public async Task<ItemFacts> FindAsync(string collection, string item, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(HttpClients.Catalog);
        var found = await client.GetFromJsonAsync(
            $"{CatalogEndpoint.Path}/{collection}",
            CatalogJson.Default.Collection,
            cancellationToken
        );
        return found!.Items.Single(i => i.Id == item);
    }
}
