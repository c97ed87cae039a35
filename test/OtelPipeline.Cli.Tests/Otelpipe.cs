using System.Diagnostics;
using System.Text.Json;

namespace OtelPipeline.Cli.Tests;

/// <summary>A run of the real program.</summary>
internal sealed record Otelpipe(int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The program of native code that build/test.sh installs, or null: then the one that was built beside the tests is run.</summary>
    public static string? Native { get; } = Environment.GetEnvironmentVariable("OTELPIPELINE_TOOL") is { Length: > 0 } path ? path : null;

    public static string[] Command { get; } =
        Native is { } native ? [native] : [Dotnet, Path.Combine(AppContext.BaseDirectory, "OtelPipeline.Cli.dll")];

    /// <summary>The command for a shell.</summary>
    public static string Quoted => string.Join(' ', Command.Select(static part => $"'{part}'"));

    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Process Start(string directory, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Command[0], [.. Command[1..], .. arguments])
            {
                WorkingDirectory = directory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    public static async Task<Otelpipe> RunAsync(string directory, string[] arguments, byte[]? input = null)
    {
        using var process = Start(directory, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process, output, error);
    }

    public static async Task<Otelpipe> EndAsync(Process process, Task<string> output, Task<string> error)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"otelpipe did not end within {Patience}: {process.StartInfo.ArgumentList[^1]}");
        }

        return new Otelpipe(process.ExitCode, await output, await error);
    }
}
