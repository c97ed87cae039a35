using System.CommandLine;
using System.CommandLine.Parsing;
using OtelPipeline.Cli.Commands;
using OtelPipeline.Cli.Slo;
using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Cli;

/// <summary>The command line as a whole: finds the command, runs it, and turns what goes wrong into an exit code and a message.</summary>
internal static class Tool
{
    // only the command that is asked for is built: the others would cost more than parsing
    private static readonly (string Name, Func<Session, Command> Build)[] Commands =
    [
        ("query", QueryCommand.Build),
        ("events", EventsCommand.Build),
        ("metrics", MetricsCommand.Build),
        ("runs", RunsCommand.Build),
        ("stats", StatsCommand.Build),
        ("trace", TraceCommand.Build),
        ("convert", ConvertCommand.Build),
        ("compact", CompactCommand.Build),
        ("clean", CleanCommand.Build),
        ("validate", ValidateCommand.Build),
        ("schema", SchemaCommand.Build),
        ("suggest-columns", SuggestColumnsCommand.Build),
        ("slo", SloCommand.Build),
        ("completion", CompletionCommand.Build),
    ];

    public static int Run(string[] args)
    {
        using var session = new Session();
        using var signals = new Interruption(session);
        using var garbage = new OldGarbage(session.Time);
        try
        {
            return Invoke(args, session);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (BrokenPipeException)
        {
            // whoever reads the output has seen enough, as `head` does
            return ExitCodes.Success;
        }
        catch (UsageException exception)
        {
            session.Error.WriteLine($"otelpipe: {exception.Message}");
            return ExitCodes.Error;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or TelemetryFormatException
                        or TraceQLException
                        or TraceQLLimitException
                        or NotSupportedException
            )
        {
            session.Error.WriteLine($"otelpipe: {exception.Message}");
            return ExitCodes.Error;
        }
    }

    public static RootCommand Build(Session session, string? only = null)
    {
        var root = new RootCommand(
            "Queries, converts and inspects telemetry files: those of OtelPipeline's exporters and of any OpenTelemetry collector."
        )
        {
            HelpName = "otelpipe",
        };
        foreach (var (name, build) in Commands)
        {
            if (only is null || name == only)
                root.Add(build(session));
        }

        Examples.AddToHelp(root);
        return root;
    }

    private static int Invoke(string[] args, Session session)
    {
        var only = args.Length > 0 && Array.Exists(Commands, command => command.Name == args[0]) ? args[0] : null;
        var root = Build(session, only);
        var parsed = CommandLineParser.Parse(root, args);
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Error = session.Error };
        var isUsable = parsed.Errors.Count == 0;
        var exitCode = parsed.Invoke(configuration);
        session.Flush();
        return isUsable ? exitCode : ExitCodes.Error;
    }
}

/// <summary>An argument that makes no sense; the message says which and why.</summary>
internal sealed class UsageException(string message) : Exception(message);
