using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OtelPipeline;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>The samples of src/OtelPipeline/README.md, word for word, compiled and run.</summary>
internal sealed class ReadmeSamples
{
    private static readonly CancellationToken s_none = CancellationToken.None;

    [Test]
    public async Task The_first_sample_describes_a_run_of_three_nodes()
    {
        using var recorder = new Recorder();
        var report = await new NightlyEtl(recorder).RunAsync(s_none);
        Assert.That(report, Is.EqualTo("2 orders"));
        Assert.That(recorder.Spans, Has.Count.EqualTo(4));
        Assert.That(recorder.Of(PipelineMetrics.Checks), Has.Exactly(1).Items);
    }

    public sealed class NightlyEtl(ILoggerFactory loggerFactory)
    {
        private readonly Pipeline _pipeline = new(
            "nightly_etl",
            new PipelineOptions { Type = PipelineType.Batch, Version = "1.4.0" },
            loggerFactory
        );

        public Task<string> RunAsync(CancellationToken cancel) =>
            _pipeline.RunAsync(
                async run =>
                {
                    var rows = await run.NodeAsync(
                        "load",
                        NodeType.Source,
                        async node =>
                        {
                            var lines = await ReadAsync(node.CancellationToken);
                            node.Records(read: lines.Length, bytes: lines.Sum(line => line.Length));
                            return lines;
                        }
                    );
                    var clean = await run.NodeAsync(
                        "clean",
                        NodeType.Transform,
                        node =>
                        {
                            var kept = rows.Where(row => row.Length > 0).ToArray();
                            node.Records(read: rows.Length, written: kept.Length, rejected: rows.Length - kept.Length);
                            return kept;
                        },
                        dependsOn: ["load"]
                    );
                    run.Check("no_loss", passed: clean.Length > 1, actual: clean.Length, limit: 1);
                    return await run.NodeAsync("publish", NodeType.Sink, node => PublishAsync(clean, node), dependsOn: ["clean"]);
                },
                cancel
            );

        private static Task<string[]> ReadAsync(CancellationToken cancel) =>
            Task.FromResult((string[])["1;apples", "", "2;pears"]).WaitAsync(cancel);

        private static Task<string> PublishAsync(string[] rows, PipelineNode node)
        {
            node.Dataset("orders").Wrote(rows.Length);
            return Task.FromResult($"{rows.Length} orders");
        }
    }

    [Test]
    public async Task Checks()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            var (nulls, rows) = (3, 100);
            run.Check("row_count", passed: rows > 0, actual: rows, limit: 0);
            run.Check("null_ratio", nulls / (double)rows, CheckThreshold.AtMost(fail: 0.05, warn: 0.01));
            if (await run.CheckAsync("unique_keys", cancel => KeysAreUniqueAsync(cancel)) == CheckResult.Fail)
                throw new InvalidDataException("Keys are not unique.");
        });
        Assert.That(
            recorder.Of(PipelineMetrics.Checks).Select(static m => m[PipelineAttributes.CheckResult]),
            Is.EqualTo((string[])["pass", "warn", "pass"])
        );

        static Task<bool> KeysAreUniqueAsync(CancellationToken cancel) => Task.FromResult(!cancel.IsCancellationRequested);
    }

    [Test]
    public async Task Items()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            string[] urls = ["https://a.example/1", "https://a.example/1"];
            var seen = new HashSet<string>();
            foreach (var url in urls)
            {
                await run.ItemAsync(
                    url,
                    async item =>
                    {
                        if (!seen.Add(url))
                        {
                            item.Outcome = ItemResult.Duplicate;
                            item.DedupeAction = DedupeAction.Skipped;
                            return;
                        }

                        await DownloadAsync(url, onFirstByte: item.FirstResult, item.CancellationToken);
                    },
                    type: "page"
                );
            }
        });
        Assert.That(
            recorder.Of(PipelineMetrics.Items).Select(static m => m[PipelineAttributes.ItemResult]),
            Is.EqualTo((string[])["success", "duplicate"])
        );

        static Task DownloadAsync(string url, Action onFirstByte, CancellationToken cancel)
        {
            onFirstByte();
            return Task.Delay(url.Length == 0 ? 1 : 0, cancel);
        }
    }

    [Test]
    public async Task Checkpoints_and_resumed_runs()
    {
        using var recorder = new Recorder();
        var pipeline = new Pipeline("simulation", new PipelineOptions { Type = PipelineType.Simulation }, recorder);
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, "state.checkpoint");
        File.Delete(file);
        await Simulate();
        await Simulate();
        File.Delete(file);
        Assert.That(
            recorder.Spans.Where(static s => s.DisplayName == "run simulation").Select(static s => s.Links.Count()),
            Is.EqualTo((int[])[0, 1])
        );
        Assert.That(recorder.Named(PipelineEvents.CheckpointRestore), Has.Exactly(1).Items);

        async Task Simulate()
        {
            RunReference? earlier = File.Exists(file) && RunReference.TryParse(File.ReadLines(file).First(), out var found) ? found : null;
            await pipeline.RunAsync(
                async run =>
                {
                    if (earlier is not null)
                        await run.RestoreAsync("state", cancel => File.ReadAllTextAsync(file, cancel));
                    foreach (var year in new[] { "2030", "2031" })
                    {
                        await run.PartitionAsync(year, partition => partition.NodeAsync("step", NodeType.Transform, _ => { }));
                        await run.CheckpointAsync(
                            "state",
                            async cancel =>
                            {
                                await File.WriteAllTextAsync(file, $"{run.Reference}\n{year}", cancel);
                                return new FileInfo(file).Length;
                            }
                        );
                    }
                },
                resumeFrom: earlier
            );
        }
    }

    [Test]
    public async Task Retries()
    {
        using var recorder = new Recorder();
        var calls = 0;
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            await run.NodeAsync(
                "fetch",
                NodeType.Source,
                node =>
                    node.RetryAsync(
                        attempt => FetchAsync(attempt),
                        maxAttempts: 4,
                        delay: TimeSpan.FromMilliseconds(1),
                        retryWhen: e => e is IOException
                    )
            );
        });
        Assert.That(calls, Is.EqualTo(2));

        Task FetchAsync(int attempt) => ++calls == attempt && attempt > 1 ? Task.CompletedTask : Task.FromException(new IOException());
    }

    [Test]
    public async Task Child_processes()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            await run.NodeAsync(
                "convert",
                NodeType.Transform,
                async node =>
                {
                    var start = new ProcessStartInfo("dotnet", "--version") { UseShellExecute = false, RedirectStandardOutput = true };
                    node.Environment(start);
                    using var process = Process.Start(start)!;
                    await process.WaitForExitAsync(node.CancellationToken);
                }
            );
        });
        Assert.That(recorder.Span("node convert").Status, Is.EqualTo(ActivityStatusCode.Unset));
    }

    [Test]
    public void Handles()
    {
        using var recorder = new Recorder();
        var pipeline = new Pipeline("p", null, recorder);
        using var run = pipeline.StartRun();
        using (var node = run.StartNode("load", NodeType.Source))
        {
            node.Records(read: 100);
            node.Complete();
        }

        run.Complete();
        Assert.That(run.Result, Is.EqualTo(PipelineResult.Success));
    }

    [Test]
    public async Task What_a_pipeline_leans_on()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            Assert.That(await Leaning.ResolveAsync("10.1/x", run.CancellationToken), Is.EqualTo("https://example.org/10.1/x"));
            Assert.That(await Leaning.ResolveAsync("10.1/known", run.CancellationToken), Is.EqualTo("known"));
            Leaning.Report(TimeSpan.FromSeconds(1));
        });
        Assert.That(recorder.Of(PipelineMetrics.CacheRequests).ToList(), Has.Count.EqualTo(2));
        Assert.That(recorder.Named(PipelineEvents.FallbackAttempt).ToList(), Has.Count.EqualTo(2));
        Assert.That(recorder.Named(PipelineEvents.CircuitBreakerStateChange).ToList(), Has.Count.EqualTo(1));
    }

    private static class Leaning
    {
        private static readonly Dictionary<string, string> s_cache = new() { ["10.1/known"] = "known" };

        private static readonly CacheTelemetry Metadata = new("metadata");
        private static readonly RateLimiterTelemetry Crossref = new("api.crossref", role: "metadata");
        private static readonly CircuitBreakerTelemetry Origin = new("origin");
        private static readonly FallbackTelemetry Resolvers = new("resolvers");

        public static async Task<string?> ResolveAsync(string doi, CancellationToken cancel)
        {
            if (s_cache.TryGetValue(doi, out var known))
            {
                Metadata.Hit();
                return known;
            }

            Metadata.Miss();
            return await Resolvers.AttemptAsync(1, "unpaywall", c => FindAsync("unpaywall", doi, c), cancel)
                ?? await Resolvers.AttemptAsync(2, "crossref", c => FindAsync("crossref", doi, c), cancel);
        }

        public static void Report(TimeSpan waited)
        {
            Crossref.Queued(waited);
            Origin.Transition(CircuitState.Open, CircuitScope.Host, breakDuration: TimeSpan.FromSeconds(30), failureRatio: 0.6);
            Metadata.Contents(entries: s_cache.Count);
        }

        private static Task<string?> FindAsync(string source, string doi, CancellationToken cancel) =>
            Task.FromResult(source == "crossref" ? "https://example.org/" + doi : null).WaitAsync(cancel);
    }

    [Test]
    public async Task Messages()
    {
        using var recorder = new Recorder();
        await new Pipeline("p").RunAsync(async run =>
        {
            var topic = new Queue<Messaging.Message>();
            await Messaging.ProduceAsync(topic, run.CancellationToken);
            await Messaging.ConsumeAsync(topic, run.CancellationToken);
        });
        Assert.That(recorder.Span("process orders").Links.Single().Context.SpanId, Is.EqualTo(recorder.Span("send orders").SpanId));
    }

    private static class Messaging
    {
        private static readonly ProducerTelemetry Produced = new("kafka", "orders");
        private static readonly ConsumerTelemetry Orders = new("kafka", "orders", group: "billing");

        public static Task ProduceAsync(Queue<Message> topic, CancellationToken cancel) =>
            Produced.SendAsync(
                _ =>
                {
                    var message = new Message("order 7", []);
                    ProducerTelemetry.Inject(message.Headers, (headers, key, value) => headers[key] = value);
                    topic.Enqueue(message);
                    return Task.CompletedTask;
                },
                cancellationToken: cancel
            );

        public static async Task ConsumeAsync(Queue<Message> topic, CancellationToken cancel)
        {
            var batch = await Orders.PollAsync(_ => Task.FromResult(topic.ToArray()), messages => messages.Length, cancel);
            var senders = batch.Select(m => ConsumerTelemetry.Extract(m.Headers, (headers, key) => headers.GetValueOrDefault(key)));
            await Orders.ProcessAsync(_ => Task.CompletedTask, [.. senders], cancel);
            await Orders.CommitAsync(_ => Task.CompletedTask, cancel);
        }

        public sealed record Message(string Body, Dictionary<string, string> Headers);
    }
}
