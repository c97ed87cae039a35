using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>Settings of the check of exporters.</summary>
public sealed class ExporterHealthOptions : PipelineHealthCheckOptions
{
    /// <summary>
    /// Directories that exporters write to; each must be writable. One that does not exist yet is writable if it could be made.
    /// Default: none.
    /// </summary>
    public IList<string> Directories { get; } = [];

    /// <summary>How long the check stays degraded after telemetry was lost. Range: 1 s to 1 day. Default: 5 minutes.</summary>
    public TimeSpan DropWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long an exporter may fail without a success in between before the check is unhealthy. Range: 1 s to 1 day. Default: 5 minutes.
    /// </summary>
    public TimeSpan MaxFailing { get; set; } = TimeSpan.FromMinutes(5);

    internal override void Bind(OptionsSection section)
    {
        base.Bind(section);
        section.Read(nameof(Directories), Directories);
        section.Read(nameof(DropWindow), (TimeSpan v) => DropWindow = v);
        section.Read(nameof(MaxFailing), (TimeSpan v) => MaxFailing = v);
    }

    internal override void Validate(OptionErrors errors)
    {
        base.Validate(errors);
        foreach (var directory in Directories)
            errors.NotBlank(nameof(Directories), directory ?? "");
        errors.Range(nameof(DropWindow), DropWindow, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        errors.Range(nameof(MaxFailing), MaxFailing, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }
}
