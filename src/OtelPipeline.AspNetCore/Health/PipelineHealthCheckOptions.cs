using Microsoft.Extensions.Options;
using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Health;

/// <summary>
/// What the settings of all checks have in common. They are read from <c>OtelPipeline:Health:Checks:{name of the check}</c>; code comes after
/// that and wins.
/// </summary>
public abstract class PipelineHealthCheckOptions
{
    internal const string Section = "Checks";

    private protected PipelineHealthCheckOptions() { }

    /// <summary>
    /// How long the check may take before it counts as failed, or null for <see cref="PipelineHealthOptions.Timeout"/>. Range: 1 ms to 10
    /// minutes. Default: null, so 5 s.
    /// </summary>
    public TimeSpan? Timeout { get; set; }

    internal virtual void Bind(OptionsSection section) => section.Read(nameof(Timeout), (TimeSpan v) => Timeout = v);

    internal virtual void Validate(OptionErrors errors)
    {
        if (Timeout is { } timeout)
            errors.Range(nameof(Timeout), timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
    }

    internal sealed class Validator<T>(string name) : IValidateOptions<T>
        where T : PipelineHealthCheckOptions
    {
        public ValidateOptionsResult Validate(string? optionsName, T options)
        {
            if (optionsName != name)
                return ValidateOptionsResult.Skip;
            var errors = new OptionErrors($"{PipelineHealthOptions.Section}:{Section}:{name}");
            options.Validate(errors);
            return errors.Result;
        }
    }
}

/// <summary>What the settings of checks that ask something far away have in common.</summary>
public abstract class RemoteHealthCheckOptions : PipelineHealthCheckOptions
{
    private protected RemoteHealthCheckOptions() { }

    /// <summary>How long an answer may take before the check is degraded. Range: 0 (any) to 10 minutes. Default: 1 s.</summary>
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromSeconds(1);

    internal override void Bind(OptionsSection section)
    {
        base.Bind(section);
        section.Read(nameof(DegradedAfter), (TimeSpan v) => DegradedAfter = v);
    }

    internal override void Validate(OptionErrors errors)
    {
        base.Validate(errors);
        errors.Range(nameof(DegradedAfter), DegradedAfter, TimeSpan.Zero, TimeSpan.FromMinutes(10));
    }
}
