using System.Diagnostics;

namespace OtelPipeline.FaultTests;

/// <summary>Starts this program again.</summary>
internal static class ChildProcess
{
    public static Process Start(params string[] arguments) => StartWith(Environment.ProcessPath!, [.. Host(), .. arguments]);

    /// <summary>Runs it below a shell, for redirections and mounts; <c>"$@"</c> in the script is the command line.</summary>
    public static Process StartInShell(string script, params string[] arguments) =>
        StartWith("/bin/sh", ["-c", script, "sh", DotnetHost(), .. Host(), .. arguments]);

    // under a test host the running program is dotnet or the test host, never this assembly's own executable
    private static string[] Host() => [typeof(ChildProcess).Assembly.Location];

    private static string DotnetHost() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Environment.ProcessPath!
            : Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet");

    private static Process StartWith(string program, string[] arguments)
    {
        if (program == Environment.ProcessPath)
            program = DotnetHost();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        return Process.Start(start)!;
    }
}
