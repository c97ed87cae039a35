using OpenTelemetry;

namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>
/// The labels of one series: attributes whose names became the same are joined with ';' in the order of their original keys, empty ones are
/// left out as Prometheus does, and all are sorted, so that equal sets are equal bytes.
/// </summary>
internal sealed class LabelSet(PrometheusExporterOptions options, Escaping escaping)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<Label> _attributes = [];
    private readonly List<Label> _labels = [];

    public List<Label> Labels => _labels;

    /// <param name="attributes">The attributes of the point.</param>
    /// <param name="fixedLabels">Labels of the metric as a whole; they keep their names.</param>
    /// <param name="resourceLabels">Labels that give way to an attribute of the same name.</param>
    /// <param name="reserved">A name that no attribute may take, or null.</param>
    public void Build(in ReadOnlyTagCollection attributes, List<Label> fixedLabels, List<Label> resourceLabels, string? reserved)
    {
        Clear();
        foreach (var (key, value) in attributes)
            Add(key, value);
        Finish(fixedLabels, resourceLabels, reserved);
    }

    /// <inheritdoc cref="Build(in ReadOnlyTagCollection, List{Label}, List{Label}, string?)"/>
    public List<Label> Build(IEnumerable<KeyValuePair<string, object?>> attributes, string prefix = "")
    {
        Clear();
        foreach (var (key, value) in attributes)
            Add(prefix + key, value);
        Finish([], [], null);
        return [.. _labels];
    }

    private void Clear()
    {
        _attributes.Clear();
        _labels.Clear();
    }

    private void Add(string? key, object? value)
    {
        var text = LabelValue.Text(LabelValue.Clean(key ?? "", value, options.Redaction));
        if (text.Length > 0)
            _attributes.Add(new Label(key ?? "", text));
    }

    private void Finish(List<Label> fixedLabels, List<Label> resourceLabels, string? reserved)
    {
        _attributes.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var (key, value) in _attributes)
        {
            var name = Name(key);
            while (name == reserved || IndexOf(fixedLabels, name) >= 0)
                name = "exported_" + name;
            if (IndexOf(_labels, name) is >= 0 and var index)
                _labels[index] = new Label(name, _labels[index].Value + ";" + value);
            else
                _labels.Add(new Label(name, value));
        }

        foreach (var label in resourceLabels)
        {
            if (label.Name != reserved && IndexOf(_labels, label.Name) < 0 && IndexOf(fixedLabels, label.Name) < 0)
                _labels.Add(label);
        }

        _labels.AddRange(fixedLabels);
        _labels.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
    }

    // the number of keys is bounded by the instruments; hostile ones are not remembered
    private string Name(string key)
    {
        if (_names.TryGetValue(key, out var name))
            return name;
        name = LabelName.Translate(key, options.Translation, escaping);
        if (_names.Count < 1000)
            _names.Add(key, name);
        return name;
    }

    private static int IndexOf(List<Label> labels, string name)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i].Name == name)
                return i;
        }

        return -1;
    }
}

internal readonly record struct Label(string Name, string Value);
