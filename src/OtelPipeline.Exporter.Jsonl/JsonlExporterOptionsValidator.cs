using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>Names every option that is out of its range, its value, and what to give instead.</summary>
internal sealed class JsonlExporterOptionsValidator : IValidateOptions<JsonlExporterOptions>
{
    private const long SmallestFile = 1_000_000;

    public ValidateOptionsResult Validate(string? name, JsonlExporterOptions options)
    {
        var failures = new List<string>();
        Check(
            !string.IsNullOrWhiteSpace(options.Directory) && !options.Directory.Contains('\0', StringComparison.Ordinal),
            nameof(options.Directory),
            options.Directory,
            "Give the folder that telemetry files are written to, for example 'telemetry', or 'stdout'."
        );
        Check(Enum.IsDefined(options.Format), nameof(options.Format), options.Format, "Give Otlp or Flat.");
        Check(Enum.IsDefined(options.Durability), nameof(options.Durability), options.Durability, "Give OS or Fsync.");
        Check(Enum.IsDefined(options.Compression), nameof(options.Compression), options.Compression, "Give None, Gzip or Zstd.");
        Check(
            options.MaxFileSize >= SmallestFile,
            nameof(options.MaxFileSize),
            options.MaxFileSize,
            $"Give at least {SmallestFile} bytes: a line alone may have {JsonBuffer.MaxLineBytes}."
        );
        Check(options.MaxFileAge >= TimeSpan.FromSeconds(1), nameof(options.MaxFileAge), options.MaxFileAge, "Give at least one second.");
        Check(options.RetainFiles >= 1, nameof(options.RetainFiles), options.RetainFiles, "Give at least 1, the file that is written.");
        Check(
            options.RetainAge is null || options.RetainAge > TimeSpan.Zero,
            nameof(options.RetainAge),
            options.RetainAge,
            "Give a positive time, or null to keep files of any age."
        );
        Check(
            options.RetainTotalSize is null || options.RetainTotalSize >= options.MaxFileSize,
            nameof(options.RetainTotalSize),
            options.RetainTotalSize,
            $"Give at least MaxFileSize ({options.MaxFileSize}) bytes, or null for no limit."
        );
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool valid, string option, object? value, string remedy)
        {
            if (!valid)
                failures.Add($"{JsonlExporterOptionsSetup.Section}:{option} is '{value}'. {remedy}");
        }
    }
}
