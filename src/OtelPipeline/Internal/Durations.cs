using System.Globalization;

namespace OtelPipeline.Internal;

/// <summary>Durations as people read them.</summary>
internal static class Durations
{
    public static string Text(TimeSpan value) =>
        value.TotalSeconds switch
        {
            < 0.000_5 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMicroseconds:0} us"),
            < 0.999_5 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.#} ms"),
            < 59.995 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.00} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)value.TotalMinutes} min {value.Seconds} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)value.TotalHours} h {value.Minutes} min"),
        };
}
