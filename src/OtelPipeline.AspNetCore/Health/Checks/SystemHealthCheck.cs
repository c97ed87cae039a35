using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health.Monitoring;
using OtelPipeline.AspNetCore.Health.Resources;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>Looks at processors, memory and disks, and shows what it saw last as metrics.</summary>
internal sealed class SystemHealthCheck : PipelineHealthCheck
{
    private readonly SystemHealthOptions _options;
    private readonly CpuSampler _cpu;
    private readonly MemoryReader _memory;
    private readonly (string Path, KeyValuePair<string, object?> Mountpoint)[] _disks;
    private volatile Seen? _last;

    public SystemHealthCheck(SystemHealthOptions options, HealthMeter meter, TimeProvider time)
        : base(timeProvider: time)
    {
        _options = options;
        var files = new SystemFiles(options.Root);
        _cpu = new CpuSampler(files, options.CpuInterval, time);
        _memory = new MemoryReader(files);
        _disks =
        [
            .. (options.Paths.Count > 0 ? options.Paths : [Environment.CurrentDirectory])
                .Select(path => (path, new KeyValuePair<string, object?>(HealthSignals.Mountpoint, DiskSpace.Mountpoint(path))))
                .DistinctBy(disk => disk.Item2.Value),
        ];
        Gauge(meter, HealthSignals.CpuUtilization, "Share of the usable processors that is busy", static (seen, _) => One(seen.Cpu));
        Gauge(meter, HealthSignals.MemoryUtilization, "Share of the usable memory that is taken", static (seen, _) => One(seen.Memory));
        Gauge(
            meter,
            HealthSignals.FileSystemUtilization,
            "Share of a file system that is taken",
            static (seen, check) =>
                check
                    ._disks.Zip(seen.Disks)
                    .Where(d => d.Second is not null)
                    .Select(d => new Measurement<double>(d.Second!.Value, d.First.Mountpoint))
        );
    }

    protected override Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        Exception? failure = null;
        var disks = new double?[_disks.Length];
        var seen = new Seen(_cpu.Read(), _memory.Read(), disks);
        for (var i = 0; i < disks.Length; i++)
        {
            try
            {
                disks[i] = _options.DiskUtilization(_disks[i].Path);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }

        _last = seen;
        return Task.FromResult(Judge(seen, failure));
    }

    private HealthCheckResult Judge(Seen seen, Exception? failure)
    {
        var diskMost = seen.Disks.Max();
        var disk = Judge(diskMost, _options.Disk);
        if (failure is not null && _options.Disk.Enabled)
            disk = HealthStatus.Unhealthy;
        (HealthStatus Status, string Reason)[] all =
        [
            (Judge(seen.Cpu, _options.Cpu), HealthReason.Cpu),
            (Judge(seen.Memory, _options.Memory), HealthReason.Memory),
            (disk, HealthReason.Disk),
        ];
        var (status, reason) = all.MinBy(static one => one.Status);
        var description = string.Create(
            CultureInfo.InvariantCulture,
            $"cpu {Percent(seen.Cpu)}, memory {Percent(seen.Memory)}, disk {Percent(diskMost)}"
        );
        return new HealthCheckResult(status, description, failure, status == HealthStatus.Healthy ? null : HealthReason.Data(reason));
    }

    private static HealthStatus Judge(double? value, UtilizationLimits limits)
    {
        if (!limits.Enabled || value is not { } share || share < limits.Degraded)
            return HealthStatus.Healthy;
        return share < limits.Unhealthy ? HealthStatus.Degraded : HealthStatus.Unhealthy;
    }

    private static string Percent(double? share) =>
        share is { } value ? value.ToString("0.# %", CultureInfo.InvariantCulture) : "not measured";

    private static IEnumerable<Measurement<double>> One(double? value) => value is { } one ? [new Measurement<double>(one)] : [];

    private void Gauge(
        HealthMeter meter,
        string name,
        string description,
        Func<Seen, SystemHealthCheck, IEnumerable<Measurement<double>>> observe
    ) => meter.Meter.CreateObservableGauge(name, () => _last is { } seen ? observe(seen, this) : [], "1", description);

    private sealed record Seen(double? Cpu, double? Memory, double?[] Disks);
}
