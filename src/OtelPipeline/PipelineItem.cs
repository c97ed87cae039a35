using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>One item that a pipeline processes, such as a download or a message batch, with a trace of its own.</summary>
public sealed class PipelineItem : PipelineScope
{
    private readonly string? _type;
    private long _firstResultTicks = -1;

    internal PipelineItem(PipelineScope parent, string id, string? type)
        : base(parent.Run, parent)
    {
        Id = id;
        _type = type;
    }

    /// <summary>The innermost item of this flow of control, or null.</summary>
    public static new PipelineItem? Current
    {
        get
        {
            for (var scope = PipelineScope.Current; scope is not null; scope = scope.Parent)
            {
                if (scope is PipelineItem item)
                    return item;
            }

            return null;
        }
    }

    /// <summary>Id of the item.</summary>
    public string Id { get; }

    /// <summary>
    /// How the item ended, where the code does not say it: without this, an item that returned is a success, one that threw a failure, and one
    /// that the run's cancellation stopped is skipped. Default: null.
    /// </summary>
    public ItemResult? Outcome { get; set; }

    /// <summary>What was done about an item that may have been there already. Default: null.</summary>
    public DedupeAction? DedupeAction { get; set; }

    /// <summary>Notes the moment of the first result (the first byte, the first record); later calls do nothing.</summary>
    public void FirstResult() => Interlocked.CompareExchange(ref _firstResultTicks, Pipeline.Time.GetElapsedTime(StartedAt).Ticks, -1);

    /// <summary>What the item is called in messages.</summary>
    public override string ToString() => "item " + Id;

    private protected override void OnStart()
    {
        if (Pipeline.Options.SpanGranularity < SpanGranularity.Item)
            return;
        KeyValuePair<string, object?>[] tags = _type is null
            ? [Pipeline.NameTag, new(PipelineAttributes.ItemId, Id)]
            : [Pipeline.NameTag, new(PipelineAttributes.ItemId, Id), new(PipelineAttributes.ItemKind, _type)];
        StartOwnTrace("item " + Pipeline.Name, tags);
    }

    private protected override void OnEnd(PipelineResult result, string? errorType, TimeSpan elapsed)
    {
        var word = Words.Of(
            Outcome
                ?? result switch
                {
                    PipelineResult.Success => ItemResult.Success,
                    // whoever asked the run to stop did not say anything about the item
                    PipelineResult.Skip or PipelineResult.Cancellation => ItemResult.Skipped,
                    _ => ItemResult.Failure,
                }
        );
        KeyValuePair<string, object?> resultTag = new(PipelineAttributes.ItemResult, word);
        if (Instruments.Items.Enabled)
            Instruments.Items.TryAdd(1, Pipeline.NameTag, resultTag);
        if (Instruments.ItemDuration.Enabled)
            Instruments.ItemDuration.TryRecord(elapsed.TotalSeconds, Pipeline.NameTag, resultTag);
        TimeSpan? first = _firstResultTicks < 0 ? null : TimeSpan.FromTicks(_firstResultTicks);
        if (first is { } time && Instruments.ItemTimeToFirstResult.Enabled)
            Instruments.ItemTimeToFirstResult.TryRecord(time.TotalSeconds, Pipeline.NameTag, resultTag);
        if (Activity is not { IsAllDataRequested: true } activity)
            return;
        activity.SetTag(PipelineAttributes.ItemResult, word);
        if (DedupeAction is { } action)
            activity.SetTag(PipelineAttributes.ItemDedupeAction, Words.Of(action));
        if (first is { } seconds)
            activity.SetTag(PipelineAttributes.ItemTimeToFirstResult, seconds.TotalSeconds);
    }

    private protected override void OnSkip(string? reason) => Set(PipelineAttributes.ItemSkipReason, reason);

    private protected override void Describe(PipelineEvent state)
    {
        // the innermost item is the one
        if (!state.Has(PipelineAttributes.ItemId))
            state.Add(PipelineAttributes.ItemId, Id);
    }
}
