using System.Text.RegularExpressions;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>The metadata of one object, and the fields of its specification.</summary>
internal sealed partial class Header
{
    private const int MaxDescription = 1050;
    private const int MaxPrefix = 253;

    // https://github.com/OpenSLO/OpenSLO#notes-general-schema asks for RFC 1123 names at least; its own examples have capital letters
    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName { get; }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyName { get; }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain { get; }

    public required string Name { get; init; }
    public string? DisplayName { get; init; }
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; }
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required Fields Metadata { get; init; }
    public required SourcePosition Position { get; init; }

    /// <summary>Null where <c>spec</c> is absent.</summary>
    public Fields? Spec { get; init; }

    public string? Description { get; private init; }

    /// <summary>Reads <c>metadata</c> and the description; null where there is not even a name.</summary>
    public static Header? Read(Fields fields, bool specRequired, params ReadOnlySpan<string> knownAnnotations)
    {
        var metadata = fields.Object("metadata", required: true);
        var spec = fields.Object("spec", specRequired);
        var description = spec?.Text("description");
        if (description?.Length > MaxDescription)
            spec!.Error("description", $"a description has at most {MaxDescription} characters; this one has {description.Length}.");
        if (metadata is null)
            return null;
        var name = metadata.Text("name", required: true);
        if (name is not null && !ObjectName.IsMatch(name))
            metadata.Error(
                "name",
                $"'{name}' is no name: up to 63 letters, digits and '-' are allowed, the first and the last a letter or a digit."
            );
        var header = new Header
        {
            Name = name ?? "",
            DisplayName = metadata.Text("displayName"),
            Labels = ReadLabels(metadata),
            Annotations = ReadAnnotations(metadata, knownAnnotations),
            Metadata = metadata,
            Position = fields.Position,
            Spec = spec,
            Description = description,
        };
        metadata.Done();
        return name is null ? null : header;
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadLabels(Fields metadata)
    {
        var labels = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (metadata.Object("labels") is not { } fields)
            return labels;
        foreach (var (key, value) in fields.Entries)
        {
            if (!KeyName.IsMatch(key.Value))
                fields.Error(key, key.Value, KeyMessage("label", key.Value));
            else if (value is YamlText { IsNull: false } one)
                labels[key.Value] = [one.Value];
            else if (value is YamlList list && list.Items.All(static i => i is YamlText { IsNull: false }))
                labels[key.Value] = list.Items.ConvertAll(static i => ((YamlText)i).Value);
            else
                fields.Error(value, key.Value, $"a label is text or a list of text, not {value.Description}.");
        }

        return labels;
    }

    private static Dictionary<string, string> ReadAnnotations(Fields metadata, ReadOnlySpan<string> known)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (metadata.Object("annotations") is not { } fields)
            return annotations;
        foreach (var (key, value) in fields.Entries)
        {
            var slash = key.Value.IndexOf('/', StringComparison.Ordinal);
            if (!KeyName.IsMatch(key.Value[(slash + 1)..]))
                fields.Error(key, key.Value, KeyMessage("annotation", key.Value[(slash + 1)..]));
            else if (slash >= 0 && (slash > MaxPrefix || !Subdomain.IsMatch(key.Value.AsSpan(0, slash))))
                fields.Error(
                    key,
                    key.Value,
                    $"'{key.Value[..slash]}' is no prefix of an annotation: a DNS subdomain of at most {MaxPrefix} characters is expected before the '/'."
                );
            else if (key.Value.StartsWith(Annotation.Prefix, StringComparison.Ordinal) && !known.Contains(key.Value))
                fields.Error(
                    key,
                    key.Value,
                    $"the annotation '{key.Value}' is unknown here."
                        + (known.Length == 0 ? "" : $" Known ones: {string.Join(", ", known.ToArray())}.")
                );
            else if (value is YamlText { IsNull: false } text)
                annotations[key.Value] = text.Value;
            else
                fields.Error(value.IsNull ? key : value, key.Value, $"an annotation is text, not {value.Description}.");
        }

        return annotations;
    }

    private static string KeyMessage(string what, string key) =>
        $"'{key}' is no name of {(what == "annotation" ? "an" : "a")} {what}: up to 63 letters, digits, '-', '_' and '.' are allowed, the first and the last a letter or a digit.";
}

/// <summary>The annotations of this package.</summary>
internal static class Annotation
{
    public const string Prefix = "otelpipeline/";

    /// <summary>Times that do not count.</summary>
    public const string Exclude = "otelpipeline/exclude";
}
