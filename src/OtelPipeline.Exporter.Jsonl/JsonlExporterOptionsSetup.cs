using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>Fills options from configuration, by hand: the reflection binder is not safe for native AOT.</summary>
internal sealed class JsonlExporterOptionsSetup(IConfiguration configuration)
    : IConfigureNamedOptions<JsonlExporterOptions>,
        IValidateOptions<JsonlExporterOptions>
{
    public const string Section = "OtelPipeline:Jsonl";

    public void Configure(JsonlExporterOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JsonlExporterOptions options)
    {
        var section = configuration.GetSection(Section);
        Bind(name, section, options);
        if (!string.IsNullOrEmpty(name))
            Bind(name, section.GetSection(name), options);
    }

    private static void Bind(string? name, IConfigurationSection section, JsonlExporterOptions options)
    {
        foreach (var setting in section.GetChildren())
        {
            if (setting.Value is not { } value)
                continue; // a section: the options of a name
            if (setting.Key.Equals(nameof(JsonlExporterOptions.Directory), StringComparison.OrdinalIgnoreCase))
                options.Directory = value;
            else
                throw new OptionsValidationException(
                    name ?? Options.DefaultName,
                    typeof(JsonlExporterOptions),
                    [$"{setting.Path} is no option of the JSON lines exporter. Remove it or correct its name; its value is '{value}'."]
                );
        }
    }

    public ValidateOptionsResult Validate(string? name, JsonlExporterOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Directory))
            failures.Add(
                $"{Section}:{nameof(options.Directory)} is '{options.Directory}'. Give the folder that telemetry files are written to, for example 'telemetry'."
            );
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
