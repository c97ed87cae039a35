using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.AspNetCore.Health.Checks;
using OtelPipeline.AspNetCore.Health.Monitoring;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>The checks against what they were made for: this machine, our file exporter, the SDK's queues, a scoped service.</summary>
[NonParallelizable]
public sealed class RealPartsTests
{
    private static readonly ActivitySource s_source = new("Health.Tests.RealParts");

    private static async Task<(HealthStatus, object?)> EvaluateAsync(ExporterHealthCheck check)
    {
        var registration = new HealthCheckRegistration("check", check, null, null);
        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration });
        return (result.Status, result.Data.GetValueOrDefault("pipeline.health.reason"));
    }

    [Test]
    public async Task This_machine_can_be_measured()
    {
        using var meter = new HealthMeter();
        var check = new SystemHealthCheck(new SystemHealthOptions(), meter, TimeProvider.System);
        var registration = new HealthCheckRegistration("system", check, null, null);

        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration });

        Assert.That(result.Exception, Is.Null);
        Assert.That(result.Description, Does.Match(@"^cpu not measured, memory [\d.]+ %, disk [\d.]+ %$"));
    }

    [Test]
    public async Task A_file_exporter_without_a_folder_to_write_to_is_seen()
    {
        var root = Directory.CreateTempSubdirectory("otelpipeline-exporter-");
        try
        {
            var file = Path.Combine(root.FullName, "file");
            await File.WriteAllTextAsync(file, "");
            using var check = new ExporterHealthCheck(new ExporterHealthOptions(), TimeProvider.System);

            ExportOneSpan(Path.Combine(root.FullName, "good"));
            Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));

            ExportOneSpan(Path.Combine(file, "below a file"));
            Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static void ExportOneSpan(string directory)
    {
        using var sdk = OpenTelemetrySdk.Create(otel => otel.WithTracing(t => t.AddSource(s_source.Name)).UseJsonlExporter(directory));
        s_source.StartActivity("work")?.Dispose();
    }

    [Test]
    public async Task A_full_queue_of_the_sdk_is_seen()
    {
        using var release = new ManualResetEventSlim();
        using var check = new ExporterHealthCheck(new ExporterHealthOptions(), TimeProvider.System);
        using (
            Sdk.CreateTracerProviderBuilder()
                .AddSource(s_source.Name)
                .AddProcessor(new BatchActivityExportProcessor(new Blocked(release), maxQueueSize: 1, maxExportBatchSize: 1))
                .Build()
        )
        {
            for (var i = 0; i < 100; i++)
                s_source.StartActivity("work")?.Dispose();
            release.Set();
        }

        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));
    }

    private sealed class Blocked(ManualResetEventSlim release) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            release.Wait();
            return ExportResult.Success;
        }
    }

    [Test]
    public async Task A_connection_from_a_scoped_service_is_disposed_of_after_each_evaluation()
    {
        var database = new FakeDatabase();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddScoped(_ => database.Connect());
        services.AddHealthChecks().AddPipelineDatabaseCheck("db", sp => sp.GetRequiredService<DbConnection>());
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var health = provider.GetRequiredService<HealthCheckService>();

        for (var i = 1; i <= 3; i++)
        {
            Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
            Assert.That((database.Opened, database.Disposed), Is.EqualTo((i, 2 * i)), "by the check and by the scope");
        }
    }
}
