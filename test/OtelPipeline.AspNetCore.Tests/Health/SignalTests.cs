using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using OtelPipeline.AspNetCore.Health;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>Metrics and events, in a worker without a web server and with the real SDK.</summary>
[NonParallelizable]
public sealed class SignalTests
{
    private static Dictionary<string, double> Status(string check, string state) =>
        new[] { "healthy", "degraded", "unhealthy" }.ToDictionary(
            s => $"pipeline.health.status[1] pipeline.health.check.name={check},pipeline.health.state={s}",
            s => s == state ? 1.0 : 0.0
        );

    /// <summary>A check that says when it was first evaluated since its result was set.</summary>
    private sealed class Steps
    {
        public Steps(HealthStatus first)
        {
            Check = new ScriptedCheck();
            Asked = Set(first);
        }

        public ScriptedCheck Check { get; }

        public Task Asked { get; }

        public Task Set(HealthStatus status)
        {
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Check.Answer = _ =>
            {
                asked.TrySetResult();
                return Task.FromResult(new HealthCheckResult(status));
            };
            return asked.Task;
        }
    }

    [Test]
    public async Task A_worker_publishes_the_current_state_and_one_event_for_each_change()
    {
        var steps = new Steps(HealthStatus.Healthy);
        await using var worker = new Worker(checks => checks.AddPipelineHealth(NoCache).AddCheck("source", steps.Check));
        await worker.StartAsync();
        await steps.Asked;
        HealthStatus[] sequence =
        [
            HealthStatus.Healthy,
            HealthStatus.Degraded,
            HealthStatus.Degraded,
            HealthStatus.Unhealthy,
            HealthStatus.Unhealthy,
            HealthStatus.Healthy,
            HealthStatus.Unhealthy,
            HealthStatus.Degraded,
            HealthStatus.Healthy,
        ];
        var last = HealthStatus.Healthy;
        foreach (var status in sequence)
        {
            await NextAsync(worker, steps.Set(status));
            if (status != last)
                await worker.Log.NextAsync();
            last = status;
            if (!worker.Log.Events.IsEmpty)
                Assert.That(worker.Collect(), Is.EquivalentTo(Status("source", Word(status))));
        }

        Assert.That(
            worker.Log.Events.Select(e => (e.Level, e["pipeline.health.state.previous"], e["pipeline.health.state"])),
            Is.EqualTo(
                new[]
                {
                    (LogLevel.Warning, "healthy", "degraded"),
                    (LogLevel.Error, "degraded", "unhealthy"),
                    (LogLevel.Information, "unhealthy", "healthy"),
                    (LogLevel.Error, "healthy", "unhealthy"),
                    (LogLevel.Warning, "unhealthy", "degraded"),
                    (LogLevel.Information, "degraded", "healthy"),
                }
            )
        );
        Assert.That(worker.Log.Events.Select(e => e["pipeline.health.check.name"]), Is.All.EqualTo("source"));
        Assert.That(worker.Log.Events.First().Message, Is.EqualTo("Health check source is degraded"));
    }

    // a tick that comes before the loop waits for it is not lost
    private static Task NextAsync(Worker worker, Task asked)
    {
        worker.Time.Advance(TimeSpan.FromSeconds(30));
        return asked.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static void NoCache(PipelineHealthOptions options) => options.CacheDuration = TimeSpan.Zero;

    private static string Word(HealthStatus status) =>
        status switch
        {
            HealthStatus.Healthy => "healthy",
            HealthStatus.Degraded => "degraded",
            _ => "unhealthy",
        };

    [Test]
    public async Task A_first_result_that_is_not_healthy_is_an_event_without_a_previous_state()
    {
        await using var worker = new Worker(checks => checks.AddPipelineDatabaseCheck("orders", _ => throw new IOException("no")));
        await worker.StartAsync();
        await worker.Log.NextAsync();

        var e = worker.Log.Events.Single();
        Assert.That((e.Level, e.Message), Is.EqualTo((LogLevel.Error, "Health check orders is unhealthy: error")));
        Assert.That(
            e.Attributes,
            Is.EquivalentTo(
                new Dictionary<string, object?>
                {
                    ["pipeline.health.check.name"] = "orders",
                    ["pipeline.health.state"] = "unhealthy",
                    ["pipeline.health.check.duration"] = 0.0,
                    ["pipeline.health.reason"] = "error",
                    ["error.type"] = "System.IO.IOException",
                }
            )
        );
        Assert.That(worker.Collect(), Is.EquivalentTo(Status("orders", "unhealthy")));
    }

    [Test]
    public async Task Stopping_is_no_change_of_state()
    {
        var entered = new TaskCompletionSource();
        var check = new ScriptedCheck
        {
            Answer = async cancel =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, cancel);
                return HealthCheckResult.Healthy();
            },
        };
        await using (var worker = new Worker(checks => checks.AddPipelineHealth().AddCheck("busy", check)))
        {
            await worker.StartAsync();
            await entered.Task;
            await worker.StopAsync();
            Assert.That(worker.Log.Events, Is.Empty);
            Assert.That(worker.Collect(), Is.Empty);
        }
    }

    [Test]
    public async Task A_check_with_a_period_of_its_own_keeps_it()
    {
        var often = new Steps(HealthStatus.Healthy);
        var seldom = new Steps(HealthStatus.Healthy);
        await using var worker = new Worker(checks =>
            checks
                .AddPipelineHealth(o => o.Period = TimeSpan.FromHours(1))
                .Add(new HealthCheckRegistration("often", often.Check, null, null) { Period = TimeSpan.FromSeconds(10) })
                .AddCheck("seldom", seldom.Check)
        );
        await worker.StartAsync();
        await often.Asked;
        await seldom.Asked;

        var asked = often.Set(HealthStatus.Healthy);
        worker.Time.Advance(TimeSpan.FromSeconds(10));
        await asked.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(seldom.Check.Calls, Is.EqualTo(1));
    }

    [Test]
    public async Task System_gauges_reach_the_sdk_with_units_and_the_mount_point()
    {
        using var files = new FakeSystem();
        var disk = 0.96;
        files.WriteMachine(busy: 100, idle: 100, memoryTotalKb: 1000, memoryAvailableKb: 250);
        await using var worker = new Worker(checks =>
            checks.AddPipelineSystemCheck(configure: o =>
            {
                o.Root = files.Root;
                o.Paths.Add("/");
                o.DiskUtilization = _ => disk;
            })
        );
        await worker.StartAsync();
        await worker.Log.NextAsync();

        var points = worker.Collect();
        Assert.That(points["system.memory.utilization[1] "], Is.EqualTo(0.75));
        Assert.That(points["system.filesystem.utilization[1] system.filesystem.mountpoint=/"], Is.EqualTo(0.96));
        Assert.That(points.Keys, Has.None.Contains("cpu"), "there is nothing to compare with yet");
        Assert.That(worker.Log.Events.Single()["pipeline.health.reason"], Is.EqualTo("disk"));

        files.WriteMachine(busy: 110, idle: 190, memoryTotalKb: 1000, memoryAvailableKb: 250);
        disk = 0.5;
        worker.Time.Advance(TimeSpan.FromSeconds(30));
        await worker.Log.NextAsync();
        points = worker.Collect();
        Assert.That(points["system.cpu.utilization[1] "], Is.EqualTo(0.1).Within(1e-9));
        Assert.That(points["system.filesystem.utilization[1] system.filesystem.mountpoint=/"], Is.EqualTo(0.5));
    }

    [Test]
    public async Task Probes_make_no_spans_and_do_not_join_the_trace_of_who_asked_first()
    {
        var spans = new ConcurrentQueue<string>();
        System.Diagnostics.Activity? seen = null;
        var database = new FakeDatabase
        {
            OnOpen = _ =>
            {
                using var activity = s_source.StartActivity("SELECT");
                return Task.CompletedTask;
            },
        };
        var foreign = new ScriptedCheck
        {
            Answer = _ =>
            {
                seen = System.Diagnostics.Activity.Current;
                return Task.FromResult(HealthCheckResult.Unhealthy());
            },
        };
        using var around = new System.Diagnostics.Activity("request").Start();
        await using var worker = new Worker(
            checks => checks.AddPipelineDatabaseCheck("db", _ => database.Connect()).AddCheck("foreign", foreign),
            otel => otel.WithTracing(t => t.AddSource(s_source.Name).AddProcessor(new SimpleActivityExportProcessor(new SpanNames(spans))))
        );

        await worker.StartAsync();
        await worker.Log.NextAsync();
        Assert.That(seen, Is.Null);
        Assert.That(spans, Is.Empty);
    }

    private static readonly System.Diagnostics.ActivitySource s_source = new("Health.Tests.Database");

    private sealed class SpanNames(ConcurrentQueue<string> names) : BaseExporter<System.Diagnostics.Activity>
    {
        public override ExportResult Export(in Batch<System.Diagnostics.Activity> batch)
        {
            foreach (var span in batch)
                names.Enqueue(span.DisplayName);
            return ExportResult.Success;
        }
    }

    [Test]
    public async Task A_logger_that_throws_does_no_harm()
    {
        var steps = new Steps(HealthStatus.Unhealthy);
        await using var worker = new Worker(
            checks => checks.AddPipelineHealth(NoCache).AddCheck("source", steps.Check),
            otel => otel.Services.AddSingleton<ILoggerProvider>(new ThrowingLogger())
        );
        await worker.StartAsync();
        await steps.Asked;
        await NextAsync(worker, steps.Set(HealthStatus.Degraded));
        await NextAsync(worker, steps.Set(HealthStatus.Unhealthy));

        // once it is asked again, the result before is recorded
        await NextAsync(worker, steps.Set(HealthStatus.Unhealthy));

        Assert.That(worker.Collect(), Is.EquivalentTo(Status("source", "unhealthy")));
    }

    private sealed class ThrowingLogger : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName == "OtelPipeline" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? e, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("no log today");

        public void Dispose() { }
    }
}
