using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.OpenTelemetry;

namespace QuickStart;

internal static class Program
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int BadArguments = 2;
    private const string JsonLines = "jsonl";
    private const string Parquet = "parquet";
    private const string Both = "both";

    public static async Task<int> Main(string[] args)
    {
        var input = new Option<string>("--input")
        {
            Description = "Folder with XML documentation files",
            HelpName = "DIR",
            DefaultValueFactory = _ => ReferenceDocumentation(),
        };
        var output = new Option<string>("--output")
        {
            Description = "Folder for results and telemetry",
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
        var failAt = new Option<string?>("--fail-at")
        {
            Description = $"Makes this node fail, to show what that looks like: {string.Join(", ", DocumentationPipeline.Nodes)}",
            HelpName = "NODE",
        };
        failAt.AcceptOnlyFromAmong(DocumentationPipeline.Nodes);
        var noTelemetry = new Option<bool>("--no-telemetry") { Description = "Does the same work unobserved" };
        var command = new RootCommand("Measures how well .NET assemblies are documented, and shows what OtelPipeline saw of that.")
        {
            input,
            output,
            format,
            failAt,
            noTelemetry,
        };
        command.SetAction(
            (given, cancel) =>
                RunAsync(
                    given.GetValue(input)!,
                    given.GetValue(output)!,
                    given.GetValue(format)!,
                    given.GetValue(failAt),
                    !given.GetValue(noTelemetry),
                    cancel
                )
        );

        // Ctrl-C cancels the run; it then has this long to end and to write what it has seen
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) };
        var arguments = command.Parse(args);
        var exitCode = await arguments.InvokeAsync(invocation);
        return arguments.Errors.Count > 0 ? BadArguments : exitCode;
    }

    private static async Task<int> RunAsync(
        string input,
        string output,
        string format,
        string? failAt,
        bool hasTelemetry,
        CancellationToken cancellationToken
    )
    {
        if (WhyNotWritable(output) is { } reason)
        {
            await Console.Error.WriteLineAsync(
                $"Cannot write to the output folder '{output}': {reason} Name another one with --output DIR."
            );
            return BadArguments;
        }

        var summary = new RunSummary();
        var written = new WrittenFiles(output);
        var exitCode = Success;

        // when this block ends, everything has been written
        using (hasTelemetry ? Observe(summary, output, format) : null)
        {
            await using var progress = new Progress(summary);
            await using var stopping = cancellationToken.Register(() =>
                Console.Error.WriteLine("Stopping: what is under way is finished first.")
            );
            try
            {
                await new DocumentationPipeline(input, output, failAt).RunAsync(cancellationToken);
            }
            catch (Exception e)
            {
                exitCode = Failed;

                // the summary shows the error, unless telemetry is switched off
                if (summary.Latest is null)
                    await Console.Error.WriteLineAsync(e.Message);
            }
        }

        if (hasTelemetry)
            summary.WriteTo(Console.Out);
        written.WriteTo(Console.Out);
        return exitCode;
    }

    /// <summary>All that it takes to observe pipelines in a program without a host.</summary>
    private static OpenTelemetrySdk Observe(RunSummary summary, string output, string format) =>
        OpenTelemetrySdk.Create(otel =>
        {
            otel.ConfigureResource(resource => resource.AddService("quickstart")).UsePipelineInstrumentation().UseRunSummary(summary);
            if (format is JsonLines or Both)
                otel.UseJsonlExporter(output);
            if (format is Parquet or Both)
                otel.UseParquetExporter(output);

            // for node_exporter's text file collector, and for whoever wants the last figures without a server
            otel.WithMetrics(metrics =>
                metrics.AddPrometheusTextFile(Path.Combine(output, "metrics.prom")).AddMetricsJsonFile(Path.Combine(output, "metrics.json"))
            );
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
                otel.UseOtlpExporter();

            // a process that is killed loses half a second of events at most
            otel.Services.Configure<LogRecordExportProcessorOptions>(o => o.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 500);
        });

    /// <summary>The documentation of .NET itself, which comes with every SDK.</summary>
    private static string ReferenceDocumentation()
    {
        string?[] roots =
        [
            Environment.GetEnvironmentVariable("DOTNET_ROOT"),
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."),
        ];
        var packs = roots.OfType<string>().Select(root => Path.GetFullPath(Path.Combine(root, "packs"))).ToList();
        return packs.Find(Directory.Exists) ?? packs[^1];
    }

    private static string? WhyNotWritable(string output)
    {
        try
        {
            var probe = Path.Combine(
                Directory.CreateDirectory(Path.Combine(Path.GetFullPath(output), "results")).FullName,
                $".{Guid.NewGuid()}"
            );
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message;
        }
    }
}
