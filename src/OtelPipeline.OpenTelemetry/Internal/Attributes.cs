using OtelPipeline.Internal;

namespace OtelPipeline.OpenTelemetry.Internal;

/// <summary>Redaction of one attribute.</summary>
internal static class Attributes
{
    /// <summary>The redaction that exporters borrow for what cannot be changed once it is recorded.</summary>
    public static Func<string, object?, object?> Cleaner(PipelineInstrumentationOptions options)
    {
        if (options is not { Enabled: true, Redaction.Redactor: { } redactor })
            return static (_, value) => value;
        return (key, value) => TryRedact(redactor, new(key, value), out var clean) ? clean : value;
    }

    /// <summary>True where the value must change; <paramref name="clean"/> is what it becomes.</summary>
    public static bool TryRedact(Redactor redactor, in KeyValuePair<string, object?> attribute, out object? clean)
    {
        clean = null;
        switch (attribute.Value)
        {
            case null or bool or int or long or double or float or byte or short:
                return false;
            case string text when redactor.IsSecretKey(attribute.Key) || attribute.Key is "url.query" or "url.fragment":
                clean = Redactor.Mask;
                return text.Length > 0;
            case string text:
                clean = redactor.Text(text);
                return !ReferenceEquals(clean, text);
            case IEnumerable<string?> texts:
                return TryRedact(redactor, attribute.Key, texts, out clean);
            case Uri or Delegate or System.Text.StringBuilder:
            default:
                // anything else becomes text only in the exporter, so it must become text here to be looked at
                if (attribute.Value is Array || attribute.Value.ToString() is not { } printed)
                    return false;
                clean = redactor.IsSecretKey(attribute.Key) ? Redactor.Mask : redactor.Text(printed);
                return !ReferenceEquals(clean, printed);
        }
    }

    // a method of its own: its closure would be made for each attribute, whatever its value is
    private static bool TryRedact(Redactor redactor, string key, IEnumerable<string?> texts, out object? clean)
    {
        var isSecret = redactor.IsSecretKey(key);
        var cleaned = texts
            .Select(t =>
                t is null ? null
                : isSecret ? Redactor.Mask
                : redactor.Text(t)
            )
            .ToArray();
        clean = cleaned;
        return !cleaned.SequenceEqual(texts);
    }
}
