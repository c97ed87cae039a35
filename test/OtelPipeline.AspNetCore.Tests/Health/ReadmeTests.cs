using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>The samples of the README compile, run and are what the README shows.</summary>
public sealed class ReadmeTests
{
    public sealed class StagingArea
    {
        public Task<int> CountAsync(CancellationToken cancellationToken) => Task.FromResult(2_000);
    }

    // sample
    public sealed class StagingCheck(StagingArea staging) : PipelineHealthCheck(degradedAfter: TimeSpan.FromSeconds(1))
    {
        protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken) =>
            await staging.CountAsync(cancellationToken) < 1_000
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Files pile up in the staging area.");
    }

    // end

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

        // sample
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
        // end

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

    [Test]
    public void The_readme_shows_the_samples_as_they_are_here()
    {
        var source = File.ReadAllLines(Path.Combine(RepositoryPaths.TestProject(), "Health", "ReadmeTests.cs"));
        var readme = string.Concat(
            Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.AspNetCore"), "README*.md").Select(File.ReadAllText)
        );
        var samples = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i].Trim() != "// sample")
                continue;
            var indent = source[i].Length - source[i].TrimStart().Length;
            var lines = source.Skip(i + 1).TakeWhile(line => line.Trim() != "// end").ToArray();
            var sample = string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line)).Trim();
            Assert.That(readme, Does.Contain($"```csharp\n{sample}\n```"));
            samples++;
        }

        Assert.That(samples, Is.EqualTo(2));
    }
}
