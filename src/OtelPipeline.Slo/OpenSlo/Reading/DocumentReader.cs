namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>Reads the objects of several files and connects them by their names.</summary>
internal sealed class DocumentReader(Errors errors)
{
    private readonly List<(string Kind, Fields Fields)> _objects = [];
    private readonly Dictionary<(string Kind, string Name), SourcePosition> _names = [];
    private bool _isWhole = true;

    public Dictionary<string, ServiceObject> Services { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, DataSourceObject> DataSources { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, SloIndicator> Indicators { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, AlertConditionObject> AlertConditions { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, AlertNotificationTargetObject> NotificationTargets { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, AlertPolicyObject> AlertPolicies { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, SloDefinition> Slos { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes the objects of one file; they are read by <see cref="Complete"/>, because the order of objects is free.</summary>
    public void Add(string text, string file)
    {
        var before = errors.Items.Count;
        var nodes = YamlDocuments.Read(text, file, errors.Items);

        // an error of the syntax hides objects, and references to them would seem to be wrong
        _isWhole &= errors.Items.Count == before;
        foreach (var node in nodes)
        {
            if (node is not YamlMap map)
            {
                errors.Add(
                    file,
                    node.Line,
                    node.Column,
                    "",
                    $"an object with apiVersion, kind, metadata and spec is expected, not {node.Description}."
                );
                continue;
            }

            Add(map, file);
        }
    }

    /// <summary>Reads what was added, what others refer to first.</summary>
    public void Complete()
    {
        var alerts = new AlertReader(this, errors);
        var indicators = new IndicatorReader(this, errors);
        Each("Service", f => Add(Services, ReadService(f)));
        Each("DataSource", f => Add(DataSources, ReadDataSource(f)));
        Each("SLI", f => Add(Indicators, indicators.Read(f)));
        Each("AlertCondition", f => Add(AlertConditions, alerts.ReadCondition(f)));
        Each("AlertNotificationTarget", f => Add(NotificationTargets, alerts.ReadTarget(f)));
        Each("AlertPolicy", f => Add(AlertPolicies, alerts.ReadPolicy(f)));
        Each("SLO", f => Add(Slos, new SloReader(this, indicators, alerts).Read(f)));
    }

    /// <summary>Finds what a reference names, or adds an error; null also where it is defined, but wrong.</summary>
    public T? Find<T>(Dictionary<string, T> all, string kind, string? name, Fields at, string key)
        where T : OpenSloObject
    {
        if (name is null)
            return null;
        if (all.TryGetValue(name, out var found))
            return found;
        if (_isWhole && !_names.ContainsKey((kind, name)))
            at.Error(key, $"no {kind} with the name '{name}' is defined{Near(all.Keys, name)}.");
        return null;
    }

    private static string Near(IEnumerable<string> names, string name)
    {
        var same = names.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        return same is null ? "" : $"; there is '{same}'";
    }

    private void Add(YamlMap map, string file)
    {
        var probe = new Fields(errors, file, map, " ");
        var version = probe.Text("apiVersion", required: true);
        if (version is not null and not "openslo/v1")
            probe.Error("apiVersion", $"'{version}' is not supported: openslo/v1 is expected.");
        var word = probe.Text("kind", required: true);
        if (word is not null && !Kinds.Contains(word))
            probe.Error("kind", $"'{word}' is none of {string.Join(", ", Kinds)}.");
        if (word is null || version is not "openslo/v1" || !Kinds.Contains(word))
            return;
        var name = (map.Entries.Find(static e => e.Key.Value == "metadata").Value as YamlMap)
            ?.Entries.Find(static e => e.Key.Value == "name")
            .Value;
        var label = name is YamlText { Value.Length: > 0 } text ? text.Value : null;
        if (label is not null && !_names.TryAdd((word, label), new SourcePosition(file, map.Line, map.Column)))
        {
            errors.Add(
                file,
                name!.Line,
                name.Column,
                $"{word}/{label}: metadata.name",
                $"a second {word} with the name '{label}'; the first stands at {_names[(word, label)]}."
            );
            return;
        }

        var fields = new Fields(errors, file, map, label is null ? $"{word}: " : $"{word}/{label}: ");
        fields.Know("apiVersion", "kind");
        _objects.Add((word, fields));
    }

    private static readonly string[] Kinds =
    [
        "DataSource",
        "SLO",
        "SLI",
        "AlertPolicy",
        "AlertCondition",
        "AlertNotificationTarget",
        "Service",
    ];

    private void Each(string kind, Action<Fields> read)
    {
        foreach (var (_, fields) in _objects.Where(o => o.Kind == kind))
        {
            read(fields);
            fields.Done();
        }
    }

    private static void Add<T>(Dictionary<string, T> all, T? read)
        where T : OpenSloObject
    {
        if (read is not null)
            all.TryAdd(read.Name, read);
    }

    private static ServiceObject? ReadService(Fields fields)
    {
        var header = Header.Read(fields, specRequired: false);
        header?.Spec?.Done();
        return header is null
            ? null
            : new ServiceObject
            {
                Name = header.Name,
                DisplayName = header.DisplayName,
                Labels = header.Labels,
                Annotations = header.Annotations,
                Description = header.Description,
                Position = header.Position,
            };
    }

    private static DataSourceObject? ReadDataSource(Fields fields)
    {
        var header = Header.Read(fields, specRequired: true);
        var type = header?.Spec?.Text("type", required: true);
        var details = header?.Spec?.Object("connectionDetails");
        header?.Spec?.Done();
        return header is null || type is null
            ? null
            : new DataSourceObject
            {
                Name = header.Name,
                DisplayName = header.DisplayName,
                Labels = header.Labels,
                Annotations = header.Annotations,
                Description = header.Description,
                Position = header.Position,
                Type = type,
                ConnectionDetails = details?.ToObject() ?? [],
            };
    }
}
