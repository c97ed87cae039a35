using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Examples.Tests;

/// <summary>Whoever reads the README of an example, or asks it for help, learns what can be given to it and what can go wrong.</summary>
internal sealed class ExampleReadmeTests
{
    [TestCase("ContentDownload", "--fault")]
    [TestCase("QuickStart", "--fail-at")]
    [TestCase("Simulation", "--fault")]
    [TestCase("StreamBroker", "--fault")]
    public async Task Readme_and_help_agree_on_options_and_on_what_can_go_wrong(string example, string fault)
    {
        using var workspace = new Workspace();
        var (exitCode, output) = await ExampleProcess.RunAsync(example, workspace.Root, ["--help"]);
        var help = Regex.Replace(output, @"\s+", " ");
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "examples", example, "README.md"));

        Assert.That(exitCode, Is.Zero, output);
        var options = Regex.Matches(readme, "--[a-z][a-z-]+").Select(static m => m.Value).Where(static o => o != "--project").Distinct();
        Assert.That(options.Where(o => !help.Contains(o + " ", StringComparison.Ordinal)), Is.Empty, "options that are none");
        foreach (var option in new[] { "--output <DIR>", "--format <jsonl|parquet|both>", "--no-telemetry", fault })
            Assert.That(help, Does.Contain(option));

        var faults = Regex.Match(help, fault + " <[A-Z]+> [^:]+: ((?:[a-z0-9-]+, )+[a-z0-9-]+)").Groups[1].Value.Split(", ");
        Assert.That(faults, Has.Length.GreaterThanOrEqualTo(3), output);
        Assert.That(faults.Where(f => !readme.Contains($"`{f}`") && !readme.Contains($"{fault} {f}`")), Is.Empty, "not in the README");
    }
}
