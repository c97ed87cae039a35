using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OtelPipeline.OpenTelemetry.Tests;

/// <summary>The samples of the README, compiled and run.</summary>
[NonParallelizable]
public sealed class ReadmeSamples
{
    [Test]
    public async Task In_a_host()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });

        builder.Services.AddOpenTelemetry().ConfigureResource(r => r.AddService("nightly-etl")).UsePipelineInstrumentation();

        using var host = builder.Build();
        await host.StartAsync();
        await new Pipeline("readme").RunAsync(run =>
        {
            Assert.That(run.Activity, Is.Not.Null);
            return Task.CompletedTask;
        });
        await host.StopAsync();
    }

    [Test]
    public async Task Without_a_host()
    {
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.ConfigureResource(r => r.AddService("nightly-etl")).UsePipelineInstrumentation()
        );

        await new Pipeline("readme").RunAsync(run =>
        {
            Assert.That(run.Activity, Is.Not.Null);
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task A_run_summary()
    {
        var pipeline = new Pipeline("readme");
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            var summary = new RunSummary();
            using (OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary)))
            {
                await pipeline.RunAsync(run => WorkAsync(run));
            }

            summary.WriteTo(Console.Out);
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.That(output.ToString(), Does.Contain("readme succeeded"));
    }

    private static Task WorkAsync(PipelineRun run) => run.NodeAsync("load", NodeType.Source, node => node.Records(read: 1));
}
