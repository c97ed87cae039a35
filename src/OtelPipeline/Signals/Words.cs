namespace OtelPipeline.Signals;

/// <summary>The words that enum values become in telemetry.</summary>
internal static partial class Words
{
    public static string Of(PipelineResult value) =>
        value switch
        {
            PipelineResult.Success => "success",
            PipelineResult.Failure => "failure",
            PipelineResult.Error => "error",
            PipelineResult.Timeout => "timeout",
            PipelineResult.Cancellation => "cancellation",
            _ => "skip",
        };

    public static string Of(PipelineType value) =>
        value switch
        {
            PipelineType.Batch => "batch",
            PipelineType.Download => "download",
            PipelineType.Stream => "stream",
            _ => "simulation",
        };

    public static string Of(NodeType value) =>
        value switch
        {
            NodeType.Source => "source",
            NodeType.Transform => "transform",
            NodeType.Sink => "sink",
            NodeType.Check => "check",
            _ => "control",
        };

    public static string Of(RunTrigger value) =>
        value switch
        {
            RunTrigger.Manual => "manual",
            RunTrigger.Schedule => "schedule",
            RunTrigger.Event => "event",
            RunTrigger.Backfill => "backfill",
            _ => "retry",
        };

    public static string Of(ItemResult value) =>
        value switch
        {
            ItemResult.Success => "success",
            ItemResult.Failure => "failure",
            ItemResult.Skipped => "skipped",
            ItemResult.Duplicate => "duplicate",
            _ => "corrupt",
        };

    public static string Of(DedupeAction value) =>
        value switch
        {
            DedupeAction.Stored => "stored",
            DedupeAction.Linked => "linked",
            DedupeAction.Skipped => "skipped",
            _ => "replaced",
        };

    public static string Of(CheckResult value) =>
        value switch
        {
            CheckResult.Pass => "pass",
            CheckResult.Warn => "warn",
            CheckResult.Fail => "fail",
            _ => "error",
        };
}
