using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>Numbers as Prometheus reads them.</summary>
internal static class TextNumber
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int MaxLength = 32;

    /// <summary>Below this every whole number is exact, and written without a fraction.</summary>
    private const double MaxExactInteger = 1L << 53;

    /// <summary>Writes it where there is room for <see cref="MaxLength"/> bytes; returns how many it took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(ref byte target, long value) =>
        (ulong)value <= uint.MaxValue ? DecimalDigits.Write(ref target, (uint)value) : WriteLarge(ref target, value);

    /// <inheritdoc cref="Write(ref byte, long)"/>
    public static int Write(ref byte target, double value)
    {
        // most sums and gauges are whole, and whole numbers are formatted ten times as fast
        if (Math.Abs(value) < MaxExactInteger && (long)value == value)
            return Write(ref target, (long)value);
        var span = MemoryMarshal.CreateSpan(ref target, MaxLength);
        if (double.IsFinite(value))
        {
            value.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
            return written;
        }

        var special =
            double.IsNaN(value) ? "NaN"u8
            : value > 0 ? "+Inf"u8
            : "-Inf"u8;
        special.CopyTo(span);
        return special.Length;
    }

    /// <summary>
    /// <c>le="0.5"} </c>. Bounds are text to Prometheus, so they have to be what other clients write: Go's <c>%g</c>, in OpenMetrics with
    /// <c>.0</c> behind whole numbers (https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers).
    /// </summary>
    public static ByteBuffer BucketLabel(double bound, bool openMetrics)
    {
        var text =
            double.IsPositiveInfinity(bound) ? "+Inf"
            : double.IsNegativeInfinity(bound) ? "-Inf"
            : Go(bound);
        if (openMetrics && double.IsFinite(bound) && text.AsSpan().IndexOfAny('.', 'e') < 0)
            text += ".0";
        return new ByteBuffer(Encoding.ASCII.GetBytes($"le=\"{text}\"}} "));
    }

    private static int WriteLarge(ref byte target, long value)
    {
        value.TryFormat(MemoryMarshal.CreateSpan(ref target, MaxLength), out var written, default, CultureInfo.InvariantCulture);
        return written;
    }

    private static string Go(double value)
    {
        var text = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        for (var precision = 0; precision < 16; precision++)
        {
            var shorter = Math.Abs(value).ToString("E" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == Math.Abs(value))
            {
                text = shorter;
                break;
            }
        }

        var e = text.IndexOf('E', StringComparison.Ordinal);
        var digits = text[..e].Replace(".", "", StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = value < 0 ? "-" : "";
        if (value == 0)
            return "0";
        if (exponent is < -4 or >= 6)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
            return sign + "0." + new string('0', -exponent - 1) + digits;
        return digits.Length <= exponent + 1
            ? sign + digits.PadRight(exponent + 1, '0')
            : sign + digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }
}
