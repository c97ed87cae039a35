using System.CommandLine;
using ContentDownload.Downloads;
using ContentDownload.Http;
using ContentDownload.Origin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OtelPipeline.OpenTelemetry;
using OtelPipeline.Slo;

namespace ContentDownload;

internal static class Program
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int BadArguments = 2;

    public static async Task<int> Main(string[] args)
    {
        var output = new Option<string>("--output")
        {
            Description = "Folder for what is downloaded, results and telemetry",
            HelpName = "DIR",
            DefaultValueFactory = _ => "./telemetry",
        };
        var format = new Option<string>("--format")
        {
            Description = "What telemetry is written as",
            HelpName = "jsonl|parquet|both",
            DefaultValueFactory = _ => Observability.Both,
        };
        format.AcceptOnlyFromAmong(Observability.JsonLines, Observability.Parquet, Observability.Both);
        var fault = new Option<string?>("--fault")
        {
            Description =
                $"Makes something go wrong, each to the cost of the objective of its name: {string.Join(", ", Faults.ByName.Keys)}",
            HelpName = "NAME",
        };
        fault.AcceptOnlyFromAmong([.. Faults.ByName.Keys]);
        var seed = new Option<int>("--seed")
        {
            Description = "Decides which items have which troubles",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var count = Number("--count", "N", "Items to download", 2_000, 1, 100_000);
        var noTelemetry = new Option<bool>("--no-telemetry") { Description = "Does the same work unobserved" };
        var awaited = Number(
            "--await-scrapes",
            "N",
            "Begins when Prometheus has come so often: to it, only what comes after its first look is an increase",
            0,
            0,
            1_000
        );
        var linger = Number("--linger", "SECONDS", "Seconds to stay for Prometheus when all is done", 0, 0, 86_400);
        var port = new Option<int?>("--port")
        {
            Description = "Port for Prometheus on 127.0.0.1; 9464 where --linger or --await-scrapes is given",
            HelpName = "PORT",
        };
        var command = new RootCommand("Downloads from a server with all kinds of trouble, and shows what OtelPipeline saw of that.")
        {
            output,
            format,
            fault,
            seed,
            count,
            noTelemetry,
            awaited,
            linger,
            port,
        };
        command.SetAction(
            (given, cancel) =>
                RunAsync(
                    new Settings(
                        given.GetValue(output)!,
                        given.GetValue(format)!,
                        given.GetValue(fault) is { } name ? Faults.ByName[name] : Fault.None,
                        given.GetValue(seed),
                        given.GetValue(count),
                        !given.GetValue(noTelemetry),
                        given.GetValue(awaited),
                        given.GetValue(linger),
                        given.GetValue(port) ?? (given.GetValue(linger) + given.GetValue(awaited) > 0 ? 9464 : null)
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
        if (WhyNotWritable(settings.Output) is { } reason)
        {
            await Console.Error.WriteLineAsync(
                $"Cannot write to the output folder '{settings.Output}': {reason} Name another one with --output DIR."
            );
            return BadArguments;
        }

        var files = OriginFile.Choose(settings.Count, settings.Seed);
        await using var origin = await OriginServer.StartAsync(files, new Troubles(files, settings.Fault, settings.Seed));
        var summary = new RunSummary();

        // outlives the host, whose last act is to look at the limiters once more
        using var limits = new HostLimits(settings.Fault);
        using var host = BuildHost(settings, origin, limits, summary);
        await host.StartAsync(CancellationToken.None);
        var pipeline = host.Services.GetRequiredService<DownloadPipeline>();
        var report = new Report(settings, pipeline);
        if (settings is { AwaitedScrapes: > 0, HasTelemetry: true })
            await AwaitScrapesAsync(settings, cancellationToken);
        var exitCode = await DownloadAsync(pipeline, summary, cancellationToken);
        var verdicts = settings.HasTelemetry ? host.Services.GetRequiredService<SloMonitor>().Evaluate() : [];
        if (settings.LingerSeconds > 0 && exitCode == Success)
            await LingerAsync(settings, cancellationToken);
        await host.StopAsync(CancellationToken.None);

        // only now everything has been written
        host.Dispose();
        if (settings.HasTelemetry)
            summary.WriteTo(Console.Out);
        report.WriteTo(Console.Out, verdicts);
        return exitCode;
    }

    private static IHost BuildHost(Settings settings, OriginServer origin, HostLimits limits, RunSummary summary)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder
            .Services.AddSingleton(settings)
            .AddSingleton(origin)
            .AddSingleton(limits)
            .AddHttpClients()
            .AddSingleton(new ContentStore(settings.Output))
            .AddSingleton<Catalog>()
            .AddSingleton<ContentFetch>()
            .AddSingleton<Downloader>()
            .AddSingleton<DownloadPipeline>();
        if (settings.HasTelemetry)
            builder.Services.AddTelemetry(settings, summary);
        return builder.Build();
    }

    private static async Task<int> DownloadAsync(DownloadPipeline pipeline, RunSummary summary, CancellationToken cancellationToken)
    {
        await using var progress = new Progress(pipeline);
        await using var stopping = cancellationToken.Register(() =>
            Console.Error.WriteLine("Stopping: what is under way is finished first.")
        );
        try
        {
            await pipeline.RunAsync(cancellationToken);
            return Success;
        }
        catch (Exception e)
        {
            // the summary shows the error, unless telemetry is switched off
            if (summary.Latest is null)
                await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }

    private static async Task AwaitScrapesAsync(Settings settings, CancellationToken cancellationToken)
    {
        using var scrapes = new Scrapes(settings.AwaitedScrapes);
        Console.WriteLine($"Begins when http://127.0.0.1:{settings.Port}/metrics has been scraped {settings.AwaitedScrapes} times.");

        // who does not want to wait any longer ends the run, too
        await scrapes.Enough.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task LingerAsync(Settings settings, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Done; http://127.0.0.1:{settings.Port}/metrics stays for {settings.LingerSeconds} s. Ctrl-C ends it.");
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(settings.LingerSeconds), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // that is how one ends it
        }
    }

    private static Option<int> Number(string name, string unit, string description, int value, int min, int max)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = unit,
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is var given && (given < min || given > max))
                result.AddError($"{name} is {given}; it must be {min} to {max}.");
        });
        return option;
    }

    private static string? WhyNotWritable(string output)
    {
        if (string.IsNullOrWhiteSpace(output))
            return "it has no name.";
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
