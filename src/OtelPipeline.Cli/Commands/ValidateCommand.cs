using System.CommandLine;
using System.Globalization;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data.Validation;

namespace OtelPipeline.Cli.Commands;

/// <summary>Checks files.</summary>
internal static class ValidateCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("validate", "Checks files against the rules of OTLP/JSON, or our Parquet tables.");
        var input = new InputOptions(session, command, hasRange: false, hasStrict: false);
        var strict = new Option<bool>("--strict") { Description = "What lenient readers understand counts as broken, too." };
        var output = ResultWriter.NewOption();
        command.Add(strict);
        command.Add(output);
        command.SetAction(parsed =>
        {
            var result = TelemetryValidator.Validate(input.GetPaths(parsed), input.GetOptions(parsed), session.Cancellation);
            var format = ResultWriter.Parse(parsed.GetValue(output));
            if (format == OutputFormat.Table)
                WriteLines(session, result);
            else
                WriteRows(session, format, result);
            foreach (var file in result.Report.Files.Where(file => file.SkippedBecause is not null))
                session.Error.WriteLine($"otelpipe: {file.Path}: skipped: {file.SkippedBecause}");
            session.Flush();
            if (result.Report.Errors.Any(error => error.Line == 0 && !File.Exists(error.File)))
                return ExitCodes.Error;
            return result.Errors > 0 || (parsed.GetValue(strict) && result.Leniencies > 0) ? ExitCodes.No : ExitCodes.Success;
        });
        return command.WithExamples("otelpipe validate telemetry", "otelpipe validate traces.json --strict --output json");
    }

    /// <summary>One finding a line, as compilers do it: editors find the place.</summary>
    private static void WriteLines(Session session, TelemetryValidation result)
    {
        var shown = 0L;
        using var writer = new StreamWriter(session.Output, leaveOpen: true);
        foreach (var finding in result.Findings)
        {
            writer.Write(Cell.Plain(finding.ToString()));
            writer.Write('\n');
            shown++;
        }

        var all = result.Errors + result.Leniencies;
        if (all > shown)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"... and {all - shown} more\n"));
        var report = result.Report;
        writer.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Files.Count(file => file.SkippedBecause is null)} files, {report.Spans} spans, {report.Events} events, {report.MetricPoints} metric points: {result.Errors} errors, {result.Leniencies} leniencies\n"
            )
        );
    }

    private static void WriteRows(Session session, OutputFormat format, TelemetryValidation result)
    {
        var rows = ResultWriter.Create(
            session,
            format,
            new Column("file"),
            new Column("line"),
            new Column("severity"),
            new Column("rule"),
            new Column("message")
        );
        foreach (var finding in result.Findings)
            rows.Write(
                finding.File,
                finding.Line == 0 ? null : finding.Line,
                finding.Severity == ValidationSeverity.Error ? "error" : "leniency",
                finding.Rule,
                finding.Message
            );
        rows.End();
    }
}
