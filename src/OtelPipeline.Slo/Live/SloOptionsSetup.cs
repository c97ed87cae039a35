using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OtelPipeline.Internal;

namespace OtelPipeline.Slo.Live;

/// <summary>Fills options from the section of all, and those that have a name from the section of that name too.</summary>
internal sealed class SloOptionsSetup(IConfiguration configuration) : IConfigureNamedOptions<SloOptions>
{
    public const string Section = "OtelPipeline:Slo";

    public void Configure(SloOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, SloOptions options)
    {
        Bind(Section, options);
        if (!string.IsNullOrEmpty(name))
            Bind($"{Section}:{name}", options);
    }

    private void Bind(string path, SloOptions options)
    {
        var section = new OptionsSection(configuration, path);
        section.Read(nameof(options.Path), (string v) => options.Path = v);
        section.Read(nameof(options.Interval), (TimeSpan v) => options.Interval = v);
        section.Read(nameof(options.Reload), (bool v) => options.Reload = v);
        section.Read(nameof(options.RestoreFrom), (string v) => options.RestoreFrom = v);
        section.Read(nameof(options.ThresholdBoundaries), (bool v) => options.ThresholdBoundaries = v);
        section.LeaveNamedSections();
        section.RejectUnknown();
    }
}

/// <summary>Names every option that is out of its range, its value, and what to give instead.</summary>
internal sealed class SloOptionsValidator : IValidateOptions<SloOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, SloOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Path))
            failures.Add(
                $"{SloOptionsSetup.Section}:{nameof(options.Path)} is '{options.Path}'. Give the path of a file such as slo.yaml."
            );
        if (options.Interval < Shortest || options.Interval > Longest)
            failures.Add($"{SloOptionsSetup.Section}:{nameof(options.Interval)} is '{options.Interval}'. Give 1 second to 5 minutes.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
