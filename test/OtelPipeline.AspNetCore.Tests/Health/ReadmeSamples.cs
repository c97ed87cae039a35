using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>The samples of the README compile and run.</summary>
public sealed class ReadmeSamples
{
    public sealed class StagingArea
    {
        public Task<int> CountAsync(CancellationToken cancellationToken) => Task.FromResult(2_000);
    }

    public sealed class StagingCheck(StagingArea staging) : PipelineHealthCheck(degradedAfter: TimeSpan.FromSeconds(1))
    {
        protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken) =>
            await staging.CountAsync(cancellationToken) < 1_000
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Files pile up in the staging area.");
    }

    private sealed class DataSource : DbDataSource
    {
        public override string ConnectionString => "";

        protected override DbConnection CreateDbConnection() => new FakeDatabase().Connect();
    }

    [Test]
    public async Task The_sample_runs()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<DbDataSource, DataSource>().AddSingleton<StagingArea>();

        builder
            .Services.AddHealthChecks()
            .AddPipelineSystemCheck()
            .AddPipelineDatabaseCheck("orders", services => services.GetRequiredService<DbDataSource>().CreateConnection())
            .AddPipelineServiceCheck("catalog", new Uri("http://localhost:9080/status"))
            .AddPipelineExporterCheck(configure: exporters => exporters.Directories.Add("telemetry"))
            .AddPipelineLastSuccessCheck("nightly", "nightly_etl", nightly => nightly.MaxAge = TimeSpan.FromHours(25))
            .AddCheck<StagingCheck>("staging");

        var app = builder.Build();
        app.MapPipelineHealth();

        await using (app)
        {
            await app.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
            Assert.That(await client.GetStringAsync(new Uri("/live", UriKind.Relative)), Is.EqualTo("""{"status":"ok"}"""));
            var body = await (await client.GetAsync(new Uri("/health", UriKind.Relative))).Content.ReadAsStringAsync();
            Assert.That(HealthApp.CheckOf(body, "orders").Status, Is.EqualTo("healthy"));
            Assert.That(HealthApp.CheckOf(body, "staging").Status, Is.EqualTo("degraded"));
        }
    }
}
