using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace OtelPipeline.Cli;

/// <summary>Examples at the end of a command's help.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> All = [];

    /// <summary>Gives a command its examples, one command line each.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        All.Add(command, examples);
        return command;
    }

    /// <summary>Lets <c>--help</c> show the examples.</summary>
    public static void AddToHelp(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = inner.Invoke(parseResult);
            if (!All.TryGetValue(parseResult.CommandResult.Command, out var examples))
                return exitCode;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
            return exitCode;
        }
    }
}
