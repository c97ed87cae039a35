using System.Diagnostics;
using System.Runtime.InteropServices;
using OtelPipeline.Testing;

namespace OtelPipeline.Cli.Tests;

/// <summary>The program as users get it, and what it costs.</summary>
internal sealed class ToolTests
{
    [Test]
    public async Task It_installs_as_a_dotnet_tool()
    {
        using var workspace = new Workspace();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await DotnetAsync(workspace, "pack", Project, "--configuration", configuration, "--no-build", "--output", workspace.Of("feed"));
        await ReadEventsAsync(workspace, await InstallAsync(workspace));
    }

    // the package that users name holds no code, the one of their system a program that needs no runtime; build/test.sh has installed both
    [Test]
    public async Task Packages_of_a_system_hold_native_code()
    {
        using var workspace = new Workspace();
        var tool = Otelpipe.Native ?? await InstallNativeAsync(workspace);
        var program = new FileInfo(tool).ResolveLinkTarget(returnFinalTarget: true) ?? new FileInfo(tool);
        var folder = Path.GetDirectoryName(program.FullName)!;
        Assert.That(Directory.GetFiles(folder, "*.dll"), Is.Empty);
        await ReadEventsAsync(workspace, tool, ("DOTNET_ROOT", "/nowhere"));
    }

    private static string Project => Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Cli", "OtelPipeline.Cli.csproj");

    private static async Task<string> InstallNativeAsync(Workspace workspace)
    {
        string[] pack = ["pack", Project, "--output", workspace.Of("feed"), "-p:NativeTool=true"];
        await DotnetAsync(workspace, [.. pack, "-r", RuntimeInformation.RuntimeIdentifier]);
        await DotnetAsync(workspace, pack);
        return await InstallAsync(workspace);
    }

    private static async Task<string> InstallAsync(Workspace workspace)
    {
        var config = "<configuration><packageSources><clear /><add key=\"packed\" value=\"feed\" /></packageSources></configuration>";
        workspace.Write("nuget.config", config);
        string[] source = ["--tool-path", workspace.Of("tools"), "--configfile", workspace.Of("nuget.config")];
        await DotnetAsync(workspace, ["tool", "install", "OtelPipeline.Cli", .. source]);
        return workspace.Of(OperatingSystem.IsWindows() ? "tools/otelpipe.exe" : "tools/otelpipe");
    }

    private static async Task ReadEventsAsync(Workspace workspace, string tool, params (string Name, string Value)[] environment)
    {
        workspace.Write("logs.jsonl", Sample.Logs);
        var start = new ProcessStartInfo(tool, ["events", "logs.jsonl", "-o", "jsonl"])
        {
            WorkingDirectory = workspace.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath) },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var run = await Otelpipe.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That((run.ExitCode, run.Lines.Length), Is.EqualTo((0, 3)), run.Error);
    }

    [TestCase("stats", "-")]
    [TestCase("events", "-", "--name", "nothing")]
    [TestCase("query", "{ name = \"nothing\" }", "-")]
    [TestCase("convert", "-", "--to", "flat", "--out", "out")]
    public async Task Memory_does_not_grow_with_the_input(params string[] arguments)
    {
        using var workspace = new Workspace();
        using var process = Otelpipe.Start(workspace.Path, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var chunk = Sample.ManySpans(2_000);
        // a write ends when the process has read all but what fits into the pipe
        var small = await FeedAsync(process, chunk, 30);
        var large = await FeedAsync(process, chunk, 120);
        process.StandardInput.Close();
        var run = await Otelpipe.EndAsync(process, output, error);
        Assert.That(run.ExitCode, Is.LessThan(2), run.Error);
        TestContext.Out.WriteLine(
            $"{arguments[0]}: {small >> 20} MiB after {chunk.Length * 30 >> 20} MiB, {large >> 20} MiB after {chunk.Length * 150 >> 20} MiB"
        );
        Assert.That(large, Is.LessThanOrEqualTo(small * 1.2));
    }

    [TestCase("{ duration > 1ms } | avg_over_time(duration) by (.pipeline.node.name)", "--step", "1s")]
    [TestCase("{ } | quantile_over_time(duration, .5) by (name)", "--step", "1s")]
    [TestCase("{ .pipeline.node.name = \"load\" }", "--limit", "40000")]
    public async Task The_number_of_processors_does_not_show(string query, string option, string value)
    {
        using var workspace = new Workspace();
        // more than one part as lines and, in a file of two row groups, as a table
        using (var lines = File.Create(workspace.Of("large.jsonl")))
        {
            for (var i = 0; i < 20; i++)
                lines.Write(Sample.ManySpans(6_000));
        }

        var converted = await workspace.RunAsync("convert", "large.jsonl", "--to", "parquet", "--out", "folder");
        Assert.That(converted.ExitCode, Is.Zero, converted.Error);
        workspace.Write("folder/spans/some.jsonl", Sample.Spans + "{broken}\n");
        foreach (var path in (string[])["large.jsonl", "folder", "*"])
        {
            var one = await RunOnAsync(1);
            Assert.That(one.Lines, Is.Not.Empty, one.Error);
            Assert.That(await RunOnAsync(4), Is.EqualTo(one), path);

            async Task<Otelpipe> RunOnAsync(int processors)
            {
                var start = new ProcessStartInfo(
                    Otelpipe.Command[0],
                    [.. Otelpipe.Command[1..], "query", query, path, option, value, "-o", "jsonl"]
                )
                {
                    WorkingDirectory = workspace.Path,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    Environment = { ["DOTNET_PROCESSOR_COUNT"] = $"{processors}" },
                };
                using var process = Process.Start(start)!;
                return await Otelpipe.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            }
        }
    }

    private static async Task<long> FeedAsync(Process process, byte[] chunk, int times)
    {
        for (var i = 0; i < times; i++)
            await process.StandardInput.BaseStream.WriteAsync(chunk);
        await process.StandardInput.BaseStream.FlushAsync();
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    private static async Task DotnetAsync(Workspace workspace, params string[] arguments)
    {
        var start = new ProcessStartInfo(Otelpipe.Dotnet, arguments)
        {
            WorkingDirectory = workspace.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = arguments[0] == "tool" ? workspace.Of("cache") : null;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var run = await Otelpipe.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
    }
}
