using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>Checks that are slow, hang, block or throw.</summary>
public sealed class TimeTests
{
    // a result that is asked for is always a new one
    private static readonly (string, string) s_noCache = ("CacheDuration", "00:00:00");

    [TestCase(1.0, "healthy", null)]
    [TestCase(1.001, "degraded", "slow")]
    [TestCase(4.9, "degraded", "slow")]
    public async Task A_database_that_takes_over_a_second_is_degraded(double seconds, string status, string? reason)
    {
        var database = new FakeDatabase();
        HealthApp? app = null;
        var started = new TaskCompletionSource();
        database.OnQuery = async _ =>
        {
            await started.Task;
            app!.Time.Advance(TimeSpan.FromSeconds(seconds));
        };
        await using (app = await HealthApp.StartAsync(checks => checks.AddPipelineDatabaseCheck("db", _ => database.Connect())))
        {
            started.SetResult();
            var (code, body) = await app.GetAsync("/health");

            Assert.That(code, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(HealthApp.CheckOf(body, "db"), Is.EqualTo((status, reason)));
            Assert.That(body, Does.Contain(FormattableString.Invariant($"\"duration_ms\":{Math.Round(seconds * 1000)}}}")));
            Assert.That(database.LastQuery, Is.EqualTo("SELECT 1"));
        }
    }

    [Test]
    public async Task A_database_without_a_query_is_only_opened()
    {
        var database = new FakeDatabase();
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineDatabaseCheck("db", _ => database.Connect(), o => o.Query = null)
        );

        Assert.That((await app.GetAsync("/health")).Code, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((database.Opened, database.Asked, database.Disposed), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public async Task A_database_that_hangs_times_out_is_not_asked_again_while_it_hangs_and_recovers()
    {
        var database = new FakeDatabase();
        var hang = new TaskCompletionSource();
        database.OnOpen = _ => hang.Task; // ignores its token
        await using var app = await HealthApp.StartAsync(
            checks => checks.AddPipelineDatabaseCheck("db", _ => database.Connect()),
            settings: s_noCache
        );

        var (code, body) = await app.GetWhileAdvancingAsync("/ready");
        Assert.That((code, HealthApp.CheckOf(body, "db")), Is.EqualTo((HttpStatusCode.ServiceUnavailable, ("unhealthy", "timeout"))));

        for (var i = 0; i < 20; i++)
            Assert.That(HealthApp.CheckOf((await app.GetAsync("/health")).Body, "db"), Is.EqualTo(("unhealthy", "timeout")));
        Assert.That(database.Opened, Is.EqualTo(1), "a connection for each evaluation would pile up");

        database.OnOpen = _ => Task.CompletedTask;
        hang.SetResult();
        await UntilAsync(async () => (await app.GetAsync("/health")).Code == HttpStatusCode.OK);
        Assert.That(database.Opened, Is.EqualTo(2));
        Assert.That(app.Log.Events.Select(e => e["pipeline.health.state"]), Is.EqualTo(new[] { "unhealthy", "healthy" }));
    }

    [Test]
    public async Task A_check_that_blocks_its_thread_times_out()
    {
        using var release = new ManualResetEventSlim();
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineDatabaseCheck(
                "db",
                _ =>
                {
                    release.Wait();
                    return new FakeDatabase().Connect();
                }
            )
        );

        var (_, body) = await app.GetWhileAdvancingAsync("/health");

        Assert.That(HealthApp.CheckOf(body, "db"), Is.EqualTo(("unhealthy", "timeout")));
        release.Set();
    }

    [Test]
    public async Task A_check_of_another_library_that_hangs_times_out_alone()
    {
        var hang = new TaskCompletionSource<HealthCheckResult>();
        var check = new ScriptedCheck { Answer = _ => hang.Task };
        await using var app = await HealthApp.StartAsync(
            checks => checks.AddPipelineHealth().AddCheck("hangs", check).AddCheck("good", new ScriptedCheck()),
            settings: s_noCache
        );

        var (_, body) = await app.GetWhileAdvancingAsync("/health");
        Assert.That(HealthApp.CheckOf(body, "hangs"), Is.EqualTo(("unhealthy", "timeout")));

        // the clock ran away above, for this one too
        await UntilAsync(async () => HealthApp.CheckOf((await app.GetAsync("/health")).Body, "good").Status == "healthy");
        Assert.That(HealthApp.CheckOf((await app.GetAsync("/health")).Body, "hangs"), Is.EqualTo(("unhealthy", "timeout")));
        Assert.That(check.Calls, Is.EqualTo(1));
        hang.SetResult(HealthCheckResult.Healthy());
        await UntilAsync(async () => (await app.GetAsync("/health")).Code == HttpStatusCode.OK);
    }

    [Test]
    public async Task A_check_that_honours_its_token_is_asked_to_stop_and_may_be_asked_again()
    {
        var stopped = 0;
        var database = new FakeDatabase
        {
            OnOpen = async cancel =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancel);
                }
                finally
                {
                    Interlocked.Increment(ref stopped);
                }
            },
        };
        await using var app = await HealthApp.StartAsync(
            checks => checks.AddPipelineDatabaseCheck("db", _ => database.Connect()),
            settings: s_noCache
        );

        await app.GetWhileAdvancingAsync("/health");
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref stopped) >= 1));
        database.OnOpen = _ => Task.CompletedTask;
        await UntilAsync(async () => (await app.GetAsync("/health")).Code == HttpStatusCode.OK);
        Assert.That(database.Disposed, Is.EqualTo(database.Opened));
    }

    [Test]
    public async Task Time_outs_come_from_the_check_then_its_configuration_then_the_common_setting()
    {
        await using var app = await HealthApp.StartAsync(
            checks =>
                checks
                    .AddPipelineDatabaseCheck("code", _ => throw new IOException(), o => o.Timeout = TimeSpan.FromSeconds(2))
                    .AddPipelineDatabaseCheck("configured", _ => throw new IOException())
                    .AddPipelineDatabaseCheck("common", _ => throw new IOException())
                    .AddCheck("foreign", new ScriptedCheck())
                    .AddCheck("foreignOwn", new ScriptedCheck(), timeout: TimeSpan.FromSeconds(9)),
            services: null,
            ("Timeout", "00:00:07"),
            ("Checks:code:Timeout", "00:00:03"),
            ("Checks:configured:Timeout", "00:00:04")
        );
        var registrations = app
            .Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>()
            .Value.Registrations.ToDictionary(r => r.Name, r => r.Timeout.TotalSeconds);

        Assert.That(
            registrations,
            Is.EquivalentTo(
                new Dictionary<string, double>
                {
                    ["code"] = 2,
                    ["configured"] = 4,
                    ["common"] = 7,
                    ["foreign"] = 7,
                    ["foreignOwn"] = 9,
                }
            )
        );
    }

    [Test]
    public async Task Failure_status_softens_what_is_unhealthy()
    {
        await using var app = await HealthApp.StartAsync(checks =>
            checks
                .AddPipelineDatabaseCheck("throws", _ => throw new IOException(), failureStatus: HealthStatus.Degraded)
                .AddPipelineLastSuccessCheck("late", "never_runs", o => o.MaxAge = TimeSpan.FromSeconds(1), HealthStatus.Degraded)
        );
        app.Time.Advance(TimeSpan.FromSeconds(2));

        var (code, body) = await app.GetAsync("/health");

        Assert.That(code, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(HealthApp.CheckOf(body, "throws"), Is.EqualTo(("degraded", "error")));
        Assert.That(HealthApp.CheckOf(body, "late"), Is.EqualTo(("degraded", "no_success")));
    }

    /// <summary>A check of a user's own.</summary>
    private sealed class OwnCheck(Func<CancellationToken, Task<HealthCheckResult>> probe, TimeSpan degradedAfter, TimeProvider time)
        : PipelineHealthCheck(degradedAfter, time)
    {
        protected override Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken) => probe(cancellationToken);
    }

    private static HealthCheckContext Context(TimeSpan? timeout = null, HealthStatus failure = HealthStatus.Unhealthy) =>
        new() { Registration = new HealthCheckRegistration("own", new ScriptedCheck(), failure, null, timeout) };

    [Test]
    public async Task The_base_alone_keeps_the_rules_for_users_checks()
    {
        var time = new FakeTimeProvider();
        async Task<HealthCheckResult> RunAsync(Func<CancellationToken, Task<HealthCheckResult>> probe, double degradedAfter = 1) =>
            await new OwnCheck(probe, TimeSpan.FromSeconds(degradedAfter), time).CheckHealthAsync(Context());
        Task<HealthCheckResult> After(double seconds, HealthCheckResult result)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            return Task.FromResult(result);
        }

        Assert.That((await RunAsync(_ => After(1, HealthCheckResult.Healthy("fine")))).Description, Is.EqualTo("fine"));
        Assert.That((await RunAsync(_ => After(2, HealthCheckResult.Healthy()))).Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That((await RunAsync(_ => After(2, HealthCheckResult.Healthy()), 0)).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That((await RunAsync(_ => After(2, HealthCheckResult.Degraded("own words")))).Description, Is.EqualTo("own words"));
        Assert.That((await RunAsync(_ => After(2, HealthCheckResult.Unhealthy("bad")))).Status, Is.EqualTo(HealthStatus.Unhealthy));
        var thrown = await RunAsync(_ => throw new IOException("boom"));
        Assert.That((thrown.Status, thrown.Exception?.Message), Is.EqualTo((HealthStatus.Unhealthy, "boom")));
    }

    [Test]
    public async Task The_base_times_out_by_the_registration_and_by_5_seconds_without_one()
    {
        var time = new FakeTimeProvider();
        foreach (var (timeout, expected) in new[] { (TimeSpan.FromSeconds(2), "within 2 s"), (default(TimeSpan?), "within 5 s") })
        {
            var check = new OwnCheck(_ => new TaskCompletionSource<HealthCheckResult>().Task, default, time);

            var result = await time.AdvanceUntilAsync(check.CheckHealthAsync(Context(timeout)), TimeSpan.FromSeconds(1));

            Assert.That(result.Status, Is.EqualTo(HealthStatus.Unhealthy));
            Assert.That(result.Description, Does.Contain(expected));
        }
    }

    [Test]
    public void The_base_lets_cancellation_by_its_caller_through()
    {
        var check = new OwnCheck(
            c => Task.Delay(Timeout.Infinite, c).ContinueWith(_ => HealthCheckResult.Healthy()),
            default,
            new FakeTimeProvider()
        );
        using var cancel = new CancellationTokenSource();

        var result = check.CheckHealthAsync(Context(), cancel.Token);
        cancel.Cancel();

        Assert.That(async () => await result, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => new OwnCheck(null!, TimeSpan.FromTicks(-1), TimeProvider.System),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "it did not come true");
            await Task.Yield();
        }
    }
}
