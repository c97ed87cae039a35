using System.CommandLine;
using System.Globalization;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Commands;

/// <summary>Deletes old files.</summary>
internal static class CleanCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("clean", "Deletes old files that the exporters wrote, none that is open.");
        var directory = new Argument<string>("DIR") { Description = "The directory with the folders spans, logs and metrics." };
        var age = new Option<string?>("--max-age")
        {
            Description = "Delete files that were last written longer ago, such as 30d.",
            HelpName = "duration",
        };
        var size = new Option<string?>("--max-size")
        {
            Description = "Delete the oldest files until the rest has at most this size, such as 5GB.",
            HelpName = "size",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would be deleted." };
        var output = ResultWriter.NewOption();
        command.Add(directory);
        foreach (var option in (Option[])[age, size, dryRun, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var maxAge = parsed.GetValue(age) is { } a ? Times.ParseDuration("--max-age", a) : (TimeSpan?)null;
            var maxSize = parsed.GetValue(size) is { } s ? Times.ParseBytes("--max-size", s) : (long?)null;
            if (maxAge is null && maxSize is null)
                throw new UsageException("give --max-age, --max-size or both: without a limit nothing is too old");
            var isDry = parsed.GetValue(dryRun);
            var cleaned = TelemetryCleaner.Clean(parsed.GetRequiredValue(directory), maxAge, maxSize, isDry, session.Time);
            var rows = ResultWriter.Create(
                session,
                ResultWriter.Parse(parsed.GetValue(output)),
                new Column("file", Shrinks: true),
                new Column("bytes"),
                new Column("age"),
                new Column("reason")
            );
            foreach (var file in cleaned)
                rows.Write(file.Path, new ByteCount(file.Bytes), new Nanoseconds(file.Age.TotalNanoseconds), file.Reason);
            rows.End();
            session.Flush();
            session.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"otelpipe: {cleaned.Count} files, {Cell.Bytes(cleaned.Sum(file => file.Bytes))} {(isDry ? "would be deleted" : "deleted")}"
                )
            );
            return cleaned.Count > 0 ? ExitCodes.Success : ExitCodes.No;
        });
        return command.WithExamples("otelpipe clean telemetry --max-age 30d --dry-run", "otelpipe clean telemetry --max-size 5GB");
    }
}
