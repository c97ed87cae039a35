using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OtelPipeline.Cli.Tests;

/// <summary>What people see: script(1) gives the program a terminal of 80 columns.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed partial class TerminalTests
{
    [TestCase("stats t")]
    [TestCase("runs list t")]
    [TestCase("runs show t")]
    [TestCase("events t")]
    [TestCase("metrics t")]
    [TestCase("query {} t")]
    [TestCase("query '{} | rate() by (name)' t")]
    [TestCase("schema")]
    [TestCase("trace 0af7 t")]
    public async Task Tables_fit_80_columns_and_have_colours(string arguments)
    {
        using var workspace = NewWorkspace();
        var output = await ShowAsync(workspace, arguments);
        var lines = EscapeExpression().Replace(output, "").Split('\n').Select(line => line.TrimEnd());
        Assert.That(lines.Where(line => line.Length > 80), Is.Empty, output);
        Assert.That(output, Does.Contain("\u001b["));
        Assert.That(output, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task No_color_is_heeded_and_long_values_are_cut()
    {
        using var workspace = NewWorkspace();
        var output = await ShowAsync(workspace, "runs list t", "NO_COLOR=1");
        Assert.That(output, Does.Not.Contain("[3").And.Not.Contains("38;5;"));
        Assert.That(output, Does.Contain("…").And.Contains("failure"));
        Assert.That(await ShowAsync(workspace, "runs list t"), Does.Contain("38;5;9").Or.Contains("[91m").Or.Contains("[31m"));
    }

    [Test]
    public async Task What_a_file_holds_cannot_command_the_terminal()
    {
        using var workspace = new Workspace();
        workspace.Write("t/logs.jsonl", Sample.Logs.Replace("it broke", "it \\u001b]0;title\\u0007broke", StringComparison.Ordinal));
        Assert.That(await ShowAsync(workspace, "events t"), Does.Contain("broke").And.Not.Contains("\u001b]0").And.Not.Contains("\u0007"));
    }

    private static Workspace NewWorkspace()
    {
        var workspace = new Workspace();
        workspace.Write("t/spans/spans.jsonl", Sample.Spans);
        workspace.Write("t/logs/logs.jsonl", Sample.Logs);
        workspace.Write("t/metrics/metrics.jsonl", Sample.Metrics);
        return workspace;
    }

    private static async Task<string> ShowAsync(Workspace workspace, string arguments, string environment = "TERM=xterm-256color")
    {
        var command = $"stty cols 80 rows 40; {environment} {Otelpipe.Quoted} {arguments}";
        var start = new ProcessStartInfo("script", ["-qec", command, workspace.Of("typescript")])
        {
            WorkingDirectory = workspace.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        using var process = Process.Start(start)!;
        var run = await Otelpipe.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run.Output.Replace("\r", "", StringComparison.Ordinal);
    }

    [GeneratedRegex("\u001b(\\[[0-9;?]*[A-Za-z]|=)")]
    private static partial Regex EscapeExpression();
}
