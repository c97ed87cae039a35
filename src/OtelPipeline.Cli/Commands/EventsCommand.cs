using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Commands;

/// <summary>Lists events and log records.</summary>
internal static class EventsCommand
{
    private static readonly Column[] Columns =
    [
        new("timestamp", "time (UTC)"),
        new("level"),
        new("event", Shrinks: true),
        new("node", Shrinks: true),
        new("message", Shrinks: true),
    ];

    public static Command Build(Session session)
    {
        var command = new Command("events", "Lists events and log records, oldest file first.");
        var input = new InputOptions(session, command);
        var name = new Option<string[]>("--name")
        {
            Description = "Events of this name; * and ? stand for any characters; may be repeated.",
            HelpName = "name",
        };
        var node = new Option<string[]>("--node") { Description = "Events of this node; may be repeated.", HelpName = "name" };
        var level = new Option<string?>("--level") { Description = "Events of this level and above.", HelpName = "level" };
        level.CompletionSources.Add("Trace", "Debug", "Information", "Warning", "Error", "Critical");
        var run = new Option<string?>("--run") { Description = "Events of the run whose id starts with this.", HelpName = "id" };
        var select = Selection.NewOption();
        var limit = Limit.NewOption();
        var output = ResultWriter.NewOption();
        foreach (var option in (Option[])[name, node, level, run, select, limit, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var severity = Severity(parsed.GetValue(level));
            var names = new NamePattern(parsed.GetValue(name));
            var nodes = new NamePattern(parsed.GetValue(node));
            var runId = parsed.GetValue(run);
            var range = input.GetRange(parsed);
            var format = ResultWriter.Parse(parsed.GetValue(output));
            var most = Limit.Get(parsed, limit, format);
            using var records = new RecordWriter(session, format, Columns, Cells, parsed.GetValue(select) ?? []);
            try
            {
                TelemetryReader.ReadEvents(
                    input.GetPaths(parsed),
                    record =>
                    {
                        if (
                            record.SeverityNumber < severity
                            || !range.Contains(record.TimestampUnixNano)
                            || !names.Matches(record.EventName)
                            || !nodes.Matches(record.Attributes.GetString("pipeline.node.name"))
                            || (runId is not null && !IsRun(record, runId))
                        )
                            return;
                        if (records.Count == most)
                            throw new EnoughException();
                        records.Write(record);
                    },
                    input.GetOptions(parsed),
                    session.Cancellation
                );
            }
            catch (EnoughException)
            {
                session.Error.WriteLine($"otelpipe: there are more than {most}; --limit 0 shows all");
            }

            records.End();
            return session.Finish(input.Report, records.Count > 0 ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples(
            "otelpipe events telemetry --level warning",
            "otelpipe events telemetry --name 'pipeline.run.*' --since 2h",
            "otelpipe events logs.jsonl --run 0199 --output jsonl | jq .message"
        );
    }

    private static bool IsRun(EventRow record, string id) =>
        record.Attributes.GetString("pipeline.run.id") is { } run && run.StartsWith(id, StringComparison.OrdinalIgnoreCase);

    private static int Severity(string? level)
    {
        if (level is null)
            return 0;
        var severity = TelemetryLevel.Find(level);
        return severity > 0
            ? severity
            : throw new UsageException($"--level '{level}' is none of Trace, Debug, Information, Warning, Error and Critical");
    }

    private static object?[] Cells(TelemetryRow row)
    {
        var record = (EventRow)row;
        return
        [
            new Moment(record.TimestampUnixNano),
            Level(record.SeverityNumber),
            record.EventName,
            record.Attributes.GetString("pipeline.node.name"),
            record.Body.Kind == AttributeKind.Empty ? null : record.Body.ToString(),
        ];
    }

    private static string? Level(int severity) =>
        TelemetryLevel.Of(severity) switch
        {
            "" => null,
            "Information" => "Info",
            "Warning" => "Warn",
            "Critical" => "Crit",
            var level => level,
        };
}
