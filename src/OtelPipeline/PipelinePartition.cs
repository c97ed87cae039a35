using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>A part of a long run, such as a simulated year or a shard, with a trace of its own.</summary>
public sealed class PipelinePartition : PipelineScope
{
    internal PipelinePartition(PipelineRun run, string key)
        : base(run, run) => Key = key;

    /// <summary>Key of the partition.</summary>
    public string Key { get; }

    /// <summary>What the partition is called in messages.</summary>
    public override string ToString() => "partition " + Key;

    private protected override void OnStart() =>
        StartOwnTrace("partition " + Pipeline.Name, [Pipeline.NameTag, Pipeline.KindTag, new(PipelineAttributes.PartitionKey, Key)]);

    private protected override void OnEnd(PipelineResult result, string? errorType, TimeSpan elapsed) =>
        Activity?.SetTag(PipelineAttributes.PartitionResult, Words.Of(result));

    private protected override void OnSkip(string? reason) => Set(PipelineAttributes.PartitionSkipReason, reason);

    private protected override void Describe(PipelineEvent state) => state.Add(PipelineAttributes.PartitionKey, Key);
}
