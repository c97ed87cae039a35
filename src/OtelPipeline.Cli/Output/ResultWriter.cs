using System.CommandLine;
using System.Text;

namespace OtelPipeline.Cli.Output;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    Table,
    Json,
    Jsonl,
    Csv,
    Prom,
}

/// <summary>A column of results.</summary>
/// <param name="Name">What programs call it, in snake_case.</param>
/// <param name="Title">What people call it; null for the name.</param>
/// <param name="Shrinks">Whether long values are cut on a narrow terminal.</param>
/// <param name="IsExtra">Whether a narrow terminal may go without it.</param>
/// <param name="Least">How much of a value should be seen; extra columns are left out for it.</param>
internal sealed record Column(string Name, string? Title = null, bool Shrinks = false, bool IsExtra = false, int Least = 12)
{
    public string Header => Title ?? Name.Replace('_', ' ');
}

/// <summary>Writes results row by row; memory does not grow with their number, but for a table on a terminal.</summary>
internal abstract class ResultWriter
{
    public static Option<string> NewOption(params string[] more)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "How results are written; a table is plain text where the output is no terminal.",
            DefaultValueFactory = _ => "table",
            HelpName = string.Join('|', (string[])["table", "json", "jsonl", "csv", .. more]),
        };
        option.AcceptOnlyFromAmong(["table", "json", "jsonl", "csv", .. more]);
        return option;
    }

    public static OutputFormat Parse(string? text) =>
        text switch
        {
            "json" => OutputFormat.Json,
            "jsonl" => OutputFormat.Jsonl,
            "csv" => OutputFormat.Csv,
            "prom" => OutputFormat.Prom,
            _ => OutputFormat.Table,
        };

    public static ResultWriter Create(Session session, OutputFormat format, params Column[] columns) =>
        format switch
        {
            OutputFormat.Json => new JsonResultWriter(session, columns, asArray: true),
            OutputFormat.Jsonl => new JsonResultWriter(session, columns, asArray: false),
            OutputFormat.Csv => new CsvResultWriter(session, columns),
            _ when Session.IsTerminal => new TerminalResultWriter(session, columns),
            _ => new PlainResultWriter(session, columns),
        };

    /// <summary>Writes a row: as many values as there are columns.</summary>
    public abstract void Write(params object?[] row);

    /// <summary>Writes what waits for the last row.</summary>
    public abstract void End();

    protected static void Write(Stream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
