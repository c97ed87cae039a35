namespace OtelPipeline.Signals;

/// <summary>Attribute keys of the spans, metrics and events that OtelPipeline emits.</summary>
/// <remarks>
/// Keys of the OpenTelemetry semantic conventions (<see href="https://opentelemetry.io/docs/specs/semconv/"/>) are used where one exists;
/// the values of results and states are those of <c>cicd.pipeline.*</c>.
/// </remarks>
public static partial class PipelineAttributes
{
    /// <summary>Name of the pipeline.</summary>
    public const string PipelineName = "pipeline.name";

    /// <summary>Kind of pipeline: batch, download, stream or simulation.</summary>
    public const string PipelineKind = "pipeline.type";

    /// <summary>Version of the pipeline's definition.</summary>
    public const string PipelineVersion = "pipeline.version";

    /// <summary>Id of the run (UUIDv7). On spans and events, never on a metric.</summary>
    public const string RunId = "pipeline.run.id";

    /// <summary>Id of the run in which this run was started.</summary>
    public const string RunParentId = "pipeline.run.parent.id";

    /// <summary>Result of the run: success, failure, error, timeout, cancellation or skip.</summary>
    public const string RunResult = "pipeline.run.result";

    /// <summary>State of a run that has not ended: pending, executing or finalizing.</summary>
    public const string RunState = "pipeline.run.state";

    /// <summary>Which try of the same work this run is, from 1.</summary>
    public const string RunAttempt = "pipeline.run.attempt";

    /// <summary>What started the run: manual, schedule, event, backfill or retry.</summary>
    public const string RunTrigger = "pipeline.run.trigger";

    /// <summary>Start (inclusive) of the data that the run processes, RFC 3339.</summary>
    public const string RunDataIntervalStart = "pipeline.run.data_interval.start";

    /// <summary>End (exclusive) of the data that the run processes, RFC 3339.</summary>
    public const string RunDataIntervalEnd = "pipeline.run.data_interval.end";

    /// <summary>Records that all nodes of the run read.</summary>
    public const string RunRecordsRead = "pipeline.run.records.read";

    /// <summary>Records that all nodes of the run wrote.</summary>
    public const string RunRecordsWritten = "pipeline.run.records.written";

    /// <summary>Warnings of the run, failed checks included.</summary>
    public const string RunWarningCount = "pipeline.run.warning.count";

    /// <summary>Errors of the run: exceptions, each counted once.</summary>
    public const string RunErrorCount = "pipeline.run.error.count";

    /// <summary>Seconds since the run started, on heartbeats.</summary>
    public const string RunElapsed = "pipeline.run.elapsed";

    /// <summary>Names of the nodes that are running, on heartbeats.</summary>
    public const string RunActiveNodes = "pipeline.run.active_nodes";

    /// <summary>Name of the node.</summary>
    public const string NodeName = "pipeline.node.name";

    /// <summary>Kind of node: source, transform, sink, check or control.</summary>
    public const string NodeKind = "pipeline.node.type";

    /// <summary>Layer of the data architecture that the node belongs to, such as <c>bronze</c>.</summary>
    public const string NodeLayer = "pipeline.node.layer";

    /// <summary>Engine that does the node's work, such as <c>duckdb</c>.</summary>
    public const string NodeEngine = "pipeline.node.engine";

    /// <summary>Number of the attempt, from 1.</summary>
    public const string NodeAttempt = "pipeline.node.attempt";

    /// <summary>Result of the node: success, failure, error, timeout, cancellation or skip.</summary>
    public const string NodeResult = "pipeline.node.result";

    /// <summary>Why a node was skipped.</summary>
    public const string NodeSkipReason = "pipeline.node.skip.reason";

    /// <summary>Why a run was skipped.</summary>
    public const string RunSkipReason = "pipeline.run.skip.reason";

    /// <summary>Why a partition was skipped.</summary>
    public const string PartitionSkipReason = "pipeline.partition.skip.reason";

    /// <summary>Why an item was skipped.</summary>
    public const string ItemSkipReason = "pipeline.item.skip.reason";

    /// <summary>Seconds that a node took, on its end event.</summary>
    public const string NodeDuration = "pipeline.node.duration";

    /// <summary>Seconds that a run took, on its end event.</summary>
    public const string RunDuration = "pipeline.run.duration";

    /// <summary>Seconds until the next attempt, on retry events.</summary>
    public const string NodeRetryDelay = "pipeline.node.retry.delay";

    /// <summary>Records that the node read.</summary>
    public const string NodeRecordsRead = "pipeline.node.records.read";

    /// <summary>Records that the node wrote.</summary>
    public const string NodeRecordsWritten = "pipeline.node.records.written";

    /// <summary>Records that the node filtered out.</summary>
    public const string NodeRecordsFiltered = "pipeline.node.records.filtered";

    /// <summary>Records that the node rejected as bad.</summary>
    public const string NodeRecordsRejected = "pipeline.node.records.rejected";

    /// <summary>Records that the node dropped as duplicates.</summary>
    public const string NodeRecordsDeduplicated = "pipeline.node.records.deduplicated";

    /// <summary>Bytes that the node read.</summary>
    public const string NodeBytesRead = "pipeline.node.io.read";

    /// <summary>Bytes that the node wrote.</summary>
    public const string NodeBytesWritten = "pipeline.node.io.written";

    /// <summary>Largest working set of the process while the node ran, bytes (sampled).</summary>
    public const string NodeMemoryPeak = "pipeline.node.memory.peak";

    /// <summary>Change of the process' working set while the node ran, bytes (sampled).</summary>
    public const string NodeMemoryDelta = "pipeline.node.memory.delta";

    /// <summary>What became of records: read, written, filtered, rejected or deduplicated.</summary>
    public const string RecordOutcome = "pipeline.record.outcome";

    /// <summary>Direction of bytes: read or write.</summary>
    public const string IoDirection = "pipeline.io.direction";

    /// <summary>Kind of span link: depends_on, part_of or resumed_from.</summary>
    public const string LinkType = "pipeline.link.type";

    /// <summary>Key of a partition: a simulated year, a shard.</summary>
    public const string PartitionKey = "pipeline.partition.key";

    /// <summary>Result of a partition.</summary>
    public const string PartitionResult = "pipeline.partition.result";

    /// <summary>Id of an item: one download, one message batch.</summary>
    public const string ItemId = "pipeline.item.id";

    /// <summary>Kind of item, of low cardinality.</summary>
    public const string ItemKind = "pipeline.item.type";

    /// <summary>Result of an item: success, failure, skipped, duplicate or corrupt.</summary>
    public const string ItemResult = "pipeline.item.result";

    /// <summary>What was done about a duplicate: stored, linked, skipped or replaced.</summary>
    public const string ItemDedupeAction = "pipeline.item.dedupe.action";

    /// <summary>Seconds until the first result of an item.</summary>
    public const string ItemTimeToFirstResult = "pipeline.item.time_to_first_result";

    /// <summary>Name of a dataset.</summary>
    public const string DatasetName = "pipeline.dataset.name";

    /// <summary>Records of a dataset that were read or written, on events.</summary>
    public const string DatasetRecords = "pipeline.dataset.records";

    /// <summary>Bytes of a dataset that were read or written, on events.</summary>
    public const string DatasetSize = "pipeline.dataset.size";

    /// <summary>Name of a data-quality check.</summary>
    public const string CheckName = "pipeline.check.name";

    /// <summary>Result of a check: pass, warn, fail or error.</summary>
    public const string CheckResult = "pipeline.check.result";

    /// <summary>Severity that a failed check has: warning or error.</summary>
    public const string CheckSeverity = "pipeline.check.severity";

    /// <summary>Value that was checked.</summary>
    public const string CheckActual = "pipeline.check.actual";

    /// <summary>Limit that the value was held against.</summary>
    public const string CheckLimit = "pipeline.check.limit";

    /// <summary>Records that did not pass the check.</summary>
    public const string CheckFailedRecords = "pipeline.check.failed_records";

    /// <summary>Name of a checkpoint.</summary>
    public const string CheckpointName = "pipeline.checkpoint.name";

    /// <summary>Size of a checkpoint in bytes.</summary>
    public const string CheckpointSize = "pipeline.checkpoint.size";

    /// <summary>Seconds that saving or restoring a checkpoint took.</summary>
    public const string CheckpointDuration = "pipeline.checkpoint.duration";

    /// <summary>Prefix of the attributes of a configuration snapshot.</summary>
    public const string ConfigPrefix = "pipeline.config.";

    /// <summary>Class of an error: code, data, io, network, resource, configuration, timeout, cancellation or other.</summary>
    public const string ErrorCategory = "pipeline.error.category";

    /// <summary>Type of an error (semantic conventions): the full name of the exception's type, or a fixed word.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Name of the method that described the node (semantic conventions).</summary>
    public const string CodeFunctionName = "code.function.name";

    /// <summary>Source file that described the node (semantic conventions), shortened to its last three segments.</summary>
    public const string CodeFilePath = "code.file.path";

    /// <summary>Line that described the node (semantic conventions).</summary>
    public const string CodeLineNumber = "code.line.number";
}
