using System.CommandLine;
using System.Globalization;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data.Compaction;
using Spectre.Console;

namespace OtelPipeline.Cli.Commands;

/// <summary>Merges files.</summary>
internal static class CompactCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("compact", "Merges JSON lines and small Parquet files into large ones; safe to interrupt.");
        var directory = new Argument<string>("DIR") { Description = "The directory with the folders spans, logs and metrics." };
        var output = ResultWriter.NewOption();
        command.Add(directory);
        command.Add(output);
        command.SetAction(parsed =>
        {
            var options = new TelemetryCompactionOptions();
            TelemetryCompactionReport report = null!;
            WithProgress(
                "compacting",
                progress =>
                {
                    options.Progress = progress;
                    report = TelemetryCompactor.Compact(parsed.GetRequiredValue(directory), options, session.Cancellation);
                }
            );
            var rows = ResultWriter.Create(
                session,
                ResultWriter.Parse(parsed.GetValue(output)),
                new Column("files_before"),
                new Column("files_after"),
                new Column("rows"),
                new Column("bytes_before"),
                new Column("bytes_after"),
                new Column("files_kept")
            );
            rows.Write(
                report.FilesBefore,
                report.FilesAfter,
                report.Rows,
                new ByteCount(report.BytesBefore),
                new ByteCount(report.BytesAfter),
                report.FilesKept
            );
            rows.End();
            session.Flush();
            foreach (var problem in report.Problems)
                session.Error.WriteLine($"otelpipe: left as it is: {Cell.Plain(problem)}");
            if (report.FilesKept > 0)
                session.Error.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"otelpipe: {report.FilesKept} files that were replaced are still being read; the next compaction deletes them, and nobody counts them twice until then"
                    )
                );
            return report.Problems.Count > 0 ? ExitCodes.Error : ExitCodes.Success;
        });
        return command.WithExamples("otelpipe compact telemetry");
    }

    /// <summary>Runs work under a progress bar on terminals.</summary>
    public static void WithProgress(string title, Action<IProgress<double>?> work)
    {
        if (Console.IsErrorRedirected || !Session.IsTerminal)
        {
            work(null);
            return;
        }

        Terminal
            .Console.Progress()
            .AutoClear(true)
            .Start(context =>
            {
                var task = context.AddTask(title, maxValue: 1);
                work(new Bar(task));
            });
    }

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
