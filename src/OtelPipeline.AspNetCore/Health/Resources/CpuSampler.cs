using System.Globalization;

namespace OtelPipeline.AspNetCore.Health.Resources;

/// <summary>
/// Measures how busy the processors are that this process may use: of its control group's quota where there is one, else of the machine;
/// where there is no <c>/proc</c>, this process' own share of the machine.
/// </summary>
internal sealed class CpuSampler
{
    private readonly SystemFiles _files;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Sample _previous;
    private double? _utilization;

    public CpuSampler(SystemFiles files, TimeSpan interval, TimeProvider time)
    {
        _files = files;
        _interval = interval;
        _time = time;
        _previous = Take();
    }

    /// <summary>Utilization from 0 to 1 over at least the interval, or null before that has passed.</summary>
    public double? Read()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_previous.At) < _interval)
                return _utilization;
            var now = Take();
            var (busy, total) = (now.Busy - _previous.Busy, now.Total - _previous.Total);

            // another quota or a counter that went back: begin anew
            var comparable = now.Source == _previous.Source && busy >= 0 && total > 0;
            _utilization = comparable ? Math.Clamp(busy / total, 0, 1) : null;
            _previous = now;
            return _utilization;
        }
    }

    private Sample Take()
    {
        var at = _time.GetTimestamp();
        var seconds = _time.GetElapsedTime(0, at).TotalSeconds;
        return OfGroup(at, seconds) ?? OfMachine(at) ?? OfProcess(at, seconds);
    }

    private Sample? OfGroup(long at, double seconds)
    {
        var (isVersion2, levels) = _files.Levels("cpu");
        var usageLevels = isVersion2 ? levels : _files.Levels("cpuacct").Levels;
        double cores = 0;
        double? used = null;
        var source = "";
        for (var i = 0; i < levels.Length; i++)
        {
            var limit = isVersion2 ? Limit2(levels[i]) : Limit1(levels[i]);
            if (limit is not { } level || (used is not null && level >= cores) || usageLevels.Length == 0)
                continue;
            var usage = usageLevels[Math.Min(i, usageLevels.Length - 1)];
            cores = level;
            source = FormattableString.Invariant($"{usage} {cores}");

            // microseconds, nanoseconds
            used = isVersion2
                ? SystemFiles.Value(SystemFiles.Text(Path.Combine(usage, "cpu.stat")), "usage_usec") / 1e6
                : SystemFiles.Number(SystemFiles.Text(Path.Combine(usage, "cpuacct.usage"))) / 1e9;
        }

        return used is { } busy ? new Sample(source, at, busy, seconds * cores) : null;
    }

    // "quota period" in microseconds, or "max period"
    private static double? Limit2(string level) =>
        SystemFiles.Text(Path.Combine(level, "cpu.max"))?.Split(' ') is [var quota, var period]
            ? Cores(SystemFiles.Number(quota), SystemFiles.Number(period))
            : null;

    // microseconds; a quota of -1 is none
    private static double? Limit1(string level) =>
        Cores(
            SystemFiles.Number(SystemFiles.Text(Path.Combine(level, "cpu.cfs_quota_us"))),
            SystemFiles.Number(SystemFiles.Text(Path.Combine(level, "cpu.cfs_period_us")))
        );

    // more than there are is no limit of its own
    private static double? Cores(long? quota, long? period) =>
        quota > 0 && period > 0 ? Math.Min((double)quota / period.Value, Environment.ProcessorCount) : null;

    // https://docs.kernel.org/filesystems/proc.html: cpu user nice system idle iowait irq softirq steal guest guest_nice, where the last two
    // are part of the first two
    private Sample? OfMachine(long at)
    {
        var fields = (_files.Proc("stat") ?? "").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 6 || fields[0] != "cpu")
            return null;
        double total = 0;
        for (var i = 1; i < Math.Min(fields.Length, 9); i++)
            total += double.Parse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture);
        var idle =
            double.Parse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture)
            + double.Parse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture);
        return new Sample("machine", at, total - idle, total);
    }

    private static Sample OfProcess(long at, double seconds) =>
        new("process", at, Environment.CpuUsage.TotalTime.TotalSeconds, seconds * Environment.ProcessorCount);

    /// <param name="Source">Samples of different sources cannot be compared.</param>
    /// <param name="At">Timestamp.</param>
    /// <param name="Busy">Processor time used so far.</param>
    /// <param name="Total">Processor time that could have been used so far, in the same unit.</param>
    private readonly record struct Sample(string Source, long At, double Busy, double Total);
}
