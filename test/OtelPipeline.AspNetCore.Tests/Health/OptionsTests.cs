using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.AspNetCore.Health.Checks;

namespace OtelPipeline.AspNetCore.Tests.Health;

public sealed class OptionsTests
{
    private static void AddAll(IHealthChecksBuilder checks) =>
        checks
            .AddPipelineSystemCheck()
            .AddPipelineDatabaseCheck("db", _ => throw new IOException())
            .AddPipelineServiceCheck("api", new Uri("http://127.0.0.1:1"))
            .AddPipelineExporterCheck()
            .AddPipelineLastSuccessCheck("nightly", "nightly_etl");

    private static IHost Build(Action<IHealthChecksBuilder> checks, params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => new KeyValuePair<string, string?>("OtelPipeline:Health:" + s.Key, s.Value))
        );
        checks(builder.Services.AddHealthChecks());
        return builder.Build();
    }

    [TestCase("Period", "00:00:00.999", "OtelPipeline:Health:Period is 00:00:00.9990000; it must lie between 00:00:01 and 1.00:00:00.")]
    [TestCase("Period", "-00:00:30", "it must lie between")]
    [TestCase("Period", "soon", "'OtelPipeline:Health:Period' has the value 'soon'; it must be a time such as 00:00:05.")]
    [TestCase("CacheDuration", "-00:00:01", "OtelPipeline:Health:CacheDuration is -00:00:01; it must lie between")]
    [TestCase("CacheDuration", "00:01:01", "OtelPipeline:Health:CacheDuration is 00:01:01; it must lie between")]
    [TestCase("Timeout", "00:00:00", "OtelPipeline:Health:Timeout is 00:00:00; it must lie between")]
    [TestCase("Timeout", "00:10:01", "OtelPipeline:Health:Timeout is 00:10:01; it must lie between")]
    [TestCase("ReadyTag", " ", "OtelPipeline:Health:ReadyTag is blank")]
    [TestCase(
        "Perod",
        "00:00:30",
        "'OtelPipeline:Health:Perod' is unknown. Known keys here: CacheDuration, Checks, Period, ReadyTag, Timeout."
    )]
    [TestCase("Checks:dbb:Timeout", "00:00:01", "'OtelPipeline:Health:Checks:dbb' is unknown. Known keys here: api, db, exporters,")]
    [TestCase("Checks:db:Timeout", "00:00:00", "OtelPipeline:Health:Checks:db:Timeout is 00:00:00; it must lie between")]
    [TestCase("Checks:db:DegradedAfter", "-00:00:01", "OtelPipeline:Health:Checks:db:DegradedAfter is -00:00:01; it must lie between")]
    [TestCase("Checks:db:Query", " ", "OtelPipeline:Health:Checks:db:Query is blank")]
    [TestCase("Checks:db:Sql", "x", "'OtelPipeline:Health:Checks:db:Sql' is unknown. Known keys here: DegradedAfter, Query, Timeout.")]
    [TestCase("Checks:api:Query", "x", "'OtelPipeline:Health:Checks:api:Query' is unknown")]
    [TestCase(
        "Checks:system:Cpu:Degraded",
        "1.1",
        "OtelPipeline:Health:Checks:system:Cpu has Degraded = 1.1 and Unhealthy = 0.95; they are shares"
    )]
    [TestCase("Checks:system:Memory:Unhealthy", "0.5", "Checks:system:Memory has Degraded = 0.8 and Unhealthy = 0.5; they are shares")]
    [TestCase("Checks:system:Disk:Unhealthy", "95", "Checks:system:Disk has Degraded = 0.8 and Unhealthy = 95; they are shares")]
    [TestCase("Checks:system:Disk:Degraded", "NaN", "they are shares: 0 < Degraded <= Unhealthy <= 1.")]
    [TestCase("Checks:system:Disk:Degraded", "0", "they are shares")]
    [TestCase("Checks:system:Disk:Degraded", "much", "Disk:Degraded' has the value 'much'; it must be a number such as 0.5.")]
    [TestCase("Checks:system:Disk:Limit", "1", "'OtelPipeline:Health:Checks:system:Disk:Limit' is unknown")]
    [TestCase("Checks:system:Cpu:Enabled", "no", "must be true or false")]
    [TestCase("Checks:system:CpuInterval", "00:00:00", "OtelPipeline:Health:Checks:system:CpuInterval is 00:00:00; it must lie between")]
    [TestCase("Checks:system:Paths:0", " ", "OtelPipeline:Health:Checks:system:Paths is blank")]
    [TestCase("Checks:exporters:Directories:0", " ", "OtelPipeline:Health:Checks:exporters:Directories is blank")]
    [TestCase("Checks:exporters:DropWindow", "00:00:00", "Checks:exporters:DropWindow is 00:00:00; it must lie between")]
    [TestCase("Checks:exporters:MaxFailing", "2.00:00:00", "Checks:exporters:MaxFailing is 2.00:00:00; it must lie between")]
    [TestCase("Checks:nightly:MaxAge", "00:00:00", "Checks:nightly:MaxAge is 00:00:00; it must lie between")]
    public void A_bad_setting_stops_the_start_and_says_what_to_do(string key, string value, string expected)
    {
        using var host = Build(AddAll, (key, value));

        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(expected));
    }

    [Test]
    public void Configuration_sets_every_option_and_code_wins()
    {
        using var host = Build(
            checks =>
            {
                AddAll(checks);
                checks.AddPipelineHealth(o => o.Timeout = TimeSpan.FromSeconds(9));
            },
            ("Period", "00:01:00"),
            ("CacheDuration", "00:00:03"),
            ("Timeout", "00:00:04"),
            ("ReadyTag", "ready"),
            ("Checks:system:Timeout", "00:00:06"),
            ("Checks:system:Cpu:Enabled", "false"),
            ("Checks:system:Cpu:Degraded", "0.1"),
            ("Checks:system:Memory:Unhealthy", "0.99"),
            ("Checks:system:Disk:Degraded", "0.5"),
            ("Checks:system:Paths:0", "/data"),
            ("Checks:system:CpuInterval", "00:00:10"),
            ("Checks:db:Query", "SELECT 1 FROM DUAL"),
            ("Checks:db:DegradedAfter", "00:00:02"),
            ("Checks:api:DegradedAfter", "00:00:00"),
            ("Checks:exporters:Directories:0", "telemetry"),
            ("Checks:exporters:DropWindow", "00:10:00"),
            ("Checks:exporters:MaxFailing", "00:20:00"),
            ("Checks:nightly:MaxAge", "3.00:00:00")
        );
        T Get<T>(string name = "") => host.Services.GetRequiredService<IOptionsMonitor<T>>().Get(name);

        var health = Get<PipelineHealthOptions>();
        Assert.That(
            (health.Period, health.CacheDuration, health.Timeout, health.ReadyTag),
            Is.EqualTo((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(9), "ready"))
        );
        var system = Get<SystemHealthOptions>("system");
        Assert.That(
            (system.Cpu.Enabled, system.Cpu.Degraded, system.Memory.Unhealthy, system.Disk.Degraded),
            Is.EqualTo((false, 0.1, 0.99, 0.5))
        );
        Assert.That(
            (system.Timeout, system.CpuInterval, system.Paths.Single()),
            Is.EqualTo((TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(10), "/data"))
        );
        var database = Get<DatabaseHealthOptions>("db");
        Assert.That(
            (database.Query, database.DegradedAfter, database.Timeout),
            Is.EqualTo(("SELECT 1 FROM DUAL", TimeSpan.FromSeconds(2), (TimeSpan?)null))
        );
        Assert.That(Get<ServiceHealthOptions>("api").DegradedAfter, Is.EqualTo(TimeSpan.Zero));
        var exporters = Get<ExporterHealthOptions>("exporters");
        Assert.That(
            (exporters.Directories.Single(), exporters.DropWindow, exporters.MaxFailing),
            Is.EqualTo(("telemetry", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20)))
        );
        Assert.That(Get<LastSuccessHealthOptions>("nightly").MaxAge, Is.EqualTo(TimeSpan.FromDays(3)));
    }

    [Test]
    public void Defaults_are_those_that_are_documented()
    {
        using var host = Build(AddAll);
        T Get<T>(string name = "") => host.Services.GetRequiredService<IOptionsMonitor<T>>().Get(name);

        var health = Get<PipelineHealthOptions>();
        Assert.That(
            (health.Period, health.CacheDuration, health.Timeout, health.ReadyTag),
            Is.EqualTo((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), (string?)null))
        );
        var system = Get<SystemHealthOptions>("system");
        foreach (var limits in new[] { system.Cpu, system.Memory, system.Disk })
            Assert.That((limits.Enabled, limits.Degraded, limits.Unhealthy), Is.EqualTo((true, 0.8, 0.95)));
        Assert.That((system.Root, system.CpuInterval), Is.EqualTo(("/", TimeSpan.FromSeconds(5))));
        Assert.That(Get<DatabaseHealthOptions>("db").DegradedAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(Get<ServiceHealthOptions>("api").DegradedAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(Get<LastSuccessHealthOptions>("nightly").MaxAge, Is.EqualTo(TimeSpan.FromHours(25)));
    }

    [Test]
    public void Wrong_use_is_told_at_the_call()
    {
        var checks = new ServiceCollection().AddHealthChecks();
        IHealthChecksBuilder none = null!;

        Assert.That(() => none.AddPipelineHealth(), Throws.ArgumentNullException);
        Assert.That(() => none.AddPipelineSystemCheck(), Throws.ArgumentNullException);
        Assert.That(() => checks.AddPipelineSystemCheck(" "), Throws.ArgumentException);
        Assert.That(() => checks.AddPipelineDatabaseCheck("db", null!), Throws.ArgumentNullException);
        Assert.That(() => checks.AddPipelineServiceCheck("api", null!), Throws.ArgumentNullException);
        Assert.That(() => checks.AddPipelineServiceCheck("api", new Uri("/relative", UriKind.Relative)), Throws.ArgumentException);
        Assert.That(
            () => checks.AddPipelineServiceCheck("api", new Uri("ftp://user:hunter2@host/")),
            Throws.ArgumentException.With.Message.Contains("'api'").And.Message.Not.Contains("hunter2")
        );
        Assert.That(() => checks.AddPipelineLastSuccessCheck("late", ""), Throws.ArgumentException);
    }

    [Test]
    public void Two_checks_of_one_name_stop_the_start()
    {
        using var host = Build(checks => checks.AddPipelineSystemCheck().AddPipelineExporterCheck("SYSTEM"));

        Assert.That(async () => await host.StartAsync(), Throws.ArgumentException.With.Message.Contains("SYSTEM"));
    }

    [Test]
    public async Task It_works_without_any_configuration()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        AddAll(services.AddHealthChecks());
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetServices<IHostedService>().Count(), Is.EqualTo(2), "the library's publisher and ours");
        Assert.That((await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries, Has.Count.EqualTo(5));
    }
}
