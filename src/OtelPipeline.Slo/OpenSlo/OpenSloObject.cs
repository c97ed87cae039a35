namespace OtelPipeline.Slo.OpenSlo;

/// <summary>What every object of a definition has.</summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#general-schema"/>
public abstract class OpenSloObject
{
    private protected OpenSloObject() { }

    /// <summary><c>metadata.name</c>: up to 63 letters, digits and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>metadata.displayName</c>, or null.</summary>
    public string? DisplayName { get; init; }

    /// <summary><c>metadata.labels</c>; each key has one value or several.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary><c>metadata.annotations</c>, those under <c>otelpipeline/</c> included.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary><c>spec.description</c>, up to 1,050 characters, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourcePosition Position { get; init; }
}

/// <summary>Where something stands in a definition.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary><c>file:line</c>.</summary>
    public override string ToString() => $"{File}:{Line}";
}

/// <summary>A <c>Service</c>: a group of objectives.</summary>
public sealed class ServiceObject : OpenSloObject;

/// <summary>A <c>DataSource</c>: where metrics come from.</summary>
public sealed class DataSourceObject : OpenSloObject
{
    /// <summary><c>spec.type</c>, such as <c>Prometheus</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>spec.connectionDetails</c>: values are string, decimal, bool, null, lists and dictionaries of these.</summary>
    public IReadOnlyDictionary<string, object?> ConnectionDetails { get; init; } = new Dictionary<string, object?>();
}

/// <summary>An <c>AlertPolicy</c>: when an objective alerts, and whom.</summary>
public sealed class AlertPolicyObject : OpenSloObject
{
    /// <summary>Whether it alerts while the condition holds. Default: false.</summary>
    public bool AlertWhenBreaching { get; init; }

    /// <summary>Whether it tells when the condition no longer holds. Default: false.</summary>
    public bool AlertWhenResolved { get; init; }

    /// <summary>Whether it alerts when there is no data. Default: false.</summary>
    public bool AlertWhenNoData { get; init; }

    /// <summary>The condition; the specification allows exactly one.</summary>
    public required AlertConditionObject Condition { get; init; }

    /// <summary>Whom to tell; at least one.</summary>
    public required IReadOnlyList<AlertNotificationTargetObject> NotificationTargets { get; init; }
}

/// <summary>An <c>AlertCondition</c> of kind <c>burnrate</c>.</summary>
public sealed class AlertConditionObject : OpenSloObject
{
    /// <summary><c>spec.severity</c>, such as <c>page</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>How the burn rate is compared with <see cref="Threshold"/>.</summary>
    public required Comparison Op { get; init; }

    /// <summary>The burn rate that is compared with.</summary>
    public required decimal Threshold { get; init; }

    /// <summary>Over which time the burn rate is taken.</summary>
    public required SloDuration LookbackWindow { get; init; }

    /// <summary>How long the condition must hold before it alerts. Default: 0.</summary>
    public TimeSpan AlertAfter { get; init; }
}

/// <summary>An <c>AlertNotificationTarget</c>: whom an alert tells.</summary>
public sealed class AlertNotificationTargetObject : OpenSloObject
{
    /// <summary><c>spec.target</c>, such as <c>slack</c>.</summary>
    public required string Target { get; init; }
}
