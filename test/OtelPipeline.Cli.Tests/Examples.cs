using System.Diagnostics;
using OtelPipeline.Testing;

namespace OtelPipeline.Cli.Tests;

/// <summary>Runs examples, for files as users have them.</summary>
internal static class Examples
{
    public static async Task RunAsync(string example, Workspace workspace, int exitCode, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(RepositoryPaths.Root, "examples", example, "bin", configuration, "net10.0", $"{example}.dll");
        var start = new ProcessStartInfo(Otelpipe.Dotnet, [program, .. arguments])
        {
            WorkingDirectory = workspace.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var run = await Otelpipe.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Output + run.Error);
    }
}
