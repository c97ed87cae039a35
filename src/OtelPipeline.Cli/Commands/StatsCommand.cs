using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;
using OtelPipeline.Data.Statistics;

namespace OtelPipeline.Cli.Commands;

/// <summary>Counts what files hold.</summary>
internal static class StatsCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("stats", "Counts records, errors, durations, cache hits, files and bytes.");
        var input = new InputOptions(session, command);
        var output = ResultWriter.NewOption();
        command.Add(output);
        command.SetAction(parsed =>
        {
            var range = input.GetRange(parsed);
            var statistics = new TelemetryStatistics();
            TelemetryReader.Read(
                input.GetPaths(parsed),
                row =>
                {
                    if (range.Contains(row.TimestampUnixNano))
                        statistics.Add(row);
                },
                input.GetOptions(parsed),
                session.Cancellation
            );
            statistics.AddFiles(input.Report);
            StatisticsView.Write(session, ResultWriter.Parse(parsed.GetValue(output)), statistics);
            var any = statistics.Spans + statistics.Events + statistics.MetricPoints > 0;
            return session.Finish(input.Report, any ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples("otelpipe stats telemetry", "otelpipe stats telemetry --since 1d --output json");
    }
}
