using System.Collections.Concurrent;
using System.Globalization;
using ContentDownload.Origin;
using OtelPipeline;

namespace ContentDownload.Downloads;

/// <summary>The run: what there is, downloading it, looking at it again, writing down what became of it.</summary>
internal sealed class DownloadPipeline(Settings settings, Catalog catalog, Downloader downloader, ContentStore store)
{
    // items that are begun in a second, and that are under way at most
    private const int ItemsPerSecond = 130;
    private const int MaxUnderWay = 600;

    private static readonly Pipeline s_pipeline = new(
        "content_download",
        new PipelineOptions { Type = PipelineType.Download, Version = "1.0" }
    );

    private readonly ConcurrentBag<Download> _downloads = [];
    private int _total;

    public IReadOnlyCollection<Download> Downloads => _downloads;

    public int Total => _total;

    public Task RunAsync(CancellationToken cancellationToken) =>
        s_pipeline.RunAsync(
            async run =>
            {
                run.Configuration(
                    new
                    {
                        settings.Count,
                        settings.Seed,
                        Fault = settings.Fault.ToString(),
                    }
                );
                var items = await run.NodeAsync("plan", NodeType.Source, PlanAsync);
                await run.NodeAsync("download", NodeType.Source, node => DownloadAsync(items, node), dependsOn: ["plan"]);
                await run.NodeAsync("verify", NodeType.Check, Verify, dependsOn: ["download"]);
                await run.NodeAsync("report", NodeType.Sink, ReportAsync, dependsOn: ["download"]);
            },
            cancellationToken
        );

    private async Task<(string Collection, string Item)[]> PlanAsync(PipelineNode node)
    {
        var items = await catalog.ListAsync(settings.Seed, node.CancellationToken);
        node.Records(written: items.Length);
        _total = items.Length;
        return items;
    }

    private async Task DownloadAsync((string Collection, string Item)[] items, PipelineNode node)
    {
        using var underWay = new SemaphoreSlim(MaxUnderWay);
        var cancel = node.CancellationToken;
        var startedAt = 0L;
        var tasks = new List<Task>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (i == 1)
            {
                // the first went ahead: what had to be compiled and connected for it is not the time of all the others
                await tasks[0];
                startedAt = TimeProvider.System.GetTimestamp();
            }

            // as many as would be polite in a second, spread over it
            if (
                i > 0
                && TimeSpan.FromSeconds((double)i / ItemsPerSecond) - TimeProvider.System.GetElapsedTime(startedAt)
                    is { TotalMilliseconds: > 1 } early
            )
                await Task.Delay(early, cancel);
            await underWay.WaitAsync(cancel);
            tasks.Add(DownloadAsync(items[i], node, underWay));
        }

        await Task.WhenAll(tasks);
    }

    private async Task DownloadAsync((string Collection, string Item) entry, PipelineNode node, SemaphoreSlim underWay)
    {
        var (collection, id) = entry;
        node.Records(read: 1);
        PipelineItem? scope = null;
        try
        {
            var download = await node.ItemAsync(
                id,
                item =>
                {
                    scope = item;
                    return downloader.DownloadAsync(collection, id, item, node.CancellationToken);
                },
                type: "file"
            );
            _downloads.Add(download);
            if (download.Result == ItemResult.Duplicate)
                node.Records(deduplicated: 1);
            else
                node.Records(written: 1, bytes: download.Facts.Size);
        }
        catch (Exception e) when (e is not OperationCanceledException || !node.CancellationToken.IsCancellationRequested)
        {
            // the item's own telemetry says why; the others go on
            _downloads.Add(new Download(new ItemFacts(id, "", 0, ""), scope?.Outcome ?? ItemResult.Failure));
            node.Records(rejected: 1);
        }
        finally
        {
            underWay.Release();
        }
    }

    private void Verify(PipelineNode node)
    {
        var (files, damaged) = store.Verify();
        node.Records(read: files);
        node.Check("stored_content_is_intact", damaged, CheckThreshold.AtMost(fail: 0), failedRecords: damaged);
        node.Check("yield", Share(ItemResult.Success, ItemResult.Duplicate), CheckThreshold.AtLeast(fail: 0.85));
        node.Check("corrupt_items", Count(ItemResult.Corrupt), CheckThreshold.AtMost(fail: 0));
    }

    private async Task ReportAsync(PipelineNode node)
    {
        var lines = _downloads
            .OrderBy(static d => d.Facts.Id, StringComparer.Ordinal)
            .Select(static d =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{d.Facts.Id},{d.Result},{d.Facts.Sha256},{d.Facts.Size},{d.Source},{(d.Tier == 0 ? "" : d.Tier)},{d.Resumed}"
                )
            );
        var folder = Directory.CreateDirectory(Path.Combine(settings.Output, "results")).FullName;
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "downloads.csv"),
            lines.Prepend("item,result,sha256,bytes,source,tier,resumed"),
            node.CancellationToken
        );
        node.Records(written: _downloads.Count);
        node.Dataset("downloads").Wrote(_downloads.Count);
    }

    private int Count(params ReadOnlySpan<ItemResult> results)
    {
        var count = 0;
        foreach (var download in _downloads)
            count += results.Contains(download.Result) ? 1 : 0;
        return count;
    }

    private double Share(params ReadOnlySpan<ItemResult> results) => _downloads.IsEmpty ? 0 : (double)Count(results) / _downloads.Count;
}
