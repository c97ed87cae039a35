using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>A real Kestrel on a free port with the health endpoints, and a clock that the test moves.</summary>
internal sealed class HealthApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthApp(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public FakeTimeProvider Time { get; private init; } = null!;

    public LogCapture Log { get; private init; } = null!;

    public IServiceProvider Services => _app.Services;

    public static async Task<HealthApp> StartAsync(
        Action<IHealthChecksBuilder> checks,
        Action<IServiceCollection>? services = null,
        params (string Key, string Value)[] settings
    )
    {
        var time = new FakeTimeProvider();
        var log = new LogCapture();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Logging.AddProvider(log);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => new KeyValuePair<string, string?>("OtelPipeline:Health:" + s.Key, s.Value))
        );
        checks(builder.Services.AddHealthChecks());
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapPipelineHealth();
        await app.StartAsync();
        return new HealthApp(app) { Time = time, Log = log };
    }

    public async Task<(HttpStatusCode Code, string Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks while the clock goes on in steps, for checks that wait for it.</summary>
    public Task<(HttpStatusCode Code, string Body)> GetWhileAdvancingAsync(string path, TimeSpan? step = null) =>
        Time.AdvanceUntilAsync(GetAsync(path), step ?? TimeSpan.FromSeconds(1));

    /// <summary>State and reason of one check as <c>/health</c> shows them.</summary>
    public static (string? Status, string? Reason) CheckOf(string body, string check)
    {
        using var json = JsonDocument.Parse(body);
        var found = json.RootElement.GetProperty("checks").GetProperty(check);
        Assert.That(found.GetProperty("duration_ms").GetDouble(), Is.GreaterThanOrEqualTo(0));
        return (found.GetProperty("status").GetString(), found.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

internal static class Advancing
{
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider time, Task<T> task, TimeSpan step)
    {
        while (!task.IsCompleted)
        {
            time.Advance(step);
            await Task.Yield();
        }

        return await task;
    }
}
