using OtelPipeline;
using StreamBroker.Brokers;
using StreamBroker.Clients;
using StreamBroker.Storage;

namespace StreamBroker;

/// <summary>Producers, consumer groups and agents at work for a while: one run, whose nodes are what goes on at the same time.</summary>
internal sealed class Workload(Settings settings, Broker broker, MetadataStore metadata, ILoggerFactory loggers) : IDisposable
{
    private const int Partitions = 8;
    private const int MembersOfGroup = 2;
    private static readonly string[] s_topics = ["orders", "payments", "returns", "shipments"];
    private static readonly string[] s_groups = ["billing", "analytics"];
    private static readonly TimeSpan s_flapping = TimeSpan.FromMilliseconds(50);

    private readonly Pipeline _pipeline = new(
        "stream_broker",
        new PipelineOptions { Type = PipelineType.Stream, Version = "1.0" },
        loggers
    );
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Producer[] _producers =
    [
        .. s_topics.Select(
            (topic, i) =>
                new Producer(topic, Rate(settings), (long)(Rate(settings) * settings.Duration.TotalSeconds), settings.Seed + i, broker)
        ),
    ];
    private volatile bool _isLast;

    public ConsumerGroup[] Groups { get; private set; } = [];

    /// <summary>Records of this process that the broker has acknowledged.</summary>
    public long Produced => _producers.Sum(static p => p.Sent);

    /// <summary>Records that the log had from earlier processes.</summary>
    public long Recovered { get; private set; }

    /// <summary>Runs until the time is over and everything is consumed and uploaded, or until it is told to stop.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        _pipeline.RunAsync(
            async run =>
            {
                run.Configuration(settings);
                await run.NodeAsync("recover", NodeType.Source, RecoverAsync);
                var tier = run.NodeAsync("tier", NodeType.Sink, node => Task.WhenAll(broker.Agents.Select(a => a.RunAsync(node))));
                var groups = Groups.Select(group =>
                    run.NodeAsync(group.Name, NodeType.Transform, node => ConsumeAsync(group, node), dependsOn: ["recover"])
                );
                var consuming = Task.WhenAll(groups.ToList());
                try
                {
                    await run.NodeAsync("produce", NodeType.Source, ProduceAsync, dependsOn: ["recover"]);
                }
                finally
                {
                    _isLast = true;
                    await CatchUpAsync(consuming);
                    FinishUploads();
                }

                await Task.WhenAll(consuming, tier);
                Judge(run);
            },
            cancellationToken: cancellationToken
        );

    public void Dispose()
    {
        foreach (var group in Groups)
            group.Dispose();
        _giveUp.Dispose();
    }

    private async Task RecoverAsync(PipelineNode node)
    {
        Recovered = await broker.RecoverAsync(node.CancellationToken);
        node.Records(read: Recovered);
        using var connection = broker.Connect();
        foreach (var topic in s_topics)
            await connection.CreateTopicAsync(topic, Partitions, node.CancellationToken);
        Groups = [.. s_groups.Select(name => new ConsumerGroup(name, s_topics, broker, metadata, loggers.CreateLogger<ConsumerGroup>()))];
        metadata.IsBroken = settings.Fault == Faults.MetadataStore;
    }

    private Task ProduceAsync(PipelineNode node) => Task.WhenAll(_producers.Select(producer => Task.Run(() => producer.RunAsync(node))));

    private static int Rate(Settings settings) => Math.Max(1, settings.Rate / s_topics.Length);

    private async Task ConsumeAsync(ConsumerGroup group, PipelineNode node)
    {
        var isSlow = settings.Fault == Faults.ConsumerLag;
        var members = Enumerable
            .Range(0, MembersOfGroup)
            .Select(i => new Consumer($"member-{i}", group, broker, isSlow, loggers.CreateLogger<Consumer>()))
            .Select(consumer => Task.Run(() => consumer.RunAsync(node, () => _isLast, _giveUp.Token)))
            .ToList();
        while (settings.Fault == Faults.Rebalance && !_isLast)
        {
            group.Join("flapping");
            await Task.Delay(s_flapping, node.CancellationToken);
            group.Leave("flapping");
            await Task.Delay(s_flapping, node.CancellationToken);
        }

        await Task.WhenAll(members);
    }

    // a machine that is too slow takes longer, and a group that has come to a stop does not hold up the end
    private async Task CatchUpAsync(Task consuming)
    {
        if (settings.Fault is not (Faults.ConsumerLag or Faults.MetadataStore))
        {
            for (var before = -1L; !consuming.IsCompleted && Consumed() is var now && now != before; before = now)
                await Task.WhenAny(consuming, Task.Delay(Limits.Drain));
        }

        await _giveUp.CancelAsync();
        await consuming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        long Consumed() => Groups.Sum(static g => g.Committed().Values.Sum(static p => p.Records));
    }

    private void FinishUploads()
    {
        foreach (var log in broker.Topics.SelectMany(static t => t.Value))
            log.Roll();
        foreach (var agent in broker.Agents)
            agent.Finish();
    }

    // offsets and sums are committed together: whatever was killed or rebalanced, they must agree
    private void Judge(PipelineRun run)
    {
        foreach (var group in Groups)
        {
            var progress = group.Committed().Values.ToList();
            run.Check($"{group.Name}_counted_each_record_once", progress.Sum(static p => p.Records) == progress.Sum(static p => p.Offset));
            run.Check($"{group.Name}_left_nothing", group.Lag == 0, group.Lag, 0, CheckSeverity.Warning);
        }

        run.Check("every_segment_is_in_the_store", broker.Store.Failed == 0, broker.Store.Failed, 0, CheckSeverity.Warning);
    }
}
