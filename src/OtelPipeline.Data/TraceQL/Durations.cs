using System.Globalization;
using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// Durations as Tempo reads them: those of Prometheus (<c>1y2w3d4h5m6s7ms</c>, whole numbers, the larger unit first), else those of Go
/// (<c>1.5h30m</c>, down to <c>ns</c>).
/// </summary>
internal static class Durations
{
    private static readonly (string Unit, decimal Nanoseconds)[] PrometheusUnits =
    [
        ("y", 365m * 86_400_000_000_000),
        ("w", 7m * 86_400_000_000_000),
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ];

    private static readonly (string Unit, decimal Nanoseconds)[] GoUnits =
    [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds) =>
        TryParse(text, PrometheusUnits, ordered: true, out nanoseconds) || TryParse(text, GoUnits, ordered: false, out nanoseconds);

    /// <summary>The shortest form that reads back the same, such as <c>1m30s</c>, as Go writes it.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
            return "0s";
        var text = new StringBuilder(nanoseconds < 0 ? "-" : "");
        var rest = Math.Abs((decimal)nanoseconds);
        if (rest < 1_000_000_000)
        {
            var (unit, size) =
                rest < 1_000 ? ("ns", 1m)
                : rest < 1_000_000 ? ("µs", 1_000m)
                : ("ms", 1_000_000m);
            return text.Append((rest / size).ToString("0.######", CultureInfo.InvariantCulture)).Append(unit).ToString();
        }

        var hours = Math.Floor(rest / 3_600_000_000_000);
        var minutes = Math.Floor(rest / 60_000_000_000) % 60;
        if (hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (hours > 0 || minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{minutes}m");
        return text.Append((rest % 60_000_000_000 / 1_000_000_000).ToString("0.#########", CultureInfo.InvariantCulture))
            .Append('s')
            .ToString();
    }

    private static bool TryParse(ReadOnlySpan<char> text, (string Unit, decimal Nanoseconds)[] units, bool ordered, out long nanoseconds)
    {
        nanoseconds = 0;
        decimal sum = 0;
        var next = 0;
        if (text.IsEmpty)
            return false;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits > 0 && text[digits] == '.' && !ordered)
                digits = text[(digits + 1)..].IndexOfAnyExceptInRange('0', '9') is >= 0 and var more ? digits + 1 + more : -1;
            else if (digits == 0 && text[0] == '.' && !ordered)
                digits = text[1..].IndexOfAnyExceptInRange('0', '9') is > 0 and var more ? 1 + more : -1;
            if (
                digits <= 0
                || digits > 28
                || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            )
                return false;
            text = text[digits..];
            var length = text.IndexOfAnyInRange('0', '9');
            var dot = text.IndexOf('.');
            length = length < 0 || (dot >= 0 && dot < length) ? dot : length;
            var name = length < 0 ? text : text[..length];
            var found = -1;
            for (var i = ordered ? next : 0; i < units.Length; i++)
            {
                if (name.SequenceEqual(units[i].Unit))
                    found = i;
            }

            if (found < 0 || number > long.MaxValue / units[found].Nanoseconds)
                return false;
            next = found + 1;
            sum += Math.Floor(number * units[found].Nanoseconds);
            if (sum > long.MaxValue)
                return false;
            text = text[name.Length..];
        }

        nanoseconds = (long)sum;
        return true;
    }
}
