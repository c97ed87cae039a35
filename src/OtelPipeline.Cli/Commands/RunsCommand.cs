using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;
using OtelPipeline.Data.Runs;

namespace OtelPipeline.Cli.Commands;

/// <summary>Runs: which there were, and what happened in one of them.</summary>
internal static class RunsCommand
{
    private const int MaxRuns = 10_000;

    private static readonly Column[] Columns =
    [
        new("run_id", "run", Shrinks: true),
        new("pipeline", Shrinks: true),
        new("result"),
        new("start", "start (UTC)", Shrinks: true),
        new("duration_ms", "duration"),
        new("nodes", IsExtra: true),
        new("records_read", "read", IsExtra: true),
        new("records_written", "written", IsExtra: true),
        new("warnings", IsExtra: true),
        new("errors"),
    ];

    public static Command Build(Session session) =>
        new Command("runs", "Shows runs: outcome, nodes, critical path.") { BuildList(session), BuildShow(session) };

    private static Command BuildList(Session session)
    {
        var command = new Command("list", "Lists the runs, the latest last.");
        var input = new InputOptions(session, command);
        var pipeline = new Option<string[]>("--pipeline") { Description = "Runs of this pipeline; may be repeated.", HelpName = "name" };
        var result = new Option<string[]>("--result")
        {
            Description = "Runs with this result: success, failure, error, timeout, cancellation, skip, or running.",
            HelpName = "result",
        };
        var limit = Limit.NewOption();
        var output = ResultWriter.NewOption();
        foreach (var option in (Option[])[pipeline, result, limit, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var model = Read(session, input, parsed, new RunModel(MaxRuns, maxExecutions: 0), null);
            var format = ResultWriter.Parse(parsed.GetValue(output));
            var names = new NamePattern(parsed.GetValue(pipeline));
            var results = new NamePattern(parsed.GetValue(result));
            var range = input.GetRange(parsed);
            var runs = model
                .Runs.Where(run =>
                    range.Contains(UnixTime.FromDateTimeOffset(run.Start))
                    && names.Matches(run.Pipeline)
                    && results.Matches(run.Result ?? "running")
                )
                .ToList();
            var most = (int)Math.Min(int.MaxValue, Limit.Get(parsed, limit, format));
            var rows = ResultWriter.Create(session, format, Columns);
            foreach (var run in runs.TakeLast(most))
                rows.Write(
                    run.Id,
                    run.Pipeline,
                    run.Result ?? "running",
                    new Moment(UnixTime.FromDateTimeOffset(run.Start)),
                    new Nanoseconds(run.Duration.TotalNanoseconds),
                    run.Nodes.Count,
                    run.RecordsRead,
                    run.RecordsWritten,
                    run.WarningCount,
                    run.ErrorCount
                );
            rows.End();
            if (runs.Count > most)
                session.Error.WriteLine($"otelpipe: {runs.Count - most} earlier runs; --limit 0 shows all");
            if (model.ForgottenRuns > 0)
                session.Error.WriteLine($"otelpipe: {model.ForgottenRuns} runs beyond {MaxRuns} were left out; narrow them with --since");
            return session.Finish(input.Report, runs.Count > 0 ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples(
            "otelpipe runs list telemetry --since 7d",
            "otelpipe runs list telemetry --result failure --output json"
        );
    }

    private static Command BuildShow(Session session)
    {
        var command = new Command("show", "Shows one run: the one whose id is given behind the paths, else the latest.");
        var input = new InputOptions(session, command);
        input.Paths.Description += " Behind them may stand a run id, or its beginning.";
        input.Paths.HelpName = "PATH... [RUN]";
        var output = ResultWriter.NewOption();
        command.Add(output);
        command.SetAction(parsed =>
        {
            var (paths, id) = Split(parsed.GetRequiredValue(input.Paths));
            var model = Read(session, input, parsed, new RunModel(id is null ? MaxRuns : 100), id, paths);
            var range = input.GetRange(parsed);
            var matches = model.Runs.Where(run => range.Contains(UnixTime.FromDateTimeOffset(run.Start))).ToList();
            if (id is not null && matches.Count > 1 && !matches.Any(run => run.Id == id))
                throw new UsageException(
                    $"run '{id}' is the beginning of {matches.Count} ids, such as {matches[0].Id} and {matches[1].Id}"
                );
            var run = id is null
                ? matches.LastOrDefault()
                : matches.FirstOrDefault(run => run.Id == id) ?? (matches.Count > 0 ? matches[0] : null);
            if (run is null)
            {
                session.Error.WriteLine(id is null ? "otelpipe: there are no runs" : $"otelpipe: there is no run '{id}'");
                return session.Finish(input.Report, ExitCodes.No);
            }

            RunView.Write(session, ResultWriter.Parse(parsed.GetValue(output)), run);
            return session.Finish(input.Report, ExitCodes.Success);
        });
        return command.WithExamples("otelpipe runs show telemetry", "otelpipe runs show telemetry 0199a3 --output json");
    }

    /// <summary>What names no file behind the first path is the id of a run.</summary>
    private static (string[] Paths, string? Id) Split(string[] arguments) =>
        arguments.Length > 1 && !InputOptions.Exists(arguments[^1]) && !arguments[^1].AsSpan().ContainsAny('*', '?', '/')
            ? (arguments[..^1], arguments[^1])
            : (arguments, null);

    private static RunModel Read(
        Session session,
        InputOptions input,
        ParseResult parsed,
        RunModel model,
        string? id,
        string[]? paths = null
    )
    {
        TelemetryReader.Read(
            InputOptions.Check(paths ?? parsed.GetRequiredValue(input.Paths)),
            row =>
            {
                if (
                    row is MetricPointRow
                    || row.Attributes.GetString("pipeline.run.id") is not { } run
                    || (id is not null && !run.StartsWith(id, StringComparison.OrdinalIgnoreCase))
                )
                    return;
                if (row is SpanRow span)
                    model.Add(span);
                else
                    model.Add((EventRow)row);
            },
            input.GetOptions(parsed),
            session.Cancellation
        );
        return model;
    }
}
