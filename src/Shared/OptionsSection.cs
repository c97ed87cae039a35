using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OtelPipeline.Internal;

/// <summary>
/// Reads one section of the configuration into options, without reflection; a value that cannot be read and a key that nothing reads are
/// errors which name the key, the value and the remedy.
/// </summary>
internal sealed class OptionsSection(IConfiguration? configuration, string path)
{
    /// <summary>Whether the configuration leaves the family of packages switched on; whoever exports or listens asks.</summary>
    public static bool IsEnabled(IConfiguration? configuration) =>
        !string.Equals(configuration?["OtelPipeline:Enabled"], "false", StringComparison.OrdinalIgnoreCase);

    private readonly IConfigurationSection? _section = configuration?.GetSection(path);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private bool _hasNamedSections;

    public void Read(string key, Action<bool> set) =>
        Read(key, set, static text => bool.TryParse(text, out var v) ? v : null, "true or false");

    public void Read(string key, Action<int> set) =>
        Read(
            key,
            set,
            static text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : null,
            "a whole number"
        );

    public void Read(string key, Action<long> set) =>
        Read(
            key,
            set,
            static text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : null,
            "a whole number"
        );

    public void Read(string key, Action<double> set) =>
        Read(
            key,
            set,
            static text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : null,
            "a number such as 0.5"
        );

    public void Read(string key, Action<TimeSpan> set) =>
        Read(
            key,
            set,
            static text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var v) ? v : null,
            "a time such as 00:00:05"
        );

    public void ReadEnum<T>(string key, Action<T> set)
        where T : struct, Enum =>
        Read(
            key,
            set,
            static text => Enum.TryParse<T>(text, ignoreCase: true, out var v) && Enum.IsDefined(v) ? v : null,
            "one of " + string.Join(", ", Enum.GetNames<T>())
        );

    public void Read(string key, Action<string> set)
    {
        if (Value(key) is { } text)
            set(text);
    }

    /// <summary>Adds the texts of an array to a list.</summary>
    public void Read(string key, ICollection<string> list)
    {
        _known.Add(key);
        if (_section is null)
            return;
        foreach (var child in _section.GetSection(key).GetChildren())
        {
            if (child.Value is { Length: > 0 } text)
                list.Add(text);
        }
    }

    /// <summary>Reads a section within this one.</summary>
    public void Read(string key, Action<OptionsSection> read)
    {
        _known.Add(key);
        var inner = new OptionsSection(_section, key) { FullPath = $"{FullPath}:{key}" };
        read(inner);
        inner.RejectUnknown();
    }

    /// <summary>Declares keys that somebody else reads.</summary>
    public void Leave(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _known.Add(key);
    }

    /// <summary>Declares that sections within this one have names which the user gives: they are read as sections of their own.</summary>
    public void LeaveNamedSections() => _hasNamedSections = true;

    /// <exception cref="OptionsValidationException">The section holds a key that was neither read nor left to somebody else.</exception>
    public void RejectUnknown()
    {
        if (_section is null)
            return;
        foreach (var child in _section.GetChildren())
        {
            if (!_known.Contains(child.Key) && !(_hasNamedSections && child.Value is null))
            {
                // its value is not told: it may be a secret
                throw Error(
                    $"The configuration key '{FullPath}:{child.Key}' is unknown. Known keys here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}. Remove it or correct its name."
                );
            }
        }
    }

    private string FullPath { get; init; } = path;

    private void Read<T>(string key, Action<T> set, Func<string, T?> parse, string expected)
        where T : struct
    {
        if (Value(key) is not { } text)
            return;
        set(parse(text) ?? throw Error($"The configuration key '{FullPath}:{key}' has the value '{text}'; it must be {expected}."));
    }

    private string? Value(string key)
    {
        _known.Add(key);
        return _section?[key] is { Length: > 0 } text ? text : null;
    }

    private static OptionsValidationException Error(string message) => new(Options.DefaultName, typeof(OptionsSection), [message]);
}
