using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline;
using OtelPipeline.Slo;

// A program for tests that need a real process. The first argument says what it does; what it prints is what the test reads.
switch (args[0])
{
    // a child process continues the run that its environment names
    case "continue":
        using (OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation()))
        {
            await new Pipeline("child").RunAsync(run =>
            {
                Console.WriteLine($"run={run.Id} trace={run.Activity?.TraceId} parent={run.Activity?.ParentSpanId}");
                return Task.CompletedTask;
            });
        }

        return 0;

    // OTEL_SDK_DISABLED and OtelPipeline__Enabled are read by the SDK when the process starts
    case "observed":
        using (OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseJsonlExporter(args[1])))
        {
            await new Pipeline("child").RunAsync(run =>
                run.NodeAsync("n", NodeType.Source, node => Console.WriteLine(node.Name.Length > 0 ? "observed" : "unobserved"))
            );
        }

        return 0;

    // waits to be told to end in the middle of a run
    case "wait":
        using (
            OpenTelemetrySdk.Create(otel =>
            {
                otel.UsePipelineInstrumentation(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2)).UseJsonlExporter(args[1]);
                if (args is [_, _, "stuck"])
                    otel.WithTracing(t =>
                        t.AddProcessor(new BatchActivityExportProcessor(new StuckExporter(), scheduledDelayMilliseconds: 60_000))
                    );
            })
        )
        {
            await new Pipeline("child").RunAsync(async run =>
            {
                await run.NodeAsync("done", NodeType.Source, node => node.Records(read: 3));
                Console.WriteLine("ready");
                await new TaskCompletionSource().Task;
            });
        }

        return 0;

    // objectives of earlier processes: works, says so and waits to be killed, or says what it knows
    case "objectives":
        IServiceProvider? services = null;
        using (
            var sdk = OpenTelemetrySdk.Create(otel =>
            {
                otel.ConfigureResource(r => r.AddService("child"))
                    .UsePipelineInstrumentation()
                    .UseSlo(o => (o.Path, o.RestoreFrom) = (args[2], args[1]))
                    .UseJsonlExporter(args[1])
                    .WithTracing(t => t.AddSource("Work"));
                otel.Services.ConfigureOpenTelemetryTracerProvider((provider, _) => services = provider);
            })
        )
        {
            using var source = new ActivitySource("Work");
            _ = sdk.TracerProvider;
            var monitor = services!.GetRequiredService<SloMonitor>();
            for (var i = 0; i < int.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture); i++)
            {
                using var activity = source.StartActivity("work");
                activity?.SetTag("ok", i % 4 != 0);
            }

            await monitor.Restored;
            sdk.TracerProvider.ForceFlush();
            foreach (var verdict in monitor.Evaluate())
                Console.WriteLine(FormattableString.Invariant($"{verdict.Objective}: {verdict.Good} good, {verdict.Bad} bad"));
            if (args is [.., "wait"])
                await new TaskCompletionSource().Task;
        }

        return 0;

    default:
        return 2;
}

internal sealed class StuckExporter : BaseExporter<Activity>
{
    public override ExportResult Export(in Batch<Activity> batch)
    {
        new ManualResetEventSlim().Wait();
        return ExportResult.Success;
    }
}
