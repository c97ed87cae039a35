using Microsoft.Extensions.DependencyInjection;
using OtelPipeline.Signals;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>What is on metrics, and what never is.</summary>
internal sealed class MetricTests
{
    [Test]
    public async Task Bodies_are_measured_by_role_host_and_error()
    {
        await using var origin = await Origin.StartAsync();
        using var exported = new Exported();
        using var clients = Clients.With();
        await new Pipeline("p").RunAsync(async _ =>
        {
            await clients.Client.GetByteArrayAsync(new Uri(origin.Url, "/a?body=1000&key=secret"));
            await clients.Client.GetByteArrayAsync(new Uri(origin.Url, "/b?body=24"));
            (await clients.Client.GetAsync(new Uri(origin.Url, "/c?status=404&body=9"))).Dispose();
            (await clients.Client.GetAsync(new Uri(origin.Url, "/d?status=204"))).Dispose();
        });
        var points = exported.Collect();

        Assert.That(
            points.Where(p => p.Metric is "http.client.response.body.size").Select(Text),
            Is.EquivalentTo(
                new[]
                {
                    "http.client.response.body.size By 2 1024 pipeline.http.role=content server.address=127.0.0.1",
                    "http.client.response.body.size By 1 9 error.type=404 pipeline.http.role=content server.address=127.0.0.1",
                }
            )
        );
        var durations = points.Where(p => p.Metric is "pipeline.http.response.body.duration").ToList();
        Assert.That(durations.Select(p => p.Unit), Is.All.EqualTo("s"));
        Assert.That(durations.Select(p => p.Count), Is.EquivalentTo(new[] { 2, 1 }));
        Assert.That(durations.Select(p => p.Sum), Is.All.GreaterThan(0).And.All.LessThan(30));
        Assert.That(
            durations.Select(p => string.Join(' ', p.Tags.Keys.Order(StringComparer.Ordinal))),
            Is.EquivalentTo(new[] { "pipeline.http.role server.address", "error.type pipeline.http.role server.address" })
        );
    }

    [Test]
    public async Task The_role_is_on_the_duration_of_requests_once_for_each_attempt()
    {
        await using var origin = await Origin.StartAsync();
        using var exported = new Exported();
        using var clients = Clients.With(
            new Between(
                async (request, next, _) =>
                {
                    (await next(request)).Dispose();
                    return await next(request);
                }
            )
        );
        (await clients.Client.GetAsync(new Uri(origin.Url, "/a?status=500&status=200"))).Dispose();

        var points = exported.Collect().Where(p => p.Metric == "http.client.request.duration").ToList();
        Assert.That(points.Select(p => $"{p["http.response.status_code"]} {p.Count}"), Is.EquivalentTo(new[] { "500 1", "200 1" }));
        Assert.That(points.Select(p => p[PipelineAttributes.HttpRole]), Is.All.EqualTo("content"));
    }

    [Test]
    public async Task Nothing_on_metrics_names_a_run_or_an_address()
    {
        await using var origin = await Origin.StartAsync();
        using var exported = new Exported();
        using var clients = Clients.With(static options => options.PropagateRunTo.Add("127.0.0.1"));
        string? id = null;
        await new Pipeline("p").RunAsync(async run =>
        {
            id = run.Id;
            await clients.Client.GetByteArrayAsync(new Uri(origin.Url, "/private/paper.pdf?body=1000&key=secret"));
        });

        foreach (var (key, value) in exported.Collect().SelectMany(p => p.Tags))
        {
            Assert.That(key, Does.Not.StartWith("url.full").And.Not.Contain("run.id"));
            Assert.That($"{value}", Does.Not.Contain(id).And.Not.Contain("private").And.Not.Contain("secret").And.Not.Contain("://"));
        }
    }

    [Test]
    public async Task Ten_thousand_hosts_leave_a_hundred_series()
    {
        using var exported = new Exported();
        using var clients = Clients.Of(
            static (client, _) =>
                client
                    .RemoveAllLoggers()
                    .AddPipelineTelemetry("content")
                    .ConfigurePrimaryHttpMessageHandler(static () =>
                        new Stub(static _ => new HttpResponseMessage { Content = new ByteArrayContent(new byte[10]) })
                    )
        );
        var client = clients.Client;
        for (var i = 0; i < 10_000; i++)
            await client.GetByteArrayAsync(new Uri($"http://host{i}.example.com/{i}"));
        var points = exported.Collect().Where(p => p.Metric == PipelineMetrics.HttpClientResponseBodySize).ToList();

        Assert.That(points, Has.Count.EqualTo(101));
        Assert.That(points.Single(p => Equals(p["server.address"], "_other")).Count, Is.EqualTo(9_900));
        Assert.That(exported.Events.Select(e => e["server.address"]).Distinct().Count(), Is.EqualTo(10_000), "events have the real one");
    }

    private static string Text(Exported.Point point) =>
        $"{point.Metric} {point.Unit} {point.Count} {point.Sum} {string.Join(' ', point.Tags.Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal))}";
}
