using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>The check of a service, against a real server.</summary>
public sealed class ServiceCheckTests
{
    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static Uri Address(WebApplication service) => new(service.Urls.Single() + "/status?token=hunter2");

    [TestCase(200, "healthy", null)]
    [TestCase(204, "healthy", null)]
    [TestCase(302, "unhealthy", "bad_status")]
    [TestCase(401, "unhealthy", "bad_status")]
    [TestCase(429, "unhealthy", "bad_status")]
    [TestCase(503, "unhealthy", "bad_status")]
    public async Task Only_success_is_healthy(int code, string status, string? reason)
    {
        var requested = new List<string>();
        await using var service = await ServeAsync(context =>
        {
            requested.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            context.Response.StatusCode = code;
            if (code == 302)
                context.Response.Headers.Location = "/login";
            return Task.CompletedTask;
        });
        await using var app = await HealthApp.StartAsync(checks => checks.AddPipelineServiceCheck("crossref", Address(service)));

        var (_, body) = await app.GetAsync("/health");

        Assert.That(HealthApp.CheckOf(body, "crossref"), Is.EqualTo((status, reason)));
        Assert.That(requested, Is.EqualTo(new[] { "GET /status?token=hunter2" }));
        Assert.That(body, Does.Not.Contain("hunter2").And.Not.Contain("127.0.0.1"));
    }

    [Test]
    public async Task A_service_that_hangs_times_out()
    {
        var release = new TaskCompletionSource();
        await using var service = await ServeAsync(_ => release.Task);
        await using var app = await HealthApp.StartAsync(checks => checks.AddPipelineServiceCheck("crossref", Address(service)));

        var (code, body) = await app.GetWhileAdvancingAsync("/ready");

        Assert.That((code, HealthApp.CheckOf(body, "crossref")), Is.EqualTo((HttpStatusCode.ServiceUnavailable, ("unhealthy", "timeout"))));
        release.SetResult();
    }

    [Test]
    public async Task A_service_that_takes_over_a_second_is_degraded()
    {
        HealthApp? app = null;
        var started = new TaskCompletionSource();
        await using var service = await ServeAsync(async _ =>
        {
            await started.Task;
            app!.Time.Advance(TimeSpan.FromSeconds(1.5));
        });
        await using (app = await HealthApp.StartAsync(checks => checks.AddPipelineServiceCheck("crossref", Address(service))))
        {
            started.SetResult();
            Assert.That(HealthApp.CheckOf((await app.GetAsync("/health")).Body, "crossref"), Is.EqualTo(("degraded", "slow")));
        }
    }

    [Test]
    public async Task A_service_that_is_not_there_is_an_error()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineServiceCheck("crossref", new Uri($"http://127.0.0.1:{port}"))
        );

        Assert.That(HealthApp.CheckOf((await app.GetAsync("/health")).Body, "crossref"), Is.EqualTo(("unhealthy", "error")));
        Assert.That(app.Log.Events.Single()["error.type"], Is.EqualTo("System.Net.Http.HttpRequestException"));
    }

    [Test]
    public async Task A_client_of_the_users_is_used()
    {
        using var client = new HttpClient(new Handler());
        await using var app = await HealthApp.StartAsync(checks =>
            checks.AddPipelineServiceCheck("own", new Uri("https://nowhere.invalid"), client: _ => client)
        );

        Assert.That((await app.GetAsync("/health")).Code, Is.EqualTo(HttpStatusCode.OK));
    }

    private sealed class Handler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
