using OtelPipeline.AspNetCore.Health.Resources;
using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>Settings of the check of processors, memory and disks.</summary>
public sealed class SystemHealthOptions : PipelineHealthCheckOptions
{
    /// <summary>Limits of the share of busy processors, between two evaluations.</summary>
    public UtilizationLimits Cpu { get; } = new();

    /// <summary>Limits of the share of taken memory.</summary>
    public UtilizationLimits Memory { get; } = new();

    /// <summary>Limits of the share of taken space of each file system.</summary>
    public UtilizationLimits Disk { get; } = new();

    /// <summary>Paths on the file systems to look at; none means that of the current directory. Default: none.</summary>
    public IList<string> Paths { get; } = [];

    /// <summary>
    /// The shortest time that processors are measured over; evaluations that follow each other faster see the same value, and the first sees
    /// none. Range: 100 ms to 10 minutes. Default: 5 s.
    /// </summary>
    public TimeSpan CpuInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Where <c>/proc</c> and <c>/sys</c> lie.</summary>
    internal string Root { get; set; } = "/";

    /// <summary>How much of the file system of a path is taken, 0 to 1.</summary>
    internal Func<string, double> DiskUtilization { get; set; } = DiskSpace.Utilization;

    internal override void Bind(OptionsSection section)
    {
        base.Bind(section);
        section.Read(nameof(Cpu), Cpu.Bind);
        section.Read(nameof(Memory), Memory.Bind);
        section.Read(nameof(Disk), Disk.Bind);
        section.Read(nameof(Paths), Paths);
        section.Read(nameof(CpuInterval), (TimeSpan v) => CpuInterval = v);
    }

    internal override void Validate(OptionErrors errors)
    {
        base.Validate(errors);
        Cpu.Validate(nameof(Cpu), errors);
        Memory.Validate(nameof(Memory), errors);
        Disk.Validate(nameof(Disk), errors);
        errors.Range(nameof(CpuInterval), CpuInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        foreach (var path in Paths)
            errors.NotBlank(nameof(Paths), path ?? "");
    }
}
