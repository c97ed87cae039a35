using Microsoft.Extensions.Options;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>Names every option that is out of its range, its value, and what to give instead.</summary>
internal sealed class ParquetExporterOptionsValidator : IValidateOptions<ParquetExporterOptions>
{
    public ValidateOptionsResult Validate(string? name, ParquetExporterOptions options)
    {
        var failures = new List<string>();
        Check(
            !string.IsNullOrWhiteSpace(options.Directory) && !options.Directory.Contains('\0', StringComparison.Ordinal),
            nameof(options.Directory),
            options.Directory,
            "Give the folder that telemetry files are written to, for example 'telemetry'."
        );
        Check(
            options.MaxUnwrittenRows is >= 100 and <= 10_000_000,
            nameof(options.MaxUnwrittenRows),
            options.MaxUnwrittenRows,
            "Give 100 to 10000000 rows."
        );
        Check(
            options.MaxUnwrittenBytes >= 1_000_000,
            nameof(options.MaxUnwrittenBytes),
            options.MaxUnwrittenBytes,
            "Give at least 1000000 bytes."
        );
        Check(
            options.MaxFileAge >= TimeSpan.FromSeconds(1) && options.MaxFileAge <= TimeSpan.FromDays(1),
            nameof(options.MaxFileAge),
            options.MaxFileAge,
            "Give one second to one day."
        );
        var compression = options.Compression;
        Check(
            compression is null || ParquetWriterOptions.IsAvailable(compression.Value),
            nameof(options.Compression),
            compression,
            compression == ParquetCompression.Zstd
                ? "libzstd was not found: install it (package libzstd1), or give Gzip."
                : "Give Zstd, Gzip, Snappy, Brotli or None."
        );
        if (failures.Count == 0 && FindContradiction(options) is { } contradiction)
            failures.Add($"{ParquetExporterOptionsSetup.Section}:{nameof(options.Promoted)}: {contradiction}");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool valid, string option, object? value, string remedy)
        {
            if (!valid)
                failures.Add($"{ParquetExporterOptionsSetup.Section}:{option} is '{value}'. {remedy}");
        }
    }

    /// <summary>The tables themselves say whether promoted columns fit them.</summary>
    private static string? FindContradiction(ParquetExporterOptions options)
    {
        try
        {
            TelemetryParquetWriter.ForSpans(Stream.Null, ParquetRegistration.ToFormat(options)).Dispose();
            TelemetryParquetWriter.ForEvents(Stream.Null, ParquetRegistration.ToFormat(options)).Dispose();
            TelemetryParquetWriter.ForMetricPoints(Stream.Null, ParquetRegistration.ToFormat(options)).Dispose();
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }
}
