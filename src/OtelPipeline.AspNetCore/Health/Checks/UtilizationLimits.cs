using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>From which utilization on a resource is degraded and unhealthy.</summary>
public sealed class UtilizationLimits
{
    /// <summary>Whether the resource counts; it is measured all the same. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Degraded from this share on. Range: above 0, at most <see cref="Unhealthy"/>. Default: 0.8.</summary>
    public double Degraded { get; set; } = 0.8;

    /// <summary>Unhealthy from this share on. Range: <see cref="Degraded"/> to 1. Default: 0.95.</summary>
    public double Unhealthy { get; set; } = 0.95;

    internal void Bind(OptionsSection section)
    {
        section.Read(nameof(Enabled), (bool v) => Enabled = v);
        section.Read(nameof(Degraded), (double v) => Degraded = v);
        section.Read(nameof(Unhealthy), (double v) => Unhealthy = v);
    }

    internal void Validate(string key, OptionErrors errors)
    {
        // written so that NaN fails
        if (!(Degraded > 0 && Degraded <= Unhealthy && Unhealthy <= 1))
            errors.Add(
                key,
                FormattableString.Invariant(
                    $"has Degraded = {Degraded} and Unhealthy = {Unhealthy}; they are shares: 0 < Degraded <= Unhealthy <= 1."
                )
            );
    }
}
