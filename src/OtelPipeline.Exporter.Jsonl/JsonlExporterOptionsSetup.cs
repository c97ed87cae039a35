using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>Fills options from configuration, by hand: the reflection binder is not safe for native AOT.</summary>
internal sealed class JsonlExporterOptionsSetup(IConfiguration configuration) : IConfigureNamedOptions<JsonlExporterOptions>
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
            var remedy = Bind(options, setting.Key, value);
            if (remedy is not null)
                throw new OptionsValidationException(
                    name ?? Options.DefaultName,
                    typeof(JsonlExporterOptions),
                    [$"{setting.Path} is '{value}'. {remedy}"]
                );
        }
    }

    /// <returns>What to do about a key or a value that is not understood, else null.</returns>
    private static string? Bind(JsonlExporterOptions options, string key, string value)
    {
        switch (key.ToUpperInvariant())
        {
            case "DIRECTORY":
                options.Directory = value;
                return null;
            case "FORMAT":
                return TryEnum<JsonlFormat>(value, format => options.Format = format);
            case "DURABILITY":
                return TryEnum<JsonlDurability>(value, durability => options.Durability = durability);
            case "COMPRESSION":
                return TryEnum<JsonlCompression>(value, compression => options.Compression = compression);
            case "MAXFILESIZE":
                return TryBytes(value, bytes => options.MaxFileSize = bytes);
            case "RETAINTOTALSIZE":
                return value.Length == 0 ? null : TryBytes(value, bytes => options.RetainTotalSize = bytes);
            case "MAXFILEAGE":
                return TryTime(value, age => options.MaxFileAge = age);
            case "RETAINAGE":
                return value.Length == 0 ? null : TryTime(value, age => options.RetainAge = age);
            case "RETAINFILES":
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var files))
                    return "Give a whole number of files, for example 10.";
                options.RetainFiles = files;
                return null;
            default:
                return "The JSON lines exporter has no such option. Remove it or correct its name.";
        }
    }

    private static string? TryEnum<T>(string value, Action<T> set)
        where T : struct, Enum
    {
        if (!Enum.TryParse(value, ignoreCase: true, out T parsed) || !Enum.IsDefined(parsed))
            return $"Give one of: {string.Join(", ", Enum.GetNames<T>())}.";
        set(parsed);
        return null;
    }

    private static string? TryBytes(string value, Action<long> set)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
            return "Give a whole number of bytes, for example 10000000.";
        set(bytes);
        return null;
    }

    private static string? TryTime(string value, Action<TimeSpan> set)
    {
        if (!TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time))
            return "Give a time as [days.]hours:minutes:seconds, for example 01:00:00.";
        set(time);
        return null;
    }
}
