using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health.Checks;
using OtelPipeline.AspNetCore.Health.Monitoring;
using OtelPipeline.AspNetCore.Health.Resources;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

public sealed class SystemCheckTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private FakeSystem _system = null!;
    private FakeTimeProvider _time = null!;

    [SetUp]
    public void SetUp()
    {
        _system = new FakeSystem();
        _time = new FakeTimeProvider();
    }

    [TearDown]
    public void TearDown() => _system.Dispose();

    private double? Memory() => new MemoryReader(new SystemFiles(_system.Root)).Read();

    private CpuSampler Cpu() => new(new SystemFiles(_system.Root), s_interval, _time);

    [Test]
    public void Memory_of_version_2_is_that_of_the_limit_without_the_file_cache()
    {
        _system.WriteMachine(0, 1, memoryTotalKb: 1_000_000, memoryAvailableKb: 900_000);
        _system.Write("proc/self/cgroup", "0::/\n");
        _system.Write("sys/fs/cgroup/memory.max", "1000000\n");
        _system.Write("sys/fs/cgroup/memory.current", "900000\n");
        _system.Write("sys/fs/cgroup/memory.stat", "anon 500000\ninactive_file 400000\nactive_file 0\n");

        Assert.That(Memory(), Is.EqualTo(0.5));
    }

    [Test]
    public void Memory_of_version_1_in_a_container_whose_path_is_the_hosts()
    {
        _system.WriteMachine(0, 1, memoryTotalKb: 1_000_000, memoryAvailableKb: 900_000);
        _system.Write("proc/self/cgroup", "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/docker/abc\n");
        _system.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000\n");
        _system.Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "1900000\n");
        _system.Write("sys/fs/cgroup/memory/memory.stat", "inactive_file 7\ntotal_inactive_file 100000\n");

        Assert.That(Memory(), Is.EqualTo(0.9));
    }

    [Test]
    public void Memory_counts_the_tightest_limit_on_the_way_up()
    {
        _system.WriteMachine(0, 1, memoryTotalKb: 1_000_000, memoryAvailableKb: 900_000);
        _system.Write("proc/self/cgroup", "0::/system.slice/etl:1.service\n");
        _system.Write("sys/fs/cgroup/system.slice/etl:1.service/memory.max", "1000\n");
        _system.Write("sys/fs/cgroup/system.slice/etl:1.service/memory.current", "300\n");
        _system.Write("sys/fs/cgroup/system.slice/memory.max", "2000\n");
        _system.Write("sys/fs/cgroup/system.slice/memory.current", "1600\n");

        Assert.That(Memory(), Is.EqualTo(0.8));
    }

    [TestCase("max", TestName = "version 2")]
    [TestCase("9223372036854771712", TestName = "version 1's largest number")]
    [TestCase("", TestName = "an empty file")]
    public void Memory_without_a_limit_is_that_of_the_machine(string limit)
    {
        _system.WriteMachine(0, 1, memoryTotalKb: 1000, memoryAvailableKb: 250);
        _system.Write("proc/self/cgroup", "0::/\n");
        _system.Write("sys/fs/cgroup/memory.max", limit);
        _system.Write("sys/fs/cgroup/memory.current", "5");

        Assert.That(Memory(), Is.EqualTo(0.75));
    }

    [Test]
    public void Memory_with_a_limit_of_nothing_is_full()
    {
        _system.Write("proc/self/cgroup", "0::/\n");
        _system.Write("sys/fs/cgroup/memory.max", "0");
        _system.Write("sys/fs/cgroup/memory.current", "0");

        Assert.That(Memory(), Is.EqualTo(1));
    }

    [Test]
    public void A_path_that_leaves_the_mount_is_not_followed()
    {
        _system.WriteMachine(0, 1, memoryTotalKb: 1000, memoryAvailableKb: 250);
        _system.Write("proc/self/cgroup", "0::/../other\n");
        _system.Write("sys/fs/other/memory.max", "10");
        _system.Write("sys/fs/other/memory.current", "10");

        Assert.That(Memory(), Is.EqualTo(0.75));
    }

    [Test]
    public void Without_proc_memory_and_processors_are_measured_another_way()
    {
        var cpu = Cpu();
        _time.Advance(s_interval);
        GC.Collect();

        Assert.That(cpu.Read(), Is.InRange(0, 1));
        Assert.That(Memory(), Is.InRange(0, 1));
    }

    [Test]
    public void Processors_of_the_machine_between_two_readings()
    {
        _system.WriteMachine(busy: 1000, idle: 1000, 1, 1);
        var cpu = Cpu();
        Assert.That(cpu.Read(), Is.Null, "one sample says nothing");
        _system.WriteMachine(busy: 1030, idle: 1070, 1, 1);
        _time.Advance(s_interval - TimeSpan.FromTicks(1));
        Assert.That(cpu.Read(), Is.Null, "too short");
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.That(cpu.Read(), Is.EqualTo(0.3).Within(1e-9));
        _system.WriteMachine(busy: 1230, idle: 1070, 1, 1);
        Assert.That(cpu.Read(), Is.EqualTo(0.3).Within(1e-9), "who asks again at once sees the same");
        _time.Advance(s_interval);
        Assert.That(cpu.Read(), Is.EqualTo(1));
    }

    [Test]
    public void Waiting_for_disks_is_idle()
    {
        _system.Write("proc/stat", "cpu 10 0 0 10 0 0 0 0 0 0\n");
        var cpu = Cpu();
        _system.Write("proc/stat", "cpu 20 0 0 20 80 0 0 0 0 0\n");
        _time.Advance(s_interval);

        Assert.That(cpu.Read(), Is.EqualTo(0.1).Within(1e-9));
    }

    [Test]
    public void Processors_of_a_version_2_quota()
    {
        _system.WriteMachine(0, 1, 1, 1);
        _system.Write("proc/self/cgroup", "0::/pod/container\n");
        _system.Write("sys/fs/cgroup/pod/cpu.max", "max 100000\n");
        _system.Write("sys/fs/cgroup/pod/container/cpu.max", "50000 100000\n");
        _system.Write("sys/fs/cgroup/pod/container/cpu.stat", "usage_usec 1000000\nuser_usec 1\n");
        var cpu = Cpu();
        _system.Write("sys/fs/cgroup/pod/container/cpu.stat", "usage_usec 3000000\nuser_usec 1\n");
        _time.Advance(s_interval);

        // 2 s of work in 5 s on half a processor
        Assert.That(cpu.Read(), Is.EqualTo(0.8).Within(1e-9));
    }

    [Test]
    public void Processors_of_a_version_2_quota_of_a_parent()
    {
        _system.Write("proc/self/cgroup", "0::/pod/container\n");
        _system.Write("sys/fs/cgroup/pod/cpu.max", "50000 100000\n");
        _system.Write("sys/fs/cgroup/pod/cpu.stat", "usage_usec 0\n");
        _system.Write("sys/fs/cgroup/pod/container/cpu.max", "90000 100000\n");
        _system.Write("sys/fs/cgroup/pod/container/cpu.stat", "usage_usec 0\n");
        var cpu = Cpu();
        _system.Write("sys/fs/cgroup/pod/cpu.stat", "usage_usec 2500000\n");
        _time.Advance(s_interval);

        Assert.That(cpu.Read(), Is.EqualTo(1));
    }

    [TestCase("cpu,cpuacct", "cpu,cpuacct")]
    [TestCase("cpu", "cpuacct")]
    public void Processors_of_a_version_1_quota(string quotaMount, string usageMount)
    {
        _system.Write(
            "proc/self/cgroup",
            quotaMount == usageMount ? $"3:{quotaMount}:/docker/abc\n0::/\n" : $"3:{quotaMount}:/\n2:{usageMount}:/\n0::/\n"
        );
        _system.Write($"sys/fs/cgroup/{quotaMount}/cpu.cfs_quota_us", "100000\n");
        _system.Write($"sys/fs/cgroup/{quotaMount}/cpu.cfs_period_us", "100000\n");
        _system.Write($"sys/fs/cgroup/{usageMount}/cpuacct.usage", "1000000000\n");
        var cpu = Cpu();
        _system.Write($"sys/fs/cgroup/{usageMount}/cpuacct.usage", "2000000000\n");
        _time.Advance(s_interval);

        Assert.That(cpu.Read(), Is.EqualTo(0.2).Within(1e-9));
    }

    [Test]
    public void A_version_1_quota_of_minus_1_is_none()
    {
        _system.WriteMachine(busy: 0, idle: 100, 1, 1);
        _system.Write("proc/self/cgroup", "3:cpu:/\n2:cpuacct:/\n");
        _system.Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        _system.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        _system.Write("sys/fs/cgroup/cpuacct/cpuacct.usage", "1\n");
        var cpu = Cpu();
        _system.WriteMachine(busy: 50, idle: 150, 1, 1);
        _time.Advance(s_interval);

        Assert.That(cpu.Read(), Is.EqualTo(0.5).Within(1e-9));
    }

    [Test]
    public void Another_quota_or_a_counter_that_went_back_begins_anew()
    {
        _system.Write("proc/self/cgroup", "0::/\n");
        _system.Write("sys/fs/cgroup/cpu.max", "50000 100000\n");
        _system.Write("sys/fs/cgroup/cpu.stat", "usage_usec 1000000\n");
        var cpu = Cpu();
        _system.Write("sys/fs/cgroup/cpu.max", "100000 100000\n");
        _time.Advance(s_interval);
        Assert.That(cpu.Read(), Is.Null);
        _system.Write("sys/fs/cgroup/cpu.stat", "usage_usec 0\n");
        _time.Advance(s_interval);
        Assert.That(cpu.Read(), Is.Null);
        _system.Write("sys/fs/cgroup/cpu.stat", "usage_usec 2500000\n");
        _time.Advance(s_interval);
        Assert.That(cpu.Read(), Is.EqualTo(0.5).Within(1e-9));
    }

    [TestCase(0.79, HealthStatus.Healthy)]
    [TestCase(0.80, HealthStatus.Degraded)]
    [TestCase(0.94, HealthStatus.Degraded)]
    [TestCase(0.95, HealthStatus.Unhealthy)]
    [TestCase(1.0, HealthStatus.Unhealthy)]
    public async Task Thresholds_are_80_and_95_percent_for_each_resource(double share, HealthStatus expected)
    {
        foreach (var resource in new[] { "cpu", "memory", "disk" })
        {
            var check = Check(
                cpu: resource == "cpu" ? share : 0,
                memory: resource == "memory" ? share : 0,
                _ => resource == "disk" ? share : 0
            );
            var result = await EvaluateAsync(check);

            Assert.That(result.Status, Is.EqualTo(expected), resource);
            if (expected != HealthStatus.Healthy)
                Assert.That(result.Data["pipeline.health.reason"], Is.EqualTo(resource));
        }
    }

    [Test]
    public async Task The_worst_resource_decides_and_one_that_is_switched_off_does_not()
    {
        var result = await EvaluateAsync(Check(0.85, 0.99, _ => 0.85));
        Assert.That((result.Status, result.Data["pipeline.health.reason"]), Is.EqualTo((HealthStatus.Unhealthy, "memory")));
        Assert.That(result.Description, Is.EqualTo("cpu 85 %, memory 99 %, disk 85 %"));

        result = await EvaluateAsync(Check(0.85, 0.99, _ => 0.1, o => o.Memory.Enabled = false));
        Assert.That((result.Status, result.Data["pipeline.health.reason"]), Is.EqualTo((HealthStatus.Degraded, "cpu")));
    }

    [Test]
    public async Task The_fullest_disk_decides_and_one_that_cannot_be_read_is_unhealthy()
    {
        static void Paths(SystemHealthOptions options)
        {
            options.Paths.Add("/");
            options.Paths.Add("/proc");
        }

        var result = await EvaluateAsync(Check(0, 0, path => path == "/" ? 0.1 : 0.85, Paths));
        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));

        result = await EvaluateAsync(Check(0, 0, path => path == "/" ? 0.1 : throw new IOException("gone"), Paths));
        Assert.That((result.Status, result.Data["pipeline.health.reason"]), Is.EqualTo((HealthStatus.Unhealthy, "disk")));
        Assert.That(result.Exception, Is.InstanceOf<IOException>());
    }

    [Test]
    public void Real_disks_have_a_utilization_and_a_mount_point()
    {
        Assert.That(DiskSpace.Utilization(Path.GetTempPath()), Is.InRange(0, 1));
        Assert.That(DiskSpace.Mountpoint("/proc/self"), Is.EqualTo("/proc"));
        Assert.That(DiskSpace.Mountpoint("/procession"), Is.EqualTo("/"));
        Assert.That(() => DiskSpace.Utilization("/no/such/folder"), Throws.InstanceOf<IOException>());
    }

    private SystemHealthCheck Check(double cpu, double memory, Func<string, double> disk, Action<SystemHealthOptions>? configure = null)
    {
        _system.WriteMachine(busy: 0, idle: 0, 10_000, 10_000);
        var options = new SystemHealthOptions
        {
            Root = _system.Root,
            DiskUtilization = disk,
            CpuInterval = s_interval,
        };
        configure?.Invoke(options);
        var check = new SystemHealthCheck(options, new HealthMeter(), _time);
        var busy = (long)Math.Round(cpu * 10_000);
        _system.WriteMachine(busy, 10_000 - busy, 10_000, 10_000 - (long)Math.Round(memory * 10_000));
        _time.Advance(s_interval);
        return check;
    }

    private static Task<HealthCheckResult> EvaluateAsync(SystemHealthCheck check) =>
        check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("system", check, null, null) });
}
