using System.Diagnostics;
using System.Globalization;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.Cli;

/// <summary>
/// The peak memory of each command of otelpipe over 10 MB and over many gigabytes, which come through a pipe so that no disk must hold them. Usage:
/// <c>-- memory [megabytes [program [command]]]</c>; build src/OtelPipeline.Cli first. The program is <c>OtelPipeline.Cli.dll</c> as built, or another build.
/// </summary>
internal static class CommandMemory
{
    private const int Small = 10;

    private const string Objective = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: success}
        spec:
          service: nightly
          budgetingMethod: Occurrences
          indicator:
            metadata: {name: success}
            spec:
              ratioMetric:
                counter: false
                good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ status != error }'}}}
                total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ }'}}}
          objectives:
            - {displayName: success, target: 0.5}
        """;

    private static readonly string[][] Commands =
    [
        ["query", "{ status = error && duration > 999ms }", "-"],
        ["query", "{ duration > 100ms } | avg_over_time(duration) by (span.pipeline.node.name)", "-", "--step", "1h"],
        ["events", "-", "--name", "nothing"],
        ["metrics", "-", "--name", "nothing"],
        ["stats", "-"],
        ["runs", "list", "-"],
        ["trace", "00000000000000000000000000000001", "-"],
        ["convert", "-", "--to", "flat", "--out", "out"],
        ["convert", "-", "--to", "parquet", "--out", "out"],
        ["validate", "-"],
        ["slo", "check", "-f", "slo.yaml", "-"],
    ];

    public static int Run(string[] arguments)
    {
        var large = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 4096;
        var program = arguments.Length > 1 ? Path.GetFullPath(arguments[1]) : Program;
        Console.WriteLine($"| command | {Small} MB | {large} MB | factor | exit code |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var command in Commands)
        {
            if (arguments.Length > 2 && command[0] != arguments[2])
                continue;
            var (few, _) = Peak([program, .. command], Small);
            var (many, exitCode) = Peak([program, .. command], large);
            Console.WriteLine(
                $"| `{string.Join(' ', command)}` | {few / 1048576.0:F1} MB | {many / 1048576.0:F1} MB | {(double)many / few:F2} | {exitCode} |"
            );
        }

        return 0;
    }

    private static (long Bytes, int ExitCode) Peak(string[] command, int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("otelpipe-memory").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "slo.yaml"), Objective);
            using var process = Process.Start(
                new ProcessStartInfo(Host(command[0]), Arguments(command))
                {
                    WorkingDirectory = folder,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            var error = process.StandardError.ReadToEndAsync();
            var feed = new TelemetryFeed();
            long peak = 0;
            try
            {
                for (long sent = 0; sent < megabytes * 1_000_000L; )
                {
                    var chunk = feed.Next();
                    process.StandardInput.BaseStream.Write(chunk);
                    sent += chunk.Length;
                    process.Refresh();
                    peak = PeakOf(process);
                }

                process.StandardInput.Close();
            }
            catch (IOException)
            {
                Console.Error.WriteLine($"{command[1]} did not read to the end: {error.GetAwaiter().GetResult()}");
            }

            // the peak only grows: what was seen last is what it was
            while (!process.WaitForExit(5))
            {
                process.Refresh();
                peak = Math.Max(peak, PeakOf(process));
            }

            output.GetAwaiter().GetResult();
            return (peak, process.ExitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long PeakOf(Process process)
    {
        try
        {
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // it has ended meanwhile
            return 0;
        }
    }

    public static string Host(string program) => program.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet" : program;

    public static string[] Arguments(string[] command) => Host(command[0]) == "dotnet" ? command : command[1..];

    public static string Program { get; } =
        Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Cli", "bin", "Release", "net10.0", "OtelPipeline.Cli.dll");
}
