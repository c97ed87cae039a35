using System.Globalization;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>
/// The fields of one object of a document. What is read is known; at the end, every field that nobody read is an error. A value of the wrong type
/// is an error and reads as absent, so that one reading finds them all.
/// </summary>
internal sealed class Fields(Errors errors, string file, YamlMap map, string path)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Path => path;

    public SourcePosition Position => new(file, map.Line, map.Column);

    /// <summary>Whether the field is there with something in it.</summary>
    public bool Has(string key) => Find(key) is not null;

    public YamlNode? Node(string key)
    {
        _known.Add(key);
        return Find(key);
    }

    public string? Text(string key, bool required = false)
    {
        switch (Value(key, required))
        {
            case null:
                return null;
            case YamlText { Value.Length: > 0 } text:
                return text.Value;
            case var other:
                return Error<string>(key, $"text is expected here, not {other.Description}.");
        }
    }

    public bool? Boolean(string key) =>
        Value(key, false) switch
        {
            null => null,
            YamlText text when text.TryBoolean(out var value) => value,
            var other => Error<bool?>(key, $"true or false is expected here, not {other.Description}."),
        };

    public decimal? Number(string key, bool required = false) =>
        Value(key, required) switch
        {
            null => null,
            YamlText text when text.TryNumber(out var value) => value,
            var other => Error<decimal?>(key, $"a number is expected here, not {other.Description}."),
        };

    public long? Whole(string key)
    {
        if (Number(key) is not { } number)
            return null;
        if (number >= 0 && number <= long.MaxValue && decimal.IsInteger(number))
            return (long)number;
        return Error<long?>(key, $"a whole number from 0 is expected here, not {number.ToString(CultureInfo.InvariantCulture)}.");
    }

    public SloDuration? Duration(string key, bool required = false)
    {
        switch (Value(key, required))
        {
            case null:
                return null;
            case YamlText text when SloDuration.TryParse(text.Value, out var duration):
                return duration;
            case var other:
                return Error<SloDuration?>(
                    key,
                    $"a duration such as 5m, 1h, 30d, 4w, 1M, 1Q or 1Y is expected here, not {other.Description}."
                );
        }
    }

    public T? Choice<T>(string key, bool required, params ReadOnlySpan<(string Word, T Value)> choices)
        where T : struct
    {
        if (Text(key, required) is not { } text)
            return null;
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return value;
        }

        var words = new List<string>();
        foreach (var (word, _) in choices)
            words.Add(word);
        return Error<T?>(key, $"'{text}' is none of {string.Join(", ", words)}.");
    }

    public Fields? Object(string key, bool required = false)
    {
        switch (Value(key, required))
        {
            case null:
                return null;
            case YamlMap inner:
                return new Fields(errors, file, inner, Inner(key));
            case var other:
                return Error<Fields>(key, $"an object is expected here, not {other.Description}.");
        }
    }

    /// <summary>The items of a list; empty when it is absent.</summary>
    public IEnumerable<(YamlNode Node, string Path)> List(string key, bool required = false)
    {
        switch (Value(key, required))
        {
            case null:
                return [];
            case YamlList list:
                if (required && list.Items.Count == 0)
                    Error<object>(key, "at least one is required here.");
                return list.Items.Select((item, i) => (item, string.Create(CultureInfo.InvariantCulture, $"{Inner(key)}[{i}]")));
            case var other:
                Error<object>(key, $"a list is expected here, not {other.Description}.");
                return [];
        }
    }

    /// <summary>The objects of a list; anything else in it is an error.</summary>
    public IEnumerable<Fields> Objects(string key, bool required = false)
    {
        foreach (var (node, itemPath) in List(key, required))
        {
            if (node is YamlMap inner)
                yield return new Fields(errors, file, inner, itemPath);
            else
                errors.Add(file, node.Line, node.Column, itemPath, $"an object is expected here, not {node.Description}.");
        }
    }

    public IEnumerable<(YamlText Key, YamlNode Value)> Entries
    {
        get
        {
            foreach (var entry in map.Entries)
            {
                _known.Add(entry.Key.Value);
                yield return entry;
            }
        }
    }

    /// <summary>Everything as plain objects; nothing in it is unknown then.</summary>
    public Dictionary<string, object?> ToObject()
    {
        foreach (var (key, _) in map.Entries)
            _known.Add(key.Value);
        return map.ToDictionary();
    }

    /// <summary>Every field that nobody asked for is an error.</summary>
    public void Done()
    {
        foreach (var (key, _) in map.Entries)
        {
            if (!_known.Contains(key.Value))
                errors.Add(
                    file,
                    key.Line,
                    key.Column,
                    Inner(key.Value),
                    $"the field '{key.Value}' is unknown. Known fields here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}."
                );
        }
    }

    /// <summary>An error at a field, or at the object where the field is absent; the value of an absent field comes back.</summary>
    public T? Error<T>(string key, string message)
    {
        foreach (var (name, value) in map.Entries)
        {
            if (name.Value == key)
            {
                // nothing has no place of its own
                var at = value.IsNull ? name : value;
                errors.Add(file, at.Line, at.Column, Inner(key), message);
                return default;
            }
        }

        errors.Add(file, map.Line, map.Column, Inner(key), message);
        return default;
    }

    public void Error(string key, string message) => Error<object>(key, message);

    public void Error(string message) => errors.Add(file, map.Line, map.Column, path, message);

    /// <summary>An error at a node within this object.</summary>
    public void Error(YamlNode node, string key, string message) => errors.Add(file, node.Line, node.Column, Inner(key), message);

    /// <summary>These fields are of no use here: each that is there is an error.</summary>
    public void Forbid(string reason, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Node(key) is not null)
                Error(key, $"'{key}' {reason}.");
        }
    }

    /// <summary>Declares fields that exist, so that <see cref="Done"/> neither refuses nor forgets to name them.</summary>
    public void Know(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _known.Add(key);
    }

    private string Inner(string key) => path.EndsWith(' ') ? path + key : $"{path}.{key}";

    private YamlNode? Find(string key)
    {
        foreach (var (name, value) in map.Entries)
        {
            if (name.Value == key)
                return value.IsNull ? null : value;
        }

        return null;
    }

    private YamlNode? Value(string key, bool required)
    {
        _known.Add(key);
        var value = Find(key);
        if (value is null && required)
            Error(key, $"the required field '{key}' is missing.");
        return value;
    }
}
