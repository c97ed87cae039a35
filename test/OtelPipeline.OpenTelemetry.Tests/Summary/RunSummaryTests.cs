using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using OtelPipeline.Data.Runs;
using OtelPipeline.OpenTelemetry;

namespace OtelPipeline.OpenTelemetry.Tests.Summary;

[NonParallelizable]
public sealed class RunSummaryTests
{
    private readonly Pipeline _pipeline = new("summarized");

    [Test]
    public async Task It_sees_what_runs_do()
    {
        var summary = new RunSummary();
        using (OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary)))
        {
            await _pipeline.RunAsync(async run =>
            {
                await run.NodeAsync("load", NodeType.Source, node => node.Records(read: 10, written: 9, rejected: 1, bytes: 100));
                await run.NodeAsync(
                    "outer",
                    NodeType.Transform,
                    async node =>
                    {
                        await node.NodeAsync("inner", NodeType.Transform, _ => { }, dependsOn: ["load"]);
                        node.Warn("look here", "odd");
                        node.Check("enough", 3, CheckThreshold.AtLeast(5), failedRecords: 2);
                    },
                    dependsOn: ["load"]
                );
            });
        }

        var run = summary.Latest!;
        Assert.Multiple(() =>
        {
            Assert.That((run.Pipeline, run.Result, run.Attempt, run.Trigger), Is.EqualTo(("summarized", "success", 1, "manual")));
            Assert.That(run.TraceId, Has.Length.EqualTo(32));
            Assert.That(
                run.Nodes.Select(n => (n.Name, n.Depth, n.Result)),
                Is.EqualTo(new[] { ("load", 0, "success"), ("outer", 0, "success"), ("inner", 1, "success") })
            );
            Assert.That(run.Nodes[1].DependsOn.Concat(run.Nodes[2].DependsOn), Is.EqualTo(new[] { "load", "load" }));
            Assert.That((run.RecordsRead, run.RecordsWritten, run.RecordsRejected, run.BytesRead), Is.EqualTo((10L, 9L, 1L, 100L)));
            Assert.That(run.CriticalPath.Select(s => s.Node), Is.EqualTo(new[] { "load", "outer", "inner" }));
            Assert.That(
                (run.Warnings.Single().Message, run.Warnings.Single().Type, run.Warnings.Single().Node),
                Is.EqualTo(("look here", "odd", "outer"))
            );
            Assert.That(run.Checks.Single(), Is.EqualTo(new CheckInfo("enough", "fail", 3, 5, "outer", 2)));
            Assert.That((run.WarningCount, run.ErrorCount), Is.EqualTo((2L, 0L)));
            Assert.That(run.PeakMemory, Is.Positive);
        });
    }

    [Test]
    public async Task Every_figure_of_a_node_arrives()
    {
        var summary = new RunSummary();
        using (OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary)))
            await _pipeline.RunAsync(run =>
                run.NodeAsync(
                    "n",
                    NodeType.Sink,
                    node =>
                    {
                        node.Records(read: 1, written: 2, filtered: 3, rejected: 4, deduplicated: 5);
                        node.Bytes(read: 6, written: 7);
                        node.Retrying(2);
                    }
                )
            );

        var node = summary.Latest!.Nodes.Single();
        Assert.That(
            (node.RecordsRead, node.RecordsWritten, node.RecordsFiltered, node.RecordsRejected, node.RecordsDeduplicated),
            Is.EqualTo((1L, 2L, 3L, 4L, 5L))
        );
        Assert.That((node.BytesRead, node.BytesWritten, node.Retries, node.Type), Is.EqualTo((6L, 7L, 1L, "sink")));
        Assert.That((node.Executions, node.MemoryPeak > 0, node.Duration > TimeSpan.Zero), Is.EqualTo((1L, true, true)));
    }

    [Test]
    public async Task It_sees_a_run_while_it_runs()
    {
        var summary = new RunSummary();
        using var sdk = OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary));
        await _pipeline.RunAsync(run =>
            run.NodeAsync(
                "load",
                NodeType.Source,
                _ =>
                {
                    var now = summary.Latest!;
                    Assert.That((now.HasEnded, now.Nodes.Single().Name, now.Nodes.Single().Active), Is.EqualTo((false, "load", 1L)));
                }
            )
        );

        Assert.That((summary.Latest!.HasEnded, summary.Latest.Nodes.Single().Active), Is.EqualTo((true, 0L)));
    }

    [Test]
    public void An_error_is_shown_once_with_its_type()
    {
        var summary = new RunSummary();
        using var sdk = OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary));
        Assert.That(
            () =>
                _pipeline.RunAsync(run =>
                    run.NodeAsync("load", NodeType.Source, new Action<PipelineNode>(_ => throw new IOException("disk full")))
                ),
            Throws.InstanceOf<IOException>()
        );

        var run = summary.Latest!;
        Assert.That((run.Result, run.ErrorCount), Is.EqualTo(("failure", 1L)));
        Assert.That(
            run.Errors.Single() with
            {
                Time = default,
            },
            Is.EqualTo(new RunMessage(default, "node load failed: disk full", "System.IO.IOException", "load"))
        );
    }

    [Test]
    public async Task It_sees_runs_that_are_sampled_out()
    {
        var summary = new RunSummary();
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.WithTracing(tracing => tracing.SetSampler(new AlwaysOffSampler())).UsePipelineInstrumentation().UseRunSummary(summary)
        );
        await _pipeline.RunAsync(run => run.NodeAsync("load", NodeType.Source, node => node.Records(read: 3)));

        var run = summary.Latest!;
        Assert.That((run.Result, run.Nodes.Single().Name, run.RecordsRead), Is.EqualTo(("success", "load", 3L)));
    }

    [Test]
    public async Task Whatever_the_order_of_the_calls_it_sees_redacted_text_only()
    {
        var summary = new RunSummary();
        using (OpenTelemetrySdk.Create(otel => otel.UseRunSummary(summary).UsePipelineInstrumentation()))
            await _pipeline.RunAsync(run =>
            {
                run.Warn("could not fetch https://example.org/data?token=hunter2");
                return Task.CompletedTask;
            });

        using var writer = new StringWriter();
        summary.WriteTo(writer);
        Assert.That(writer.ToString(), Does.Contain("could not fetch https://example.org/data").And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Spans_and_logs_of_others_do_not_matter_to_it()
    {
        var summary = new RunSummary();
        using var source = new ActivitySource("mine");
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.WithTracing(tracing => tracing.AddSource("mine")).UsePipelineInstrumentation().UseRunSummary(summary)
        );
        await _pipeline.RunAsync(run =>
        {
            using (source.StartActivity("node fake"))
                sdk.GetLoggerFactory().CreateLogger("mine").LogWarning(new EventId(1, "pipeline.run.warning"), "not a warning of the run");
            return Task.CompletedTask;
        });

        Assert.That((summary.Latest!.Nodes.Count, summary.Latest.WarningCount), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task It_keeps_as_many_runs_as_it_is_told()
    {
        var summary = new RunSummary(maxRuns: 3);
        using var sdk = OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary));
        for (var i = 0; i < 10; i++)
            await _pipeline.RunAsync(_ => Task.CompletedTask);

        Assert.That((summary.Runs.Count, summary.ForgottenRuns), Is.EqualTo((3, 7L)));
        Assert.That(summary.Runs.Select(r => r.Result), Is.All.EqualTo("success"));
    }

    [Test]
    public void Without_a_run_it_says_what_to_do()
    {
        using var writer = new StringWriter();
        new RunSummary().WriteTo(writer);

        Assert.That(writer.ToString(), Does.Contain("UsePipelineInstrumentation()"));
        Assert.That(() => new RunSummary().WriteTo(null!), Throws.ArgumentNullException);
        Assert.That(() => RunSummaryExtensions.UseRunSummary(null!, new RunSummary()), Throws.ArgumentNullException);
    }

    [Test]
    public async Task It_works_in_a_container_too()
    {
        var summary = new RunSummary();
        var services = new ServiceCollection().AddLogging();
        services.AddOpenTelemetry().UsePipelineInstrumentation().UseRunSummary(summary);
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TracerProvider>();
        provider.GetRequiredService<LoggerProvider>();
        await _pipeline.RunAsync(_ => Task.CompletedTask);

        Assert.That(summary.Latest?.Result, Is.EqualTo("success"));
    }
}
