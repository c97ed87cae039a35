using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline;

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
