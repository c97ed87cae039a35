using System.Diagnostics;
using System.Text.Json;

namespace OtelPipeline.Cli.Tests;

/// <summary>A run of the real program.</summary>
internal sealed record Otelpipe(int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "OtelPipeline.Cli.dll");

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Process Start(string directory, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Dotnet, [Program, .. arguments])
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
