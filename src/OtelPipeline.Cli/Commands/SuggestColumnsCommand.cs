using System.CommandLine;
using System.Globalization;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Cli.Commands;

/// <summary>Finds attributes that are worth a column of their own.</summary>
internal static class SuggestColumnsCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("suggest-columns", "Finds attributes worth a column of Parquet, and measures the saving.");
        var input = new InputOptions(session, command);
        var output = ResultWriter.NewOption();
        command.Add(output);
        command.SetAction(parsed =>
        {
            var range = input.GetRange(parsed);
            var trial = new ColumnTrial();
            TelemetryReader.Read(
                input.GetPaths(parsed),
                row =>
                {
                    if (range.Contains(row.TimestampUnixNano))
                        trial.Add(row);
                },
                input.GetOptions(parsed),
                session.Cancellation
            );
            var suggestions = trial.Suggest(session.Cancellation);
            var rows = ResultWriter.Create(
                session,
                ResultWriter.Parse(parsed.GetValue(output)),
                new Column("signal"),
                new Column("attribute", Shrinks: true),
                new Column("column", Shrinks: true),
                new Column("type"),
                new Column("rows_percent", "rows %"),
                new Column("saved_bytes", "saved"),
                new Column("saved_percent", "saved %")
            );
            foreach (var suggestion in suggestions)
                rows.Write(
                    suggestion.Signal,
                    suggestion.Attribute,
                    suggestion.Column.Name,
                    suggestion.Column.Type.ToString().ToLowerInvariant(),
                    Math.Round(suggestion.RowShare * 100, 1),
                    new ByteCount(suggestion.SavedBytes),
                    Math.Round(suggestion.SavedShare * 100, 1)
                );
            rows.End();
            session.Flush();
            if (trial.IsSample)
                session.Error.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"otelpipe: measured on the first {ColumnTrial.SampleRows} rows of each signal and projected to all"
                    )
                );
            return session.Finish(input.Report, suggestions.Count > 0 ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples("otelpipe suggest-columns telemetry", "otelpipe suggest-columns spans.jsonl --output json");
    }
}
