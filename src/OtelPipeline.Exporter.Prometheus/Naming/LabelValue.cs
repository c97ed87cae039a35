using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>Attribute values as text: https://opentelemetry.io/docs/specs/otel/common/#attribute; anything but a string as in JSON.</summary>
internal static class LabelValue
{
    private const int MaxDepth = 4;

    /// <summary>The value after redaction; empty where that throws, for what cannot be cleaned must not leave.</summary>
    public static object? Clean(string key, object? value, Func<string, object?, object?>? redaction)
    {
        if (redaction is null)
            return value;
        try
        {
            return redaction(key, value);
        }
        catch (Exception)
        {
            return null;
        }
    }

    public static string Text(object? value)
    {
        try
        {
            return value switch
            {
                null => "",
                string text => text,
                char c => c.ToString(),
                bool b => b ? "true" : "false",
                double d => Text(d),
                float f => f.ToString("R", CultureInfo.InvariantCulture),
                IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
                IEnumerable list => List(list),
                _ => value.ToString() ?? "",
            };
        }
        catch (Exception)
        {
            // a user's ToString or enumerator: a series under a wrong label is better than no scrape
            return "";
        }
    }

    private static string Text(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "Infinity"
        : double.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string List(IEnumerable list)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            Write(json, list, 0);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, object? value, int depth)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool b:
                json.WriteBooleanValue(b);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double d when double.IsFinite(d):
                json.WriteNumberValue(d);
                break;
            case float f when float.IsFinite(f):
                json.WriteNumberValue(f);
                break;
            case IEnumerable list when value is not string && depth < MaxDepth:
                json.WriteStartArray();
                foreach (var item in list)
                    Write(json, item, depth + 1);
                json.WriteEndArray();
                break;
            case IEnumerable when value is not string:
                json.WriteNullValue(); // deeper than any attribute: perhaps a list that contains itself
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }
}
