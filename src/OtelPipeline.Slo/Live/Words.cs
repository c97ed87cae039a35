using System.Globalization;

namespace OtelPipeline.Slo.Live;

/// <summary>Values of attributes.</summary>
internal static class Words
{
    public static string Of(SloResult result) =>
        result switch
        {
            SloResult.Pass => "pass",
            SloResult.Fail => "fail",
            SloResult.NoData => "no_data",
            _ => "invalid",
        };

    /// <summary>In the largest unit that divides it: 90s, 5m, 6h, 3d.</summary>
    public static string Of(TimeSpan window)
    {
        var seconds = (long)window.TotalSeconds;
        var (count, unit) =
            seconds % 86_400 == 0 ? (seconds / 86_400, "d")
            : seconds % 3_600 == 0 ? (seconds / 3_600, "h")
            : seconds % 60 == 0 ? (seconds / 60, "m")
            : (seconds, "s");
        return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }

    public static string WindowOf(SloVerdict verdict) => verdict.Slo.TimeWindow?.Duration.ToString() ?? "run";
}
