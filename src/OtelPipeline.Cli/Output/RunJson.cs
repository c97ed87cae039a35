using System.Text.Json;
using OtelPipeline.Data;
using OtelPipeline.Data.Runs;

namespace OtelPipeline.Cli.Output;

/// <summary>A run as one JSON object; times are RFC 3339, durations milliseconds.</summary>
internal static class RunJson
{
    public static void Write(Stream output, RunInfo run, bool indented)
    {
        using (var json = new Utf8JsonWriter(output, JsonResultWriter.Options with { Indented = indented }))
            Write(json, run);
        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, RunInfo run)
    {
        json.WriteStartObject();
        json.WriteString("run_id", run.Id);
        json.WriteString("pipeline", run.Pipeline);
        json.WriteString("result", run.Result ?? "running");
        Time(json, "start", run.Start);
        Duration(json, "duration_ms", run.Duration);
        json.WriteNumber("attempt", run.Attempt);
        Text(json, "trigger", run.Trigger);
        Text(json, "trace_id", run.TraceId);
        json.WriteNumber("records_read", run.RecordsRead);
        json.WriteNumber("records_written", run.RecordsWritten);
        json.WriteNumber("records_rejected", run.RecordsRejected);
        json.WriteNumber("bytes_read", run.BytesRead);
        json.WriteNumber("bytes_written", run.BytesWritten);
        json.WriteNumber("warnings", run.WarningCount);
        json.WriteNumber("errors", run.ErrorCount);
        Text(json, "slowest_node", run.Slowest?.Name);
        json.WriteStartArray("nodes");
        foreach (var node in run.Nodes)
            Write(json, node);
        json.WriteEndArray();
        Duration(json, "critical_path_ms", run.CriticalPathDuration);
        json.WriteStartArray("critical_path");
        foreach (var step in run.CriticalPath)
        {
            json.WriteStartObject();
            json.WriteString("node", step.Node);
            Duration(json, "duration_ms", step.Duration);
            json.WriteNumber("depth", step.Depth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("checks");
        foreach (var check in run.Checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WriteString("result", check.Result);
            Text(json, "node", check.Node);
            Number(json, "actual", check.Actual);
            Number(json, "limit", check.Limit);
            json.WriteNumber("failed_records", check.FailedRecords);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Write(json, "warning_messages", run.Warnings);
        Write(json, "error_messages", run.Errors);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NodeInfo node)
    {
        json.WriteStartObject();
        json.WriteString("node", node.Name);
        Text(json, "type", node.Type);
        Text(json, "result", node.Result);
        Time(json, "start", node.Start);
        Duration(json, "duration_ms", node.Duration);
        json.WriteNumber("executions", node.Executions);
        json.WriteNumber("active", node.Active);
        json.WriteNumber("retries", node.Retries);
        json.WriteNumber("depth", node.Depth);
        json.WriteStartArray("depends_on");
        foreach (var name in node.DependsOn)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteNumber("records_read", node.RecordsRead);
        json.WriteNumber("records_written", node.RecordsWritten);
        json.WriteNumber("records_filtered", node.RecordsFiltered);
        json.WriteNumber("records_rejected", node.RecordsRejected);
        json.WriteNumber("records_deduplicated", node.RecordsDeduplicated);
        json.WriteNumber("bytes_read", node.BytesRead);
        json.WriteNumber("bytes_written", node.BytesWritten);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<RunMessage> messages)
    {
        json.WriteStartArray(name);
        foreach (var message in messages)
        {
            json.WriteStartObject();
            Time(json, "time", message.Time);
            json.WriteString("message", message.Message);
            Text(json, "type", message.Type);
            Text(json, "node", message.Node);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, UnixTime.Text(UnixTime.FromDateTimeOffset(time)));

    private static void Duration(Utf8JsonWriter json, string name, TimeSpan duration) => json.WriteNumber(name, duration.TotalMilliseconds);
}
