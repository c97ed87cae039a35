using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace ContentDownload.Origin;

/// <summary>
/// The catalog: <c>/collections</c> lists all items by collection, <c>/collections/ID</c> says where the items of one are, how long, and what their
/// hashes must be.
/// </summary>
internal sealed class CatalogEndpoint(IReadOnlyList<OriginFile> files, Fault fault)
{
    public const string Path = "/collections";

    // seconds that an answer may be kept
    private const int MaxAge = 10;

    // whoever asks whether what it has of such a collection is still right gets no answer
    private const int UnsureEvery = 12;

    private readonly ILookup<string, OriginFile> _collections = files.ToLookup(static f => f.Collection);

    public async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        await Task.Delay(TimeSpan.FromMilliseconds(40), context.RequestAborted);
        if (!request.Path.StartsWithSegments(Path, StringComparison.Ordinal, out var id))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!id.HasValue)
        {
            await response.WriteAsJsonAsync(
                new CollectionList([.. _collections.Select(static c => new CollectionItems(c.Key, [.. c.Select(static f => f.Id)]))]),
                CatalogJson.Default.CollectionList
            );
            return;
        }

        response.Headers.CacheControl = fault == Fault.MetadataCache ? "no-cache" : $"max-age={MaxAge}";
        response.Headers.ETag = "\"1\"";
        if (request.Headers.IfNoneMatch.Count > 0)
        {
            response.StatusCode =
                int.Parse(id.Value.AsSpan("/c-".Length)) % UnsureEvery == UnsureEvery - 1
                    ? StatusCodes.Status503ServiceUnavailable
                    : StatusCodes.Status304NotModified;
            return;
        }

        await response.WriteAsJsonAsync(
            new Collection([.. _collections[id.Value!.TrimStart('/')].Select(static f => new ItemFacts(f.Id, f.Path, f.Length, f.Sha256))]),
            CatalogJson.Default.Collection
        );
    }
}

/// <summary>All collections.</summary>
internal sealed record CollectionList(List<CollectionItems> Collections);

/// <summary>The ids of a collection's items.</summary>
internal sealed record CollectionItems(string Id, List<string> Items);

/// <summary>One collection.</summary>
internal sealed record Collection(List<ItemFacts> Items);

/// <summary>What the catalog knows of an item.</summary>
internal sealed record ItemFacts(string Id, string Path, int Size, string Sha256);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CollectionList))]
[JsonSerializable(typeof(Collection))]
internal sealed partial class CatalogJson : JsonSerializerContext;
