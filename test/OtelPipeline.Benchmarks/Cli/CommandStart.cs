using System.Diagnostics;
using System.Globalization;
using OtelPipeline.Benchmarks.Examples;
using OtelPipeline.Benchmarks.TraceQL;

namespace OtelPipeline.Benchmarks.Cli;

/// <summary>
/// A whole process of otelpipe over 100,000 spans, from start to answer, beside <c>dotnet hello.dll</c> and the scan: the same query in a process that has
/// run it often before, so that nothing is compiled. Best of the rounds, which take turns. Usage: <c>-- start [rounds [program]]</c>; the program is
/// <c>OtelPipeline.Cli.dll</c> as built, or another build of it, such as a published one, also of native code.
/// </summary>
internal static class CommandStart
{
    private const int Spans = 100_000;

    public static int Run(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 20;
        var program = arguments.Length > 1 ? Path.GetFullPath(arguments[1]) : CommandMemory.Program;
        var folder = Directory.CreateTempSubdirectory("otelpipe-start").FullName;
        try
        {
            var hello = BuildHello(folder);
            QueryComparison.Run(["write", folder, $"{Spans}"]);
            Console.WriteLine("| files | | hello | scan | otelpipe | over hello + scan |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var file in (string[])["spans.parquet", "spans.jsonl"])
            {
                var path = Path.Combine(folder, file);
                var scan = QueryComparison.Measure(path, 60, Environment.ProcessorCount);
                var (least, tool) = (Worst, Worst);
                for (var i = 0; i < rounds; i++)
                {
                    least = Least(least, Time(folder, [hello]));
                    tool = Least(tool, Time(folder, [program, "query", QueryComparison.Query, path, "--step", "1h", "-o", "csv"]));
                }

                Console.WriteLine(
                    $"| {file} | clock, ms | {least.Clock:F1} | {scan.Elapsed:F1} | {tool.Clock:F1} | {tool.Clock / (least.Clock + scan.Elapsed):F2} |"
                );
                Console.WriteLine(
                    $"| {file} | processor, ms | {least.Processor:F1} | {scan.Processor:F1} | {tool.Processor:F1} | {tool.Processor / (least.Processor + scan.Processor):F2} |"
                );
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static readonly (double Clock, double Processor) Worst = (double.MaxValue, double.MaxValue);

    private static (double Clock, double Processor) Least((double Clock, double Processor) a, (double Clock, double Processor) b) =>
        (Math.Min(a.Clock, b.Clock), Math.Min(a.Processor, b.Processor));

    private static (double Clock, double Processor) Time(string folder, string[] arguments)
    {
        var processor = ExampleProcess.ChildrenCpu();
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo(CommandMemory.Host(arguments[0]), CommandMemory.Arguments(arguments))
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
            }
        )!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(clock);
        if (process.ExitCode != 0 || answer.Length == 0)
            throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {answer}");
        return (elapsed.TotalMilliseconds, (ExampleProcess.ChildrenCpu() - processor).TotalMilliseconds);
    }

    private static string BuildHello(string folder)
    {
        var project = Directory.CreateDirectory(Path.Combine(folder, "hello")).FullName;
        File.WriteAllText(Path.Combine(project, "Program.cs"), "System.Console.WriteLine(\"hello\");");
        File.WriteAllText(
            Path.Combine(project, "hello.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
            </Project>
            """
        );
        using var build = Process.Start(
            new ProcessStartInfo("dotnet", ["build", project, "-c", "Release", "-o", Path.Combine(folder, "out"), "-nodeReuse:false"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return build.ExitCode == 0 ? Path.Combine(folder, "out", "hello.dll") : throw new InvalidOperationException(output);
    }
}
