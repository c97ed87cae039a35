using System.CommandLine;
using OtelPipeline.Cli.Output;

namespace OtelPipeline.Cli.Input;

/// <summary>How many results are wanted.</summary>
internal static class Limit
{
    private const int OnTerminal = 100;

    public static Option<long?> NewOption() =>
        new("--limit", "-n")
        {
            Description = $"At most so many results, 0 for all. Default: all; {OnTerminal} for a table on a terminal.",
            HelpName = "number",
        };

    /// <exception cref="UsageException">It is negative.</exception>
    public static long Get(ParseResult parsed, Option<long?> option, OutputFormat format) =>
        parsed.GetValue(option) switch
        {
            < 0 => throw new UsageException("--limit is below 0"),
            0 => long.MaxValue,
            { } limit => limit,
            _ => format == OutputFormat.Table && Session.IsTerminal ? OnTerminal : long.MaxValue,
        };
}

/// <summary>Enough has been read; unwinds out of the callbacks of the reader.</summary>
internal sealed class EnoughException : Exception;
