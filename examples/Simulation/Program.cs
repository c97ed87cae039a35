using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.OpenTelemetry;

namespace Simulation;

internal static class Program
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int BadArguments = 2;
    private const string JsonLines = "jsonl";
    private const string Parquet = "parquet";
    private const string Both = "both";

    private static readonly Dictionary<string, Fault> s_faults = new()
    {
        ["quality"] = Fault.Quality,
        ["slow-year"] = Fault.SlowYear,
        ["crash"] = Fault.Crash,
    };

    private sealed record Settings(string Output, string Format, ulong Seed, Fault Fault, bool IsObserved);

    public static async Task<int> Main(string[] args)
    {
        var output = new Option<string>("--output")
        {
            Description = "Folder for results, the checkpoint and telemetry",
            HelpName = "DIR",
            DefaultValueFactory = _ => "./telemetry",
        };
        var format = new Option<string>("--format")
        {
            Description = "What telemetry is written as",
            HelpName = "jsonl|parquet|both",
            DefaultValueFactory = _ => Both,
        };
        format.AcceptOnlyFromAmong(JsonLines, Parquet, Both);
        var seed = new Option<ulong?>("--seed")
        {
            Description = "The same number gives the same years (default: 42, or that of the checkpoint)",
            HelpName = "N",
        };
        var resume = new Option<bool>("--resume") { Description = "Goes on after the last complete year of an earlier run" };
        var fault = new Option<string?>("--fault")
        {
            Description = $"Makes something go wrong in the third year, to show what that looks like: {string.Join(", ", s_faults.Keys)}",
            HelpName = "NAME",
        };
        fault.AcceptOnlyFromAmong([.. s_faults.Keys]);
        var silent = new Option<bool>("--no-telemetry") { Description = "Switches telemetry off" };
        var command = new RootCommand("Simulates five years of a workforce, and shows what OtelPipeline saw of that.")
        {
            output,
            format,
            seed,
            resume,
            fault,
            silent,
        };
        command.SetAction(
            async (given, cancel) =>
            {
                Checkpoint? earlier = null;
                var folder = given.GetValue(output)!;
                try
                {
                    if (given.GetValue(resume))
                        earlier = await Checkpoint.LoadAsync(folder, cancel);
                    Directory.CreateDirectory(folder);
                }
                catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
                {
                    await Console.Error.WriteLineAsync(e.Message);
                    return BadArguments;
                }

                if (earlier is not null && given.GetValue(seed) is { } other && other != earlier.Seed)
                {
                    await Console.Error.WriteLineAsync(
                        $"The earlier run was made with --seed {earlier.Seed}, which --seed {other} cannot go on from. Leave --seed away, or start without --resume."
                    );
                    return BadArguments;
                }

                var settings = new Settings(
                    folder,
                    given.GetValue(format)!,
                    earlier?.Seed ?? given.GetValue(seed) ?? 42,
                    given.GetValue(fault) is { } name ? s_faults[name] : Fault.None,
                    !given.GetValue(silent)
                );
                return await RunAsync(settings, earlier, cancel);
            }
        );

        // Ctrl-C cancels the run; it then has this long to end and to write what it has seen
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) };
        var arguments = command.Parse(args);
        var exitCode = await arguments.InvokeAsync(invocation);
        return arguments.Errors.Count > 0 ? BadArguments : exitCode;
    }

    private static async Task<int> RunAsync(Settings settings, Checkpoint? earlier, CancellationToken cancellationToken)
    {
        var summary = new RunSummary();
        var exitCode = Success;

        // when this block ends, everything has been written
        using (var sdk = settings.IsObserved ? Observe(summary, settings) : null)
        {
            var logger = sdk?.GetLoggerFactory().CreateLogger("Simulation") ?? NullLogger.Instance;
            var pipeline = new WorkforcePipeline(settings.Output, settings.Seed, settings.Fault, logger) { YearEnded = Tell };
            try
            {
                await pipeline.RunAsync(earlier, cancellationToken);
            }
            catch (Exception e)
            {
                exitCode = Failed;

                // the summary shows the error, unless telemetry is switched off
                if (summary.Latest is null)
                    await Console.Error.WriteLineAsync(e.Message);
            }
        }

        if (settings.IsObserved)
            summary.WriteTo(Console.Out);
        Suggest(settings);
        return exitCode;
    }

    private static void Tell(YearFigures year) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{year.Year}: {year.Events:N0} events, {year.Headcount:N0} people, {year.Payroll / 100_000_000m:0.0} million a year"
            )
        );

    /// <summary>All that it takes to observe pipelines in a program without a host.</summary>
    private static OpenTelemetrySdk Observe(RunSummary summary, Settings settings) =>
        OpenTelemetrySdk.Create(otel =>
        {
            otel.ConfigureResource(resource => resource.AddService("simulation")).UsePipelineInstrumentation().UseRunSummary(summary);
            if (settings.Format is JsonLines or Both)
                otel.UseJsonlExporter(settings.Output);
            if (settings.Format is Parquet or Both)
                otel.UseParquetExporter(settings.Output);
            otel.WithMetrics(metrics => metrics.AddPrometheusTextFile(Path.Combine(settings.Output, "metrics.prom")));
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
                otel.UseOtlpExporter();

            // a process that is killed loses half a second of events at most
            otel.Services.Configure<LogRecordExportProcessorOptions>(o => o.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 500);
        });

    private static void Suggest(Settings settings)
    {
        Console.WriteLine("   Next");
        Suggest("the figures", $"column -s, -t {Path.Combine(settings.Output, "results", "workforce.csv")}");
        if (settings.IsObserved && settings.Format is JsonLines or Both)
            Suggest(
                "what happened, in order",
                $"jq -r '.resourceLogs[].scopeLogs[].logRecords[].body.stringValue' {Path.Combine(settings.Output, "logs", "*.jsonl")}"
            );
        Suggest("a process that is killed in the third year", "dotnet run --project examples/Simulation -- --fault crash");
        Suggest("... and one that goes on from there", "dotnet run --project examples/Simulation -- --resume");
        Suggest("a year whose data is bad", "dotnet run --project examples/Simulation -- --fault quality");
    }

    private static void Suggest(string why, string command)
    {
        Console.WriteLine($"     # {why}");
        Console.WriteLine($"     {command}");
    }
}
