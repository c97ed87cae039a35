namespace OtelPipeline.Signals;

/// <summary>Names of the metric instruments of the meter <see cref="PipelineSources.Meter"/>.</summary>
public static partial class PipelineMetrics
{
    /// <summary>Histogram, s: how long runs took.</summary>
    public const string RunDuration = "pipeline.run.duration";

    /// <summary>UpDownCounter, {run}: runs that have started and not ended.</summary>
    public const string RunActive = "pipeline.run.active";

    /// <summary>Counter, {error}: errors in runs, each exception once.</summary>
    public const string RunErrors = "pipeline.run.errors";

    /// <summary>Counter, {warning}: warnings in runs, failed checks included.</summary>
    public const string RunWarnings = "pipeline.run.warnings";

    /// <summary>ObservableGauge, s since the Unix epoch: when a run last ended with success.</summary>
    public const string RunLastSuccess = "pipeline.run.last_success.timestamp";

    /// <summary>ObservableGauge, s since the Unix epoch: when a run last started.</summary>
    public const string RunLastStart = "pipeline.run.last_start.timestamp";

    /// <summary>Histogram, s: how long nodes took.</summary>
    public const string NodeDuration = "pipeline.node.duration";

    /// <summary>UpDownCounter, {node}: nodes that have started and not ended.</summary>
    public const string NodeActive = "pipeline.node.active";

    /// <summary>Histogram, s: how long nodes waited before they started.</summary>
    public const string NodeQueueDuration = "pipeline.node.queue.duration";

    /// <summary>Counter, {retry}: attempts after the first.</summary>
    public const string NodeRetries = "pipeline.node.retries";

    /// <summary>Counter, {record}: records by what became of them.</summary>
    public const string NodeRecords = "pipeline.node.records";

    /// <summary>Counter, By: bytes read and written.</summary>
    public const string NodeIo = "pipeline.node.io";

    /// <summary>Histogram, {record}: sizes of batches.</summary>
    public const string NodeBatchSize = "pipeline.node.batch.size";

    /// <summary>Histogram, By: largest sampled working set of the process while a node ran.</summary>
    public const string NodeMemoryPeak = "pipeline.node.memory.peak";

    /// <summary>Counter, s: processor time of the process while a node ran; opt-in, approximate when nodes overlap.</summary>
    public const string NodeCpuTime = "pipeline.node.cpu.time";

    /// <summary>Counter, {item}: items by result.</summary>
    public const string Items = "pipeline.items";

    /// <summary>Histogram, s: how long items took.</summary>
    public const string ItemDuration = "pipeline.item.duration";

    /// <summary>Histogram, s: time until the first result of an item.</summary>
    public const string ItemTimeToFirstResult = "pipeline.item.time_to_first_result";

    /// <summary>Gauge, {record}: records of the last read or write of a dataset.</summary>
    public const string DatasetRecords = "pipeline.dataset.records";

    /// <summary>Gauge, s since the Unix epoch: when a dataset was last written.</summary>
    public const string DatasetLastUpdate = "pipeline.dataset.last_update.timestamp";

    /// <summary>Counter, {check}: data-quality checks by result.</summary>
    public const string Checks = "pipeline.checks";

    /// <summary>Counter, {record}: records that did not pass a check.</summary>
    public const string CheckFailedRecords = "pipeline.check.failed_records";

    /// <summary>Histogram, s: how long saving a checkpoint took.</summary>
    public const string CheckpointDuration = "pipeline.checkpoint.duration";

    /// <summary>Histogram, By: sizes of checkpoints.</summary>
    public const string CheckpointSize = "pipeline.checkpoint.size";

    /// <summary>ObservableGauge, s since the Unix epoch: when a checkpoint was last saved.</summary>
    public const string CheckpointLast = "pipeline.checkpoint.last.timestamp";

    /// <summary>Counter, {error}: failures inside this library or of a listener or logger that it called; none reached the application.</summary>
    public const string TelemetryErrors = "pipeline.telemetry.errors";
}
