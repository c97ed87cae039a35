using System.Globalization;

namespace OtelPipeline.Internal;

/// <summary>Durations as people read them.</summary>
internal static class Durations
{
    public static string Text(TimeSpan value)
    {
        // rounded first, so that there is no "1 min 60 s"
        var seconds = (long)Math.Round(value.TotalSeconds);
        return value.TotalSeconds switch
        {
            < 0.000_999_5 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMicroseconds:0} us"),
            < 0.999_95 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.#} ms"),
            < 59.995 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.00} s"),
            < 3599.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds / 60 % 60} min"),
        };
    }
}
