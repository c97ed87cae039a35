using System.CommandLine;

namespace OtelPipeline.Cli.Input;

/// <summary>Attributes that a user wants to see.</summary>
internal static class Selection
{
    public static Option<string[]> NewOption() =>
        new("--select")
        {
            Description = "Also show these attributes of the record or its resource, separated by commas.",
            HelpName = "keys",
            CustomParser = static result =>
                [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
        };
}
