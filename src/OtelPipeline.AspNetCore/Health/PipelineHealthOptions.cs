using Microsoft.Extensions.Options;
using OtelPipeline.Internal;

namespace OtelPipeline.AspNetCore.Health;

/// <summary>
/// Settings of health as a whole. They are read from the configuration section <c>OtelPipeline:Health</c>; code comes after that and wins.
/// The settings of one check are in <c>OtelPipeline:Health:Checks:{name of the check}</c>.
/// </summary>
public sealed class PipelineHealthOptions
{
    internal const string Section = "OtelPipeline:Health";

    /// <summary>
    /// How often every check is evaluated when nobody asks, unless its registration has a period of its own. Range: 1 s to 1 day.
    /// Default: 30 s.
    /// </summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a result answers further requests without a new evaluation. Range: 0 (only requests at the same time share one) to 1 minute.
    /// Default: 2 s.
    /// </summary>
    public TimeSpan CacheDuration { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The time-out of every check that has none of its own, those of other libraries included. Range: 1 ms to 10 minutes. Default: 5 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Tag of the checks that <c>/ready</c> asks, or null for all of them. Default: null.</summary>
    public string? ReadyTag { get; set; }

    internal void Bind(OptionsSection section, IEnumerable<string> checks)
    {
        section.Read(nameof(Period), (TimeSpan v) => Period = v);
        section.Read(nameof(CacheDuration), (TimeSpan v) => CacheDuration = v);
        section.Read(nameof(Timeout), (TimeSpan v) => Timeout = v);
        section.Read(nameof(ReadyTag), (string v) => ReadyTag = v);

        // each check reads its own; here only their names are held against the configuration
        section.Read(PipelineHealthCheckOptions.Section, inner => inner.Leave([.. checks]));
        section.RejectUnknown();
    }

    internal sealed class Validator : IValidateOptions<PipelineHealthOptions>
    {
        public ValidateOptionsResult Validate(string? name, PipelineHealthOptions options)
        {
            var errors = new OptionErrors(Section);
            errors.Range(nameof(Period), options.Period, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
            errors.Range(nameof(CacheDuration), options.CacheDuration, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            errors.Range(nameof(Timeout), options.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
            errors.NotBlank(nameof(ReadyTag), options.ReadyTag);
            return errors.Result;
        }
    }
}
