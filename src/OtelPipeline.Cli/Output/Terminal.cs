using Spectre.Console;

namespace OtelPipeline.Cli.Output;

/// <summary>The terminal, for those commands that draw.</summary>
internal static class Terminal
{
    public static IAnsiConsole Console => field ??= Create();

    private static IAnsiConsole Create() =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = Session.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = Session.HasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
}

/// <summary>Colours of values; their words say the same without.</summary>
internal static class Styles
{
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Doubtful = new(Color.Yellow);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Quiet = new(Color.Grey);

    public static Style? Of(string column, string text) =>
        column switch
        {
            "result" or "status" or "level" or "severity" => text switch
            {
                "failure" or "error" or "Error" or "Crit" or "timeout" or "fail" => Bad,
                "Warn" or "cancellation" or "running" or "warn" or "leniency" => Doubtful,
                "success" or "ok" or "pass" => Good,
                _ => null,
            },
            "errors" when text is not ("" or "0") => Bad,
            "timestamp" or "run_id" or "trace_id" => Quiet,
            _ => null,
        };
}
