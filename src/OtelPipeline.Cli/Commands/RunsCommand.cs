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
            var model = new RunModel(MaxRuns, maxExecutions: 0);
            Read(session, input.GetPaths(parsed), input.GetOptions(parsed), model, null);
            var format = ResultWriter.Parse(parsed.GetValue(output));
            var names = new NamePattern(parsed.GetValue(pipeline));
            var results = new NamePattern(parsed.GetValue(result));
            var range = input.GetRange(parsed);
            // ids alone: many runs in full take much memory
            var ids = InRange(model, range)
                .Where(run => names.Matches(run.Pipeline) && results.Matches(run.Result ?? "running"))
                .Select(run => run.Id)
                .ToList();
            var most = (int)Math.Min(int.MaxValue, Limit.Get(parsed, limit, format));
            var rows = ResultWriter.Create(session, format, Columns);
            foreach (var run in ids.TakeLast(most).Select(id => model.Find(id)!))
            {
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
            }

            rows.End();
            if (ids.Count > most)
                session.Error.WriteLine($"otelpipe: {ids.Count - most} earlier runs; --limit 0 shows all");
            if (model.ForgottenRuns > 0)
                session.Error.WriteLine($"otelpipe: {model.ForgottenRuns} runs beyond {MaxRuns} were left out; narrow them with --since");
            return session.Finish(input.Report, ids.Count > 0 ? ExitCodes.Success : ExitCodes.No);
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
            var range = input.GetRange(parsed);
            var run = id is null
                ? ReadLatest(session, input, parsed, paths, range)
                : ReadRun(session, paths, input.GetOptions(parsed), id, range);
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

    /// <exception cref="UsageException">Several runs begin so.</exception>
    private static RunInfo? ReadRun(Session session, string[] paths, TelemetryReadOptions options, string id, TimeRange range)
    {
        var model = new RunModel();
        Read(session, paths, options, model, id);
        var matches = InRange(model, range).ToList();
        if (matches.Find(run => run.Id == id) is { } exact)
            return exact;
        if (matches.Count > 1)
            throw new UsageException($"run '{id}' is the beginning of {matches.Count} ids, such as {matches[0].Id} and {matches[1].Id}");
        return matches.FirstOrDefault();
    }

    // Which one is the latest is known at the end. Until then a pipe needs all runs in full; files are read again for that one.
    private static RunInfo? ReadLatest(Session session, InputOptions input, ParseResult parsed, string[] paths, TimeRange range)
    {
        var isPipe = paths.Contains("-");
        var model = new RunModel(MaxRuns, isPipe ? RunModel.MaxExecutions : 0);
        Read(session, paths, input.GetOptions(parsed), model, null);
        var latest = InRange(model, range).LastOrDefault();
        return latest is null || isPipe
            ? latest
            : ReadRun(session, paths, input.GetOptions(parsed, new TelemetryReadReport()), latest.Id, range);
    }

    private static IEnumerable<RunInfo> InRange(RunModel model, TimeRange range) =>
        model.EnumerateRuns().Where(run => range.Contains(UnixTime.FromDateTimeOffset(run.Start)));

    private static void Read(Session session, string[] paths, TelemetryReadOptions options, RunModel model, string? id) =>
        TelemetryReader.Read(
            InputOptions.Check(paths),
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
            options,
            session.Cancellation
        );
}
