using System.Diagnostics;

namespace OtelPipeline.Interop.Tests;

/// <summary>Runs a program to its end and keeps what it wrote.</summary>
internal sealed record ChildProcess(string CommandLine, int ExitCode, string Output)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    public static async Task<ChildProcess> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string? directory = null,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(s_limit);
        var commandLine = $"{program} {string.Join(' ', start.ArgumentList)}";
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{commandLine}' did not end within {s_limit}.");
        }

        return new ChildProcess(commandLine, process.ExitCode, await output + await errors);
    }

    /// <summary>Runs dotnet without servers that stay behind but for the compiler that build/test.sh ends, and fails the test where it fails.</summary>
    public static async Task<string> DotnetAsync(
        string? directory,
        IReadOnlyDictionary<string, string?> environment,
        params IEnumerable<string> arguments
    )
    {
        var all = new Dictionary<string, string?>(environment)
        {
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = System.Environment.GetEnvironmentVariable("SharedCompilationId") is null ? "false" : "true",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",

            // what the test host sets for itself would change the projects that are built here
            ["MSBuildSDKsPath"] = null,
            ["MSBuildExtensionsPath"] = null,
            ["VSTEST_HOST_DEBUG"] = null,
        };
        var result = await RunAsync(System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments, directory, all);
        Assert.That(result.ExitCode, Is.Zero, () => $"{result.CommandLine}\n{result.Output}");
        return result.Output;
    }
}
