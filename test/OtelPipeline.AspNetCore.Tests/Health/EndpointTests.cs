using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OtelPipeline.AspNetCore.Tests.Health;

public sealed class EndpointTests
{
    [Test]
    public async Task Healthy_checks_give_the_documented_answers()
    {
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineHealth().AddCheck("one", new ScriptedCheck()).AddCheck("two", new ScriptedCheck())
        );

        Assert.That(await app.GetAsync("/live"), Is.EqualTo((HttpStatusCode.OK, """{"status":"ok"}""")));
        Assert.That(await app.GetAsync("/ready"), Is.EqualTo((HttpStatusCode.OK, """{"status":"ready"}""")));
        Assert.That(
            await app.GetAsync("/health"),
            Is.EqualTo(
                (
                    HttpStatusCode.OK,
                    """{"status":"healthy","checks":{"one":{"status":"healthy","duration_ms":0},"two":{"status":"healthy","duration_ms":0}}}"""
                )
            )
        );
    }

    [TestCase(HealthStatus.Healthy, 200, "healthy", 200, "ready")]
    [TestCase(HealthStatus.Degraded, 200, "degraded", 200, "ready")]
    [TestCase(HealthStatus.Unhealthy, 503, "unhealthy", 503, "not_ready")]
    public async Task Degraded_still_serves_and_unhealthy_does_not(
        HealthStatus status,
        int healthCode,
        string health,
        int readyCode,
        string ready
    )
    {
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineHealth().AddCheck("good", new ScriptedCheck()).AddCheck("other", new ScriptedCheck(status))
        );

        var (code, body) = await app.GetAsync("/health");
        Assert.That(((int)code, HealthApp.CheckOf(body, "other").Status), Is.EqualTo((healthCode, health)));
        Assert.That(body, Does.StartWith($$"""{"status":"{{health}}","checks":{"""));
        (code, body) = await app.GetAsync("/ready");
        Assert.That((int)code, Is.EqualTo(readyCode));
        if (status == HealthStatus.Unhealthy)
            Assert.That(
                body,
                Is.EqualTo(
                    """{"status":"not_ready","checks":{"good":{"status":"healthy","duration_ms":0},"other":{"status":"unhealthy","duration_ms":0}}}"""
                )
            );
        else
            Assert.That(body, Is.EqualTo($$"""{"status":"{{ready}}"}"""));
        Assert.That((await app.GetAsync("/live")).Code, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Without_checks_everything_is_healthy()
    {
        await using var app = await HealthApp.StartAsync(checks => checks.AddPipelineHealth());

        Assert.That(await app.GetAsync("/ready"), Is.EqualTo((HttpStatusCode.OK, """{"status":"ready"}""")));
        Assert.That(await app.GetAsync("/health"), Is.EqualTo((HttpStatusCode.OK, """{"status":"healthy","checks":{}}""")));
    }

    [Test]
    public async Task Live_answers_while_a_check_hangs()
    {
        var hang = new TaskCompletionSource<HealthCheckResult>();
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineHealth().AddCheck("hangs", new ScriptedCheck { Answer = _ => hang.Task })
        );
        var health = app.GetAsync("/health");

        Assert.That(await app.GetAsync("/live"), Is.EqualTo((HttpStatusCode.OK, """{"status":"ok"}""")));

        Assert.That(health.IsCompleted, Is.False);
        hang.SetResult(HealthCheckResult.Healthy());
        Assert.That((await health).Code, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Readiness_can_depend_on_tagged_checks_only()
    {
        await using var app = await HealthApp.StartAsync(
            checks =>
                checks
                    .AddPipelineHealth()
                    .AddCheck("needed", new ScriptedCheck(), tags: ["ready"])
                    .AddCheck("other", new ScriptedCheck(HealthStatus.Unhealthy)),
            settings: ("ReadyTag", "ready")
        );

        Assert.That((await app.GetAsync("/ready")).Code, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await app.GetAsync("/health")).Code, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [TestCase("/live")]
    [TestCase("/ready")]
    [TestCase("/health")]
    public async Task Answers_are_json_not_cached_and_head_has_no_body(string path)
    {
        await using var app = await HealthApp.StartAsync(checks => checks.AddPipelineHealth());

        using var get = await app.Client.GetAsync(new Uri(path, UriKind.Relative));
        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        using var post = await app.Client.PostAsync(new Uri(path, UriKind.Relative), null);

        Assert.That(get.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        Assert.That(get.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(get.Content.Headers.ContentLength));
        Assert.That(await head.Content.ReadAsStringAsync(), Is.Empty);
        Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task Groups_and_conventions_apply_to_all_three()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddHealthChecks().AddPipelineHealth();
        await using var app = builder.Build();

        app.MapGroup("/admin").MapPipelineHealth().WithMetadata("seen");

        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).Cast<RouteEndpoint>().ToArray();
        Assert.That(
            endpoints.Select(e => e.RoutePattern.RawText),
            Is.EquivalentTo(new[] { "/admin/live", "/admin/ready", "/admin/health" })
        );
        Assert.That(endpoints.Select(e => e.Metadata.GetMetadata<string>()), Is.All.EqualTo("seen"));
    }

    [Test]
    public async Task Mapping_without_registration_says_what_to_call()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();

        Assert.That(
            () => app.MapPipelineHealth(),
            Throws.InvalidOperationException.With.Message.Contains("AddHealthChecks().AddPipelineHealth()")
        );
    }

    [Test]
    public async Task A_flood_of_requests_asks_the_database_once_until_the_result_is_old()
    {
        var database = new FakeDatabase();
        var opened = new TaskCompletionSource();
        database.OnOpen = _ => opened.Task;
        await using var app = await HealthApp.StartAsync(checks => checks.AddPipelineDatabaseCheck("orders", _ => database.Connect()));

        var flood = Enumerable.Range(0, 200).Select(i => app.GetAsync(i % 2 == 0 ? "/ready" : "/health")).ToArray();
        opened.SetResult();
        var answers = await Task.WhenAll(flood);
        Assert.That(answers.Select(a => a.Code), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(database.Opened, Is.EqualTo(1));

        app.Time.Advance(TimeSpan.FromSeconds(1.9));
        await app.GetAsync("/ready");
        Assert.That(database.Opened, Is.EqualTo(1), "the result of 1.9 s ago still answers");

        app.Time.Advance(TimeSpan.FromSeconds(0.1));
        await app.GetAsync("/ready");
        Assert.That(database.Opened, Is.EqualTo(2));
        Assert.That(database.Disposed, Is.EqualTo(2));
    }

    [Test]
    public async Task A_client_that_leaves_takes_nothing_from_the_others()
    {
        var answer = new TaskCompletionSource<HealthCheckResult>();
        var check = new ScriptedCheck { Answer = _ => answer.Task };
        await using var app = await HealthApp.StartAsync(checks => checks.AddPipelineHealth().AddCheck("slow", check));
        using var leave = new CancellationTokenSource();
        var leaving = app.Client.GetAsync(new Uri("/health", UriKind.Relative), leave.Token);
        var staying = app.GetAsync("/health");

        await leave.CancelAsync();
        Assert.That(async () => await leaving, Throws.InstanceOf<OperationCanceledException>());
        answer.SetResult(HealthCheckResult.Healthy());

        Assert.That((await staying).Code, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(check.Calls, Is.EqualTo(1));
    }

    [Test]
    public async Task Bodies_events_and_results_hold_no_secret()
    {
        const string Secret = "hunter2";
        var database = new FakeDatabase
        {
            OnOpen = _ => throw new InvalidOperationException($"Server=db;User=me;Password={Secret} was refused"),
        };
        var data = new Dictionary<string, object> { ["key"] = Secret, ["pipeline.health.reason"] = Secret };
        await using var app = await HealthApp.StartAsync(checks =>
            checks
                .AddPipelineDatabaseCheck("database", _ => database.Connect())
                .AddPipelineDatabaseCheck("factory", _ => throw new ArgumentException($"Password={Secret}"))
                .AddPipelineServiceCheck("service", new Uri($"http://127.0.0.1:1/{Secret}?token={Secret}"))
                .AddCheck("foreign", new ScriptedCheck { Answer = _ => throw new IOException(Secret) })
                .AddCheck(
                    "talkative",
                    new ScriptedCheck { Answer = _ => Task.FromResult(HealthCheckResult.Unhealthy(Secret, new IOException(Secret), data)) }
                )
        );

        var bodies = new List<string>();
        foreach (var path in new[] { "/health", "/ready", "/live" })
            bodies.Add((await app.GetAsync(path)).Body);

        Assert.That(bodies, Has.None.Contains(Secret).And.None.Contains("127.0.0.1").And.None.Contains("Password"));
        foreach (var check in new[] { "database", "factory", "service", "foreign", "talkative" })
            Assert.That(HealthApp.CheckOf(bodies[0], check), Is.EqualTo(("unhealthy", "error")), check);
        Assert.That(app.Log.Events, Has.Count.EqualTo(5));
        foreach (var e in app.Log.Events)
        {
            Assert.That(e.Exception, Is.Null);
            Assert.That(e.Message + string.Join(';', e.Attributes), Does.Not.Contain(Secret).And.Not.Contain("127.0.0.1"));
        }
    }

    [Test]
    public async Task Hostile_names_of_checks_stay_valid_json()
    {
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineHealth().AddCheck("a\"b\\c\n<ü>\u2028", new ScriptedCheck())
        );

        var (_, body) = await app.GetAsync("/health");

        Assert.That(HealthApp.CheckOf(body, "a\"b\\c\n<ü>\u2028").Status, Is.EqualTo("healthy"));
        Assert.That(Regex.IsMatch(body, "\n"), Is.False);
    }
}
