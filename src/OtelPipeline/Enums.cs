namespace OtelPipeline;

/// <summary>What kind of work a pipeline does.</summary>
public enum PipelineType
{
    /// <summary>A DAG of nodes over a bounded input.</summary>
    Batch,

    /// <summary>Fetches content over the network, item by item.</summary>
    Download,

    /// <summary>Processes records as they arrive.</summary>
    Stream,

    /// <summary>Computes long sequences of steps with checkpoints.</summary>
    Simulation,
}

/// <summary>What kind of work a node does.</summary>
public enum NodeType
{
    /// <summary>Brings data in.</summary>
    Source,

    /// <summary>Makes other data of data.</summary>
    Transform,

    /// <summary>Puts data out.</summary>
    Sink,

    /// <summary>Judges data.</summary>
    Check,

    /// <summary>Steers other nodes.</summary>
    Control,
}

/// <summary>How a run, node or partition ended; the values of <c>cicd.pipeline.result</c> of the semantic conventions.</summary>
public enum PipelineResult
{
    /// <summary>It did what it should, with or without warnings.</summary>
    Success,

    /// <summary>Its code threw.</summary>
    Failure,

    /// <summary>It ended without saying how: a handle was disposed without an outcome.</summary>
    Error,

    /// <summary>It took longer than it was allowed to.</summary>
    Timeout,

    /// <summary>Somebody asked it to stop.</summary>
    Cancellation,

    /// <summary>There was nothing to do.</summary>
    Skip,
}

/// <summary>What started a run.</summary>
public enum RunTrigger
{
    /// <summary>A person.</summary>
    Manual,

    /// <summary>A clock.</summary>
    Schedule,

    /// <summary>Something that happened: a file, a message.</summary>
    Event,

    /// <summary>Old data that is processed again.</summary>
    Backfill,

    /// <summary>An earlier run that did not succeed.</summary>
    Retry,
}

/// <summary>For which kinds of work a pipeline makes spans; each value includes those before it. Metrics and events are not affected.</summary>
public enum SpanGranularity
{
    /// <summary>Runs and partitions.</summary>
    Run,

    /// <summary>Also nodes, checks and checkpoints.</summary>
    Node,

    /// <summary>Also attempts after the first.</summary>
    Attempt,

    /// <summary>Also items: everything.</summary>
    Item,
}

/// <summary>How an item ended.</summary>
public enum ItemResult
{
    /// <summary>It was processed.</summary>
    Success,

    /// <summary>It could not be processed.</summary>
    Failure,

    /// <summary>It was left alone.</summary>
    Skipped,

    /// <summary>It was there already.</summary>
    Duplicate,

    /// <summary>Its content was damaged.</summary>
    Corrupt,
}

/// <summary>What was done about an item that may have been there already.</summary>
public enum DedupeAction
{
    /// <summary>It was stored.</summary>
    Stored,

    /// <summary>It was linked to the one that was there.</summary>
    Linked,

    /// <summary>It was left out.</summary>
    Skipped,

    /// <summary>It replaced the one that was there.</summary>
    Replaced,
}
