namespace OtelPipeline.Data.Runs;

/// <summary>The names that the run model reads; the core package, which this one must not depend on, documents and emits them.</summary>
internal static class Keys
{
    public const string RunId = "pipeline.run.id";
    public const string PipelineName = "pipeline.name";
    public const string RunResult = "pipeline.run.result";
    public const string RunDuration = "pipeline.run.duration";
    public const string RunAttempt = "pipeline.run.attempt";
    public const string RunTrigger = "pipeline.run.trigger";
    public const string RunWarningCount = "pipeline.run.warning.count";
    public const string RunErrorCount = "pipeline.run.error.count";
    public const string NodeName = "pipeline.node.name";
    public const string NodeType = "pipeline.node.type";
    public const string NodeResult = "pipeline.node.result";
    public const string NodeDuration = "pipeline.node.duration";
    public const string NodeMemoryPeak = "pipeline.node.memory.peak";
    public const string RecordsRead = "pipeline.node.records.read";
    public const string RecordsWritten = "pipeline.node.records.written";
    public const string RecordsFiltered = "pipeline.node.records.filtered";
    public const string RecordsRejected = "pipeline.node.records.rejected";
    public const string RecordsDeduplicated = "pipeline.node.records.deduplicated";
    public const string BytesRead = "pipeline.node.io.read";
    public const string BytesWritten = "pipeline.node.io.written";
    public const string CheckName = "pipeline.check.name";
    public const string PartitionKey = "pipeline.partition.key";
    public const string CheckResult = "pipeline.check.result";
    public const string CheckActual = "pipeline.check.actual";
    public const string CheckLimit = "pipeline.check.limit";
    public const string CheckFailedRecords = "pipeline.check.failed_records";
    public const string ErrorType = "error.type";

    public const string DependsOn = "depends_on";

    public const string RunStartEvent = "pipeline.run.start";
    public const string RunEndEvent = "pipeline.run.end";
    public const string RunWarningEvent = "pipeline.run.warning";
    public const string RunExceptionEvent = "pipeline.run.exception";
    public const string NodeStartEvent = "pipeline.node.start";
    public const string NodeEndEvent = "pipeline.node.end";
    public const string NodeRetryEvent = "pipeline.node.retry";
    public const string NodeExceptionEvent = "pipeline.node.exception";
    public const string CheckResultEvent = "pipeline.check.result";

    // what kind of span it is stands before the first blank of its name
    public const string RunSpan = "run ";
    public const string NodeSpan = "node ";

    public static string? Text(Func<string, object?> attribute, string key) => attribute(key) as string;

    public static double? Number(Func<string, object?> attribute, string key) =>
        attribute(key) switch
        {
            double value => value,
            long value => value,
            int value => value,
            float value => value,
            decimal value => (double)value,
            short or ushort or byte or sbyte or uint or ulong => Convert.ToDouble(
                attribute(key),
                System.Globalization.CultureInfo.InvariantCulture
            ),
            _ => null,
        };

    public static long Count(Func<string, object?> attribute, string key) =>
        attribute(key) switch
        {
            long value => Math.Max(0, value),
            int value => Math.Max(0, value),
            _ => Number(attribute, key) is { } value and >= 0 and < long.MaxValue ? (long)value : 0,
        };

    public static TimeSpan Seconds(Func<string, object?> attribute, string key) =>
        Number(attribute, key) is { } value and >= 0 and < 1e9 ? TimeSpan.FromSeconds(value) : TimeSpan.Zero;
}
