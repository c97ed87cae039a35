using System.CommandLine;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Commands;

/// <summary>Shows the columns of the Parquet tables and the properties of flat JSON lines.</summary>
internal static class SchemaCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("schema", "Shows the columns of Parquet, or the properties of flat JSON lines.");
        var table = new Argument<string?>("TABLE")
        {
            HelpName = "TABLE",
            Description = "spans, logs, metrics or flat; all three tables where it is left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        table.AcceptOnlyFromAmong("spans", "logs", "metrics", "flat");
        var output = ResultWriter.NewOption();
        command.Add(table);
        command.Add(output);
        command.SetAction(parsed =>
        {
            var format = ResultWriter.Parse(parsed.GetValue(output));
            var name = parsed.GetValue(table);
            if (name == "flat")
                WriteFlat(ResultWriter.Create(session, format, new Column("property"), new Column("attribute")));
            else
                WriteTables(
                    ResultWriter.Create(
                        session,
                        format,
                        new Column("table"),
                        new Column("column"),
                        new Column("type"),
                        new Column("required"),
                        new Column("attributes", Shrinks: true)
                    ),
                    name
                );
            session.Flush();
            return ExitCodes.Success;
        });
        return command.WithExamples("otelpipe schema spans", "otelpipe schema --output csv");
    }

    private static void WriteFlat(ResultWriter rows)
    {
        foreach (var property in TelemetrySchema.Flat)
            rows.Write(property.Name, property.AttributeKey);
        rows.End();
    }

    private static void WriteTables(ResultWriter rows, string? name)
    {
        foreach (
            var (table, columns) in (ReadOnlySpan<(string, IReadOnlyList<TelemetryColumn>)>)
                [("spans", TelemetrySchema.Spans), ("logs", TelemetrySchema.Logs), ("metrics", TelemetrySchema.Metrics)]
        )
        {
            if (name is not null && name != table)
                continue;
            foreach (var column in columns)
                rows.Write(
                    table,
                    column.Name,
                    TypeName(column.Type),
                    column.Required,
                    column.AttributeKeys.Count == 0 ? null : string.Join(", ", column.AttributeKeys)
                );
        }

        rows.End();
    }

    private static string TypeName(TelemetryColumnType type) =>
        type switch
        {
            TelemetryColumnType.TimestampMicros => "TIMESTAMP(MICROS, UTC)",
            TelemetryColumnType.StringMap => "MAP<STRING, STRING>",
            TelemetryColumnType.DoubleList => "LIST<DOUBLE>",
            TelemetryColumnType.Int64List => "LIST<INT64>",
            _ => type.ToString().ToUpperInvariant(),
        };
}
