using System.CommandLine;
using System.Globalization;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Commands;

/// <summary>Writes records in another form.</summary>
internal static class ConvertCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("convert", "Writes records as OTLP/JSON lines, flat JSON lines or Parquet.");
        var input = new InputOptions(session, command);
        var to = new Option<string>("--to")
        {
            Description = "The form to write.",
            Required = true,
            HelpName = "otlp|flat|parquet",
        };
        to.AcceptOnlyFromAmong("otlp", "flat", "parquet");
        var folder = new Option<string>("--out")
        {
            Description = "The directory to write spans, logs and metrics to; made where it is missing.",
            Required = true,
            HelpName = "DIR",
        };
        var output = ResultWriter.NewOption();
        foreach (var option in (Option[])[to, folder, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var range = input.GetRange(parsed);
            var paths = input.GetPaths(parsed);
            var target = Path.GetFullPath(parsed.GetRequiredValue(folder));
            CheckTarget(paths, target);
            using var files = new ConvertedFiles(target, parsed.GetRequiredValue(to), session.Time.GetUtcNow().UtcDateTime);
            TelemetryReader.Read(
                paths,
                row =>
                {
                    if (range.Contains(row.TimestampUnixNano))
                        files.Write(row);
                },
                input.GetOptions(parsed),
                session.Cancellation
            );
            var written = files.Complete();
            var rows = ResultWriter.Create(
                session,
                ResultWriter.Parse(parsed.GetValue(output)),
                new Column("file", Shrinks: true),
                new Column("rows"),
                new Column("bytes")
            );
            foreach (var file in written)
                rows.Write(file.Path, file.Rows, new ByteCount(file.Bytes));
            rows.End();
            session.Flush();
            session.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"otelpipe: {written.Sum(file => file.Rows)} records in {written.Count} files")
            );
            return session.Finish(input.Report, written.Count > 0 ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples(
            "otelpipe convert collector/*.json --to parquet --out telemetry",
            "otelpipe convert telemetry --to flat --out flat --since 1d"
        );
    }

    /// <summary>A directory that is read must not grow meanwhile by what was read from it.</summary>
    private static void CheckTarget(string[] paths, string target)
    {
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
                continue;
            var source = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
            if ((target.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar).StartsWith(source, StringComparison.Ordinal))
                throw new UsageException($"--out '{target}' lies in '{path}', which is read: choose a directory outside");
        }
    }
}
