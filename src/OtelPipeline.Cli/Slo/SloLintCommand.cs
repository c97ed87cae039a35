using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Slo;

/// <summary>Looks for definitions that are correct but cannot be meant.</summary>
internal static class SloLintCommand
{
    public static Command Build(Session session)
    {
        var command = new Command(
            "lint",
            "Finds alerts that cannot fire, targets that cannot be met or missed, duplicates, and filters that match nothing."
        );
        var file = SloCommand.NewFileOption();
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Telemetry that the filters should match; without it they are not tried.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var output = ResultWriter.NewOption();
        command.Add(paths);
        command.Add(file);
        command.Add(output);
        command.SetAction(parsed =>
        {
            var document = SloCommand.Load(parsed.GetRequiredValue(file));
            var findings = SloLinter.Find(document);
            var report = new TelemetryReadReport();
            if (parsed.GetValue(paths) is { Length: > 0 } input)
            {
                var unmatched = new UnmatchedFilters(document);
                TelemetryReader.Read(
                    InputOptions.Check(input),
                    unmatched.Look,
                    new TelemetryReadOptions { Report = report },
                    session.Cancellation
                );
                findings.AddRange(unmatched.Find());
            }

            Write(session, ResultWriter.Parse(parsed.GetValue(output)), findings);
            return session.Finish(report, findings.Count > 0 ? ExitCodes.No : ExitCodes.Success);
        });
        return command.WithExamples("otelpipe slo lint -f slo.yaml", "otelpipe slo lint -f slo.yaml telemetry --output json");
    }

    private static void Write(Session session, OutputFormat format, List<SloFinding> findings)
    {
        if (format == OutputFormat.Table)
        {
            // one finding a line, as compilers do it: editors find the place
            var text = new TextBlock(session);
            foreach (var finding in findings)
                text.Line($"{finding.Position}: {finding.Rule}: {finding.Message}");
            text.End();
            return;
        }

        var rows = ResultWriter.Create(session, format, new Column("file"), new Column("line"), new Column("rule"), new Column("message"));
        foreach (var finding in findings)
            rows.Write(finding.Position.File, finding.Position.Line, finding.Rule, finding.Message);
        rows.End();
    }
}
