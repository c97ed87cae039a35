using System.CommandLine;
using OpenTelemetry.Metrics;
using OtelPipeline.OpenTelemetry;
using StreamBroker.Web;

namespace StreamBroker;

internal static class Program
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int BadArguments = 2;

    public static async Task<int> Main(string[] args)
    {
        var output = Text("--output", "DIR", "./telemetry", "Folder for the log, the offsets and the telemetry");
        var format = Text("--format", "jsonl|parquet|both", "both", "What telemetry is written as");
        format.AcceptOnlyFromAmong("jsonl", "parquet", "both");
        var urls = Text("--urls", "URL", "http://127.0.0.1:5080", "Where it listens; port 0 takes a free one");
        var duration = Number("--duration", "SECONDS", 30, "How long producers send", min: 1);
        var rate = Number("--rate", "RECORDS", 10_000, "Records a second", min: 4);
        var seed = Number("--seed", "N", 1, "Makes the same orders each time", min: 0);
        var fault = new Option<string?>("--fault") { Description = $"What goes wrong: {string.Join(", ", Faults.All)}", HelpName = "NAME" };
        fault.AcceptOnlyFromAmong(Faults.All);
        var noTelemetry = new Option<bool>("--no-telemetry") { Description = "Does the same work unobserved" };
        var native = new Option<bool>("--native-histograms")
        {
            Description = "Exponential histograms, which Prometheus reads as native ones",
        };
        var traceEvery = Number("--trace-every", "N", 10, "One batch in N has a trace; metrics count all of them", min: 1);
        var command = new RootCommand("A small message broker with producers and consumer groups, and what OtelPipeline sees of them.")
        {
            output,
            format,
            urls,
            duration,
            rate,
            seed,
            fault,
            noTelemetry,
            native,
            traceEvery,
        };
        command.SetAction(
            (given, cancel) =>
                RunAsync(
                    new Settings(
                        given.GetValue(output)!,
                        given.GetValue(format)!,
                        given.GetValue(urls)!,
                        TimeSpan.FromSeconds(given.GetValue(duration)),
                        given.GetValue(rate),
                        given.GetValue(seed),
                        given.GetValue(fault),
                        !given.GetValue(noTelemetry),
                        given.GetValue(native),
                        given.GetValue(traceEvery)
                    ),
                    cancel
                )
        );

        // Ctrl-C cancels the run; it then has this long to end and to write what it has seen
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) };
        var arguments = command.Parse(args);
        var exitCode = await arguments.InvokeAsync(invocation);
        return arguments.Errors.Count > 0 ? BadArguments : exitCode;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        var summary = settings.HasTelemetry ? new RunSummary() : null;
        var exitCode = Success;
        Report report;

        // when this block ends, everything has been written
        await using (var app = BrokerApplication.Build(settings, summary))
        {
            await app.StartAsync(cancellationToken);
            report = app.Services.GetRequiredService<Report>();
            var logger = app.Services.GetRequiredService<ILogger<Report>>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
            try
            {
                await app.Services.GetRequiredService<Workload>().RunAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                logger.LogWarning("Stopped before the time was over");
            }
            catch (Exception e)
            {
                exitCode = Failed;
                logger.LogError(e, "The broker failed: {Reason}", e.Message);
            }

            if (BrokerApplication.IsJsonConsole)
                report.WriteTo(logger);

            // connections, lag and the like are collected while there is something that has them
            app.Services.GetService<MeterProvider>()?.ForceFlush();
            await app.StopAsync(CancellationToken.None);
        }

        if (BrokerApplication.IsJsonConsole)
            return exitCode;
        if (summary is null)
            Console.WriteLine();
        else
            summary.WriteTo(Console.Out);
        report.WriteTo(Console.Out);
        return exitCode;
    }

    private static Option<string> Text(string name, string value, string standard, string description) =>
        new(name)
        {
            Description = description,
            HelpName = value,
            DefaultValueFactory = _ => standard,
        };

    private static Option<int> Number(string name, string value, int standard, string description, int min)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = value,
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < min)
                result.AddError($"{name} must be at least {min}.");
        });
        return option;
    }
}
