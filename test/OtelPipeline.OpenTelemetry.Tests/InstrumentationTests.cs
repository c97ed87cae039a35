using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Tests;

[NonParallelizable]
public sealed class InstrumentationTests
{
    private static readonly ActivitySource s_otherSource = new("Somebody.Else");

    private static async Task RunAsync(string name = "p", Func<PipelineRun, Task>? inside = null) =>
        await new Pipeline(name).RunAsync(async run =>
        {
            await run.NodeAsync("load", NodeType.Source, node => node.Records(read: 5));
            if (inside is not null)
                await inside(run);
        });

    [Test]
    public async Task One_call_gives_spans_metrics_with_exemplars_and_events_without_a_host()
    {
        var capture = new Capture();
        using (var sdk = OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation())))
            await RunAsync();

        Assert.That(capture.Spans.Select(s => s.DisplayName), Is.EquivalentTo(new[] { "node load", "run p" }));
        Assert.That(
            capture.Logs.Select(l => l.EventName),
            Is.EqualTo(new[] { "pipeline.run.start", "pipeline.node.start", "pipeline.node.end", "pipeline.run.end" })
        );
        Assert.That(capture.Logs.Select(l => l.TraceId), Is.All.EqualTo(capture.Spans[0].TraceId));
        Assert.That(capture.Points.Where(p => p.Metric == PipelineMetrics.NodeDuration).Sum(p => p.ExemplarCount), Is.EqualTo(1));
        Assert.That(
            capture.Points.Select(p => p.Metric),
            Does.Contain(PipelineMetrics.RunDuration).And.Contain(PipelineMetrics.NodeRecords)
        );
    }

    [Test]
    public async Task One_call_works_in_a_host_and_the_console_level_does_not_hide_events()
    {
        var capture = new Capture();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        var otel = builder.Services.AddOpenTelemetry();
        otel.UsePipelineInstrumentation();
        capture.AddTo(otel);
        using (var host = builder.Build())
        {
            await host.StartAsync();
            await RunAsync();
            await host.StopAsync();
        }

        Assert.That(capture.Spans, Has.Count.EqualTo(2));
        Assert.That(capture.Logs.Select(l => l.EventName), Does.Contain("pipeline.run.start").And.Contain("pipeline.run.end"));
    }

    [Test]
    public async Task A_users_own_level_for_this_provider_and_category_wins()
    {
        var capture = new Capture();
        using (
            OpenTelemetrySdk.Create(otel =>
            {
                otel.Services.Configure<LoggerFilterOptions>(o =>
                    o.Rules.Add(new LoggerFilterRule("OpenTelemetry", PipelineSources.LoggerCategory, LogLevel.Error, null))
                );
                capture.AddTo(otel.UsePipelineInstrumentation());
            })
        )
        {
            await RunAsync();
        }

        Assert.That(capture.Logs, Is.Empty);
    }

    [Test]
    public async Task Run_id_node_and_item_are_stamped_on_spans_and_logs_of_others()
    {
        var capture = new Capture();
        string? runId = null;
        using (
            var sdk = OpenTelemetrySdk.Create(otel =>
                capture.AddTo(otel.UsePipelineInstrumentation().WithTracing(t => t.AddSource("Somebody.Else")))
            )
        )
        {
            var logger = sdk.GetLoggerFactory().CreateLogger("Somebody.Else");
            await RunAsync(inside: async run =>
            {
                runId = run.Id;
                await run.NodeAsync(
                    "fetch",
                    NodeType.Source,
                    node =>
                        node.ItemAsync(
                            "item-7",
                            item =>
                            {
                                using (s_otherSource.StartActivity("theirs"))
                                    logger.LogInformation("hello {Name}", "world");
                                return Task.CompletedTask;
                            }
                        )
                );
            });
            logger.LogInformation("outside");
        }

        Assert.That(capture.Spans.Single(s => s.DisplayName == "theirs").GetTagItem(PipelineAttributes.RunId), Is.EqualTo(runId));
        var log = capture.Logs.Single(l => l.Message == "hello world");
        Assert.That(log.Attributes[PipelineAttributes.RunId], Is.EqualTo(runId));
        Assert.That(log.Attributes[PipelineAttributes.NodeName], Is.EqualTo("fetch"));
        Assert.That(log.Attributes[PipelineAttributes.ItemId], Is.EqualTo("item-7"));
        Assert.That(log.Attributes["Name"], Is.EqualTo("world"));
        Assert.That(capture.Logs.Single(l => l.Message == "outside").Attributes, Does.Not.ContainKey(PipelineAttributes.RunId));
    }

    [Test]
    public async Task Enabled_false_in_the_configuration_turns_everything_off()
    {
        var capture = new Capture();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("OtelPipeline:Enabled", "false")]).Build();
        using (
            OpenTelemetrySdk.Create(otel =>
            {
                otel.Services.AddSingleton<IConfiguration>(configuration);
                capture.AddTo(otel.UsePipelineInstrumentation());
            })
        )
        {
            await RunAsync();
        }

        Assert.That(capture.Spans, Is.Empty);
        Assert.That(capture.Logs, Is.Empty);
        Assert.That(capture.Points.Where(p => p.Metric.StartsWith("pipeline.", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("OtelPipeline:Enabld", "false", "'OtelPipeline:Enabld' is unknown. Known keys here: BuiltIn, ")]
    [TestCase("OtelPipeline:Enabled", "perhaps", "'OtelPipeline:Enabled' has the value 'perhaps'; it must be true or false")]
    [TestCase("OtelPipeline:EventLevel", "9", "must be one of Trace, Debug")]
    [TestCase("OtelPipeline:ShutdownTimeout", "soon", "must be a time such as 00:00:05")]
    [TestCase("OtelPipeline:ShutdownTimeout", "00:02:00", "it must lie between 0 (no flush) and 1 minute")]
    [TestCase("OtelPipeline:BuiltIn:Htp", "true", "'OtelPipeline:BuiltIn:Htp' is unknown")]
    [TestCase("OtelPipeline:Redaction:SensitiveKeys:0", "credit card", "consists of letters, digits, '_', '.' and '-'")]
    [TestCase("OtelPipeline:Redaction:UrlPathHashKey", "short", "use at least 16")]
    public void Bad_configuration_is_named_when_the_providers_are_built(string key, string value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        var error = Assert.Throws<OptionsValidationException>(() =>
        {
            using var sdk = OpenTelemetrySdk.Create(otel =>
            {
                otel.Services.AddSingleton<IConfiguration>(configuration);
                otel.UsePipelineInstrumentation();
            });
        });
        Assert.That(error!.Message, Does.Contain(message));
    }

    [Test]
    public void Code_comes_after_configuration_and_lists_add_up()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("OtelPipeline:Exemplars", "false"),
                new("OtelPipeline:ProcessOwner", "false"),
                new("OtelPipeline:Redaction:SensitiveKeys:0", "iban"),
                new("OtelPipeline:Jsonl:Directory", "elsewhere"),
            ])
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services
            .AddOpenTelemetry()
            .UsePipelineInstrumentation(o =>
            {
                o.ProcessOwner = true;
                o.Redaction.SensitiveKeys.Add("pin");
            });
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<PipelineInstrumentationOptions>>().Value;
        Assert.That(options.Exemplars, Is.False);
        Assert.That(options.ProcessOwner, Is.True);
        Assert.That(options.Redaction.SensitiveKeys, Is.EqualTo(new[] { "iban", "pin" }));
    }

    [Test]
    public async Task Each_provider_builder_has_the_three_overloads_and_named_options()
    {
        var capture = new Capture();
        using (
            OpenTelemetrySdk.Create(otel =>
            {
                otel.WithTracing(t => t.AddPipelineInstrumentation("mine", null))
                    .WithMetrics(m => m.AddPipelineInstrumentation(o => o.Exemplars = false))
                    .WithLogging(l => l.AddPipelineInstrumentation());
                otel.Services.Configure<PipelineInstrumentationOptions>("mine", o => o.StampRunId = false);
                otel.WithTracing(t => t.AddSource("Somebody.Else"));
                capture.AddTo(otel);
            })
        )
        {
            await RunAsync(inside: _ =>
            {
                s_otherSource.StartActivity("theirs")?.Dispose();
                return Task.CompletedTask;
            });
        }

        Assert.That(capture.Spans.Single(s => s.DisplayName == "theirs").GetTagItem(PipelineAttributes.RunId), Is.Null);
        Assert.That(capture.Points.Sum(p => p.ExemplarCount), Is.Zero);
        Assert.That(capture.Logs.Select(l => l.EventName), Does.Contain("pipeline.run.end"));
    }

    [Test]
    public void Null_builders_are_argument_errors()
    {
        Assert.Throws<ArgumentNullException>(() => ((IOpenTelemetryBuilder)null!).UsePipelineInstrumentation());
        Assert.Throws<ArgumentNullException>(() => ((TracerProviderBuilder)null!).AddPipelineInstrumentation());
        Assert.Throws<ArgumentNullException>(() => ((MeterProviderBuilder)null!).AddPipelineInstrumentation());
        Assert.Throws<ArgumentNullException>(() => ((LoggerProviderBuilder)null!).AddPipelineInstrumentation());
    }

    [Test]
    public async Task The_resource_says_where_and_what()
    {
        var capture = new Capture();
        using (OpenTelemetrySdk.Create(otel => capture.AddTo(otel.ConfigureResource(r => r.AddService("s")).UsePipelineInstrumentation())))
            await RunAsync();
        var resource = capture.Resource.ToDictionary(r => r.Key, r => r.Value);
        Assert.That(resource["host.name"], Is.EqualTo(Environment.MachineName));
        Assert.That(resource["process.owner"], Is.EqualTo(Environment.UserName));
        Assert.That(resource["service.name"], Is.EqualTo("s"));
    }

    [Test]
    public void A_thousand_starts_with_a_stable_instance_id_leave_the_series_where_one_left_them()
    {
        var series = new HashSet<string>();
        for (var i = 0; i < 1_000; i++)
        {
            using var provider = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(r => r.AddService("s"))
                .AddPipelineInstrumentation(o => o.StableInstanceId = true)
                .Build();
            series.Add(string.Join(',', provider.GetResource().Attributes.Select(a => $"{a.Key}={a.Value}").Order()));
        }

        Assert.That(series, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Pipelines_with_a_logger_of_their_own_use_that()
    {
        var capture = new Capture();
        using var own = LoggerFactory.Create(_ => { });
        using (OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation())))
            await new Pipeline("p", null, own).RunAsync(_ => Task.CompletedTask);
        Assert.That(capture.Logs, Is.Empty);
        Assert.That(capture.Spans, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task After_the_container_is_gone_pipelines_run_on_unobserved()
    {
        var capture = new Capture();
        using (OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation()))) { }
        await RunAsync();
        Assert.That(capture.Logs, Is.Empty);
    }
}
