using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Exporter.Parquet.Conversion;
using OtelPipeline.Exporter.Parquet.Sinks;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>What the extension methods of the three signals have in common.</summary>
internal static class ParquetRegistration
{
    public static void AddOptions(IServiceCollection services, string? name, Action<ParquetExporterOptions>? configure)
    {
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ParquetExporterOptions>, ParquetExporterOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ParquetExporterOptions>, ParquetExporterOptionsValidator>());
        if (name is not null && configure is not null)
            services.Configure(name, configure);
    }

    public static ParquetExporterOptions GetOptions(IServiceProvider services, string? name, Action<ParquetExporterOptions>? configure)
    {
        if (name is not null)
            return services.GetRequiredService<IOptionsMonitor<ParquetExporterOptions>>().Get(name);

        // unnamed options are a fresh instance each time, so that the delegates of several signals do not mix
        var options = services.GetRequiredService<IOptionsFactory<ParquetExporterOptions>>().Create(Options.DefaultName);
        if (configure is null)
            return options;
        configure(options);
        foreach (var validator in services.GetServices<IValidateOptions<ParquetExporterOptions>>())
        {
            var result = validator.Validate(Options.DefaultName, options);
            if (result.Failed)
                throw new OptionsValidationException(Options.DefaultName, typeof(ParquetExporterOptions), result.Failures);
        }

        return options;
    }

    public static TelemetryParquetOptions ToFormat(ParquetExporterOptions options)
    {
        var format = new TelemetryParquetOptions { Promoted = [.. options.Promoted], Format = { Compatible = options.Compatible } };
        if (options.Compression is { } compression)
            format.Format.Compression = compression;
        return format;
    }

    public static ParquetExporter<T, TRow> CreateExporter<T, TRow>(
        IServiceProvider services,
        ParquetExporterOptions options,
        ParquetSignal signal,
        RowConverter<T, TRow> converter,
        RowTable<TRow> table
    )
        where T : class
        where TRow : TelemetryRow
    {
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var sink = new ParquetSink<TRow>(table, options, signal, time);
        converter.Redaction = RedactionService.Get(services);
        return new ParquetExporter<T, TRow>(converter, sink) { Enabled = OptionsSection.IsEnabled(services.GetService<IConfiguration>()) };
    }
}
