using System.Globalization;
using System.Text;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Output;

/// <summary>A moment, nanoseconds since 1970.</summary>
internal readonly record struct Moment(long UnixNano);

/// <summary>A duration in nanoseconds; programs get milliseconds.</summary>
internal readonly record struct Nanoseconds(double Value);

/// <summary>A size; programs get the number.</summary>
internal readonly record struct ByteCount(long Value);

/// <summary>Values of results as text for people. Text out of files comes without control characters: they could command the terminal.</summary>
internal static class Cell
{
    public static string Text(object? value) =>
        value switch
        {
            null => "",
            string text => Plain(text),
            bool flag => flag ? "yes" : "no",
            double number => Number(number),
            Moment moment => Time(moment.UnixNano),
            Nanoseconds duration => Duration(duration.Value),
            ByteCount bytes => Bytes(bytes.Value),
            AttributeList attributes => Plain(Attributes(attributes)),
            AttributeValue attribute => Plain(attribute.ToString()),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => Plain(value.ToString() ?? ""),
        };

    /// <summary>For CSV and other programs.</summary>
    public static string Exact(object? value) =>
        value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            Moment moment => UnixTime.Text(moment.UnixNano),
            Nanoseconds duration => ((decimal)duration.Value / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture),
            ByteCount bytes => bytes.Value.ToString(CultureInfo.InvariantCulture),
            AttributeList attributes => new AttributeValue(attributes).ToString(),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    public static bool IsNumber(object? value) => value is long or int or double or Nanoseconds or ByteCount;

    public static string Time(long unixNano) =>
        UnixTime.ToDateTimeOffset(unixNano).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    public static string Duration(double nanoseconds) =>
        nanoseconds switch
        {
            < 0 => "-" + Duration(-nanoseconds),
            < 1e3 => Digits(nanoseconds) + " ns",
            < 1e6 => Digits(nanoseconds / 1e3) + " µs",
            < 1e9 => Digits(nanoseconds / 1e6) + " ms",
            < 60e9 => Digits(nanoseconds / 1e9) + " s",
            _ => TimeSpan.FromSeconds(Math.Round(nanoseconds / 1e9)) is var span && span.TotalDays >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays}d {span.Hours}h")
            : span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Hours}h {span.Minutes}m")
            : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}m {span.Seconds}s"),
        };

    public static string Bytes(long bytes) =>
        bytes switch
        {
            < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
            < 1_000_000 => Digits(bytes / 1e3) + " KB",
            < 1_000_000_000 => Digits(bytes / 1e6) + " MB",
            _ => Digits(bytes / 1e9) + " GB",
        };

    public static string Plain(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0000', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
            return text;
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character == '\n')
                plain.Append('⏎');
            else if (character != '\r')
                plain.Append(char.IsControl(character) ? ' ' : character);
        }

        return plain.ToString();
    }

    public static string Cut(string text, int width) =>
        text.Length <= width ? text
        : width <= 1 ? text[..Math.Max(0, width)]
        : text[..(width - 1)] + "…";

    private static string Number(double number) =>
        double.IsFinite(number) && Math.Abs(number) is >= 1e-3 and < 1e15 || number == 0
            ? number.ToString("0.####", CultureInfo.InvariantCulture)
            : number.ToString("G4", CultureInfo.InvariantCulture);

    private static string Attributes(AttributeList attributes)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in attributes)
            text.Append(text.Length == 0 ? "" : " ").Append(key).Append('=').Append(value.ToString());
        return text.ToString();
    }

    private static string Digits(double value) =>
        value.ToString(
            value switch
            {
                < 10 => "0.##",
                < 100 => "0.#",
                _ => "0",
            },
            CultureInfo.InvariantCulture
        );
}
