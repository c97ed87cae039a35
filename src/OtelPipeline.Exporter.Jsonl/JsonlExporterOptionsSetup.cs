using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>Fills options from the section of all, and those that have a name from the section of that name too.</summary>
internal sealed class JsonlExporterOptionsSetup(IConfiguration configuration) : IConfigureNamedOptions<JsonlExporterOptions>
{
    public const string Section = "OtelPipeline:Jsonl";

    public void Configure(JsonlExporterOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JsonlExporterOptions options)
    {
        Bind(Section, options);
        if (!string.IsNullOrEmpty(name))
            Bind($"{Section}:{name}", options);
    }

    private void Bind(string path, JsonlExporterOptions options)
    {
        var section = new OptionsSection(configuration, path);
        section.Read(nameof(options.Directory), (string v) => options.Directory = v);
        section.ReadEnum<JsonlFormat>(nameof(options.Format), v => options.Format = v);
        section.Read(nameof(options.MaxFileSize), (long v) => options.MaxFileSize = v);
        section.Read(nameof(options.MaxFileAge), (TimeSpan v) => options.MaxFileAge = v);
        section.Read(nameof(options.RetainFiles), (int v) => options.RetainFiles = v);
        section.Read(nameof(options.RetainAge), (TimeSpan v) => options.RetainAge = v);
        section.Read(nameof(options.RetainTotalSize), (long v) => options.RetainTotalSize = v);
        section.ReadEnum<JsonlDurability>(nameof(options.Durability), v => options.Durability = v);
        section.ReadEnum<JsonlCompression>(nameof(options.Compression), v => options.Compression = v);
        section.LeaveNamedSections();
        section.RejectUnknown();
    }
}
