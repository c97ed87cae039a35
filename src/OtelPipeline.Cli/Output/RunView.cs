using System.Globalization;
using OtelPipeline.Data;
using OtelPipeline.Data.Runs;

namespace OtelPipeline.Cli.Output;

/// <summary>One run, with its nodes, critical path, checks and messages.</summary>
internal static class RunView
{
    private static readonly Column[] NodeColumns =
    [
        new("node", Shrinks: true),
        new("type", IsExtra: true),
        new("result"),
        new("duration_ms", "duration"),
        new("executions", "runs", IsExtra: true),
        new("retries", IsExtra: true),
        new("records_read", "read"),
        new("records_written", "written"),
        new("records_rejected", "rejected", IsExtra: true),
    ];

    public static void Write(Session session, OutputFormat format, RunInfo run)
    {
        if (format is OutputFormat.Json or OutputFormat.Jsonl)
        {
            RunJson.Write(session.Output, run, indented: format == OutputFormat.Json);
            return;
        }

        if (format == OutputFormat.Table)
            WriteHead(session, run);
        WriteNodes(session, format, run);
        if (format == OutputFormat.Table)
            WriteRest(session, run);
    }

    private static void WriteHead(Session session, RunInfo run)
    {
        var head = new TextBlock(session);
        head.Line($"run {run.Id}", TextStyle.Title);
        head.Field("pipeline", run.Pipeline);
        head.Field("result", run.Result ?? "running", run.Result);
        head.Field("start", Cell.Time(UnixTime.FromDateTimeOffset(run.Start)) + " UTC");
        head.Field("duration", Cell.Duration(run.Duration.TotalNanoseconds));
        if (run.Trigger is not null)
            head.Field("trigger", run.Trigger);
        if (run.Attempt > 1)
            head.Field("attempt", run.Attempt.ToString(CultureInfo.InvariantCulture));
        if (run.TraceId is not null)
            head.Field("trace", run.TraceId);
        head.Field(
            "records",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{run.RecordsRead} read, {run.RecordsWritten} written, {run.RecordsRejected} rejected"
            )
        );
        if (run.BytesRead + run.BytesWritten > 0)
            head.Field("bytes", $"{Cell.Bytes(run.BytesRead)} read, {Cell.Bytes(run.BytesWritten)} written");
        if (run.PeakMemory > 0)
            head.Field("memory", Cell.Bytes(run.PeakMemory));
        head.Line("");
        head.End();
    }

    private static void WriteNodes(Session session, OutputFormat format, RunInfo run)
    {
        var rows = ResultWriter.Create(session, format, NodeColumns);
        foreach (var node in run.Nodes)
            rows.Write(
                format == OutputFormat.Table ? new string(' ', node.Depth * 2) + node.Name : node.Name,
                node.Type,
                node.Result ?? (node.Active > 0 ? "running" : null),
                new Nanoseconds(node.Duration.TotalNanoseconds),
                node.Executions,
                node.Retries,
                node.RecordsRead,
                node.RecordsWritten,
                node.RecordsRejected
            );
        rows.End();
    }

    private static void WriteRest(Session session, RunInfo run)
    {
        var text = new TextBlock(session);
        if (run.CriticalPath.Count > 0)
        {
            text.Line("");
            text.Line($"critical path, {Cell.Duration(run.CriticalPathDuration.TotalNanoseconds)}", TextStyle.Title);
            foreach (var step in run.CriticalPath)
                text.Line($"{new string(' ', 2 + (step.Depth * 2))}{step.Node}  {Cell.Duration(step.Duration.TotalNanoseconds)}");
        }

        if (run.Checks.Count > 0)
        {
            text.Line("");
            text.Line("checks", TextStyle.Title);
            foreach (var check in run.Checks)
                text.Field(check.Result, $"{check.Name}{Limits(check)}{(check.Node is null ? "" : $" in {check.Node}")}", check.Result);
        }

        Messages(text, "warnings", run.WarningCount, run.Warnings);
        Messages(text, "errors", run.ErrorCount, run.Errors);
        text.End();
    }

    private static void Messages(TextBlock text, string title, long count, IReadOnlyList<RunMessage> messages)
    {
        if (messages.Count == 0)
            return;
        text.Line("");
        text.Line(count > messages.Count ? $"{title}, the first {messages.Count} of {count}" : title, TextStyle.Title);
        foreach (var message in messages)
            text.Line($"  {Cell.Time(UnixTime.FromDateTimeOffset(message.Time))}  {message.Message}");
    }

    private static string Limits(CheckInfo check) =>
        check.Actual is { } actual
            ? string.Create(CultureInfo.InvariantCulture, $" ({actual:0.####}{(check.Limit is { } limit ? $" of {limit:0.####}" : "")})")
            : "";
}
