using System.CommandLine;
using OtelPipeline.Slo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Objectives: judges files by them, checks their definitions, and makes rules of them.</summary>
internal static class SloCommand
{
    public static Command Build(Session session) =>
        new Command("slo", "Judges files by service level objectives (OpenSLO), checks definitions, and writes rules for Prometheus.")
        {
            SloCheckCommand.Build(session),
            SloLintCommand.Build(session),
            SloRulesCommand.Build(session),
            SloServeCommand.Build(session),
        };

    public static Option<string[]> NewFileOption() =>
        new("--file", "-f")
        {
            Description = "A definition in OpenSLO v1; several files may refer to each other.",
            HelpName = "slo.yaml",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };

    /// <summary>Reads definitions.</summary>
    /// <exception cref="UsageException">They have errors; the message is all of them.</exception>
    public static SloDocument Load(string[] files)
    {
        foreach (var file in files)
        {
            if (!File.Exists(file))
                throw new UsageException($"there is no file '{file}'");
        }

        try
        {
            return SloDocument.Load(files);
        }
        catch (SloFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
