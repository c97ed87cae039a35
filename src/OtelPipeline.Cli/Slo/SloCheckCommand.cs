using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Data;
using OtelPipeline.Slo;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Judges files.</summary>
internal static class SloCheckCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("check", "Judges files: 0 all objectives are met, 1 one is not, 2 one cannot be judged, or bad input.");
        var file = SloCommand.NewFileOption();
        command.Add(file);
        var input = new InputOptions(session, command, hasRange: false);
        var run = new Option<string?>("--run")
        {
            Description = "The run that objectives without a time window judge; without it the one that was active last.",
            HelpName = "id",
        };
        var window = new Option<string?>("--window")
        {
            Description = "A rolling window, 5m to 31d, in place of those of the definition.",
            HelpName = "duration",
        };
        var at = new Option<string?>("--at")
        {
            Description = "The time that is judged: a time, a day, or how long ago; without it that of the last record.",
            HelpName = "time",
        };
        var baseline = new Option<string[]>("--baseline")
        {
            Description = "Earlier telemetry to compare with; it changes no verdict.",
            HelpName = "path",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "How verdicts are written: a table for people, JSON, JUnit's XML, or annotations of GitHub.",
            DefaultValueFactory = _ => "table",
            HelpName = "table|json|junit|github",
        };
        output.AcceptOnlyFromAmong("table", "json", "junit", "github");
        foreach (var option in (Option[])[run, window, at, baseline, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var document = SloCommand.Load(parsed.GetRequiredValue(file));
            var options = new SloEvaluatorOptions
            {
                RunId = parsed.GetValue(run),
                Window = parsed.GetValue(window) is { } text ? ParseWindow(text) : null,
                At = parsed.GetValue(at) is { } time
                    ? UnixTime.ToDateTimeOffset(Times.Parse("--at", time, session.Time.GetUtcNow()))
                    : null,
            };
            var paths = input.GetPaths(parsed);
            var earlier = parsed.GetValue(baseline) is { Length: > 0 } before
                ? Judge(
                    document,
                    InputOptions.Check(before),
                    new SloEvaluatorOptions { Window = options.Window },
                    new TelemetryReadOptions(),
                    session
                )
                : null;
            var verdicts = Judge(document, paths, options, input.GetOptions(parsed), session);
            SloVerdictWriter.Write(session, parsed.GetValue(output)!, verdicts, earlier);
            return session.Finish(input.Report, ExitCode(verdicts));
        });
        return command.WithExamples(
            "otelpipe slo check -f slo.yaml telemetry",
            "otelpipe slo check -f slo.yaml telemetry --run 01939c5e-7a30-7c11-9d52-8f8a1f0f2a11 --output junit",
            "otelpipe slo check -f slo.yaml telemetry --window 7d --at 2026-11-20 --baseline last-week"
        );
    }

    private static IReadOnlyList<SloVerdict> Judge(
        SloDocument document,
        string[] paths,
        SloEvaluatorOptions options,
        TelemetryReadOptions read,
        Session session
    )
    {
        var evaluator = new SloEvaluator(document, options);
        evaluator.Read(paths, read, session.Cancellation);
        return evaluator.Evaluate();
    }

    // what cannot be judged says nothing about the rest, and so comes first
    private static int ExitCode(IReadOnlyList<SloVerdict> verdicts) =>
        verdicts.Any(static v => v.Result == SloResult.Invalid) ? ExitCodes.Error
        : verdicts.Any(static v => v.CountsAsFailure) ? ExitCodes.No
        : ExitCodes.Success;

    private static SloDuration ParseWindow(string text) =>
        SloDuration.TryParse(text, out var duration)
        && duration.ToTimeSpan() is var length
        && length.TotalMinutes >= 5
        && length.TotalDays <= 31
            ? duration
            : throw new UsageException($"--window '{text}' is no rolling window: write 5m to 31d, such as 12h or 30d");
}
