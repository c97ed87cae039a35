namespace OtelPipeline.AspNetCore.Health.Resources;

/// <summary>
/// Measures how much memory is taken: of the limit of this process' control group where there is one, without the file cache that the kernel
/// gives back first, else of the machine; where there is no <c>/proc</c>, as the garbage collector saw the machine at its last collection.
/// </summary>
internal sealed class MemoryReader(SystemFiles files)
{
    /// <summary>Utilization from 0 to 1, or null where nothing could be read.</summary>
    public double? Read()
    {
        var memory = files.Proc("meminfo");

        // kB
        var total = SystemFiles.Value(memory, "MemTotal:") * 1024;
        if (OfGroup(total ?? long.MaxValue) is { } group)
            return group;
        if (total > 0 && SystemFiles.Value(memory, "MemAvailable:") * 1024 is { } available)
            return Math.Clamp(1 - (double)available / total.Value, 0, 1);
        var seen = GC.GetGCMemoryInfo();
        return seen is { TotalAvailableMemoryBytes: > 0, MemoryLoadBytes: > 0 }
            ? Math.Clamp((double)seen.MemoryLoadBytes / seen.TotalAvailableMemoryBytes, 0, 1)
            : null;
    }

    private double? OfGroup(long machine)
    {
        var (isVersion2, levels) = files.Levels("memory");
        var (limitFile, usageFile, cacheKey) = isVersion2
            ? ("memory.max", "memory.current", "inactive_file")
            : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
        double? worst = null;
        foreach (var level in levels)
        {
            // no limit is "max" in version 2 and a number above all memory in version 1
            if (SystemFiles.Number(SystemFiles.Text(Path.Combine(level, limitFile))) is not { } limit || limit >= machine)
                continue;
            if (SystemFiles.Number(SystemFiles.Text(Path.Combine(level, usageFile))) is not { } usage)
                continue;
            var cache = SystemFiles.Value(SystemFiles.Text(Path.Combine(level, "memory.stat")), cacheKey) ?? 0;
            var share = limit > 0 ? Math.Clamp((double)(usage - cache) / limit, 0, 1) : 1;
            worst = worst > share ? worst : share;
        }

        return worst;
    }
}
