using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OtelPipeline.Internal;
using OtelPipeline.Parquet;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>Fills options from configuration, by hand: the reflection binder is not safe for native AOT.</summary>
internal sealed class ParquetExporterOptionsSetup(IConfiguration configuration) : IConfigureNamedOptions<ParquetExporterOptions>
{
    public const string Section = "OtelPipeline:Parquet";

    public void Configure(ParquetExporterOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, ParquetExporterOptions options)
    {
        Bind(Section, options);
        if (!string.IsNullOrEmpty(name))
            Bind($"{Section}:{name}", options);
    }

    private void Bind(string path, ParquetExporterOptions options)
    {
        var section = new OptionsSection(configuration, path);
        section.Read(nameof(options.Directory), value => options.Directory = value);
        section.Read(nameof(options.MaxUnwrittenRows), (int value) => options.MaxUnwrittenRows = value);
        section.Read(nameof(options.MaxUnwrittenBytes), (long value) => options.MaxUnwrittenBytes = value);
        section.Read(nameof(options.MaxFileAge), (TimeSpan value) => options.MaxFileAge = value);
        section.ReadEnum<ParquetCompression>(nameof(options.Compression), value => options.Compression = value);
        section.Read(nameof(options.Compatible), (bool value) => options.Compatible = value);
        var promoted = new List<string>();
        section.Read(nameof(options.Promoted), promoted);
        foreach (var attribute in promoted)
            options.Promote(attribute);
        section.LeaveNamedSections();
        section.RejectUnknown();
    }
}
