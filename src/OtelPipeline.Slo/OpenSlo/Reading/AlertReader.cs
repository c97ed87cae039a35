namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>Reads alert policies with their conditions and targets, inline or by reference.</summary>
internal sealed class AlertReader(DocumentReader objects, Errors errors)
{
    public AlertConditionObject? ReadCondition(Fields fields)
    {
        var header = Header.Read(fields, specRequired: true);
        if (header?.Spec is not { } spec)
            return null;
        var severity = spec.Text("severity", required: true);
        var condition = spec.Object("condition", required: true);
        spec.Done();
        if (condition is null)
            return null;
        condition.Choice("kind", false, ("burnrate", 0));
        var op = Op(condition, "op", required: true);
        var threshold = condition.Number("threshold", required: true);
        var lookback = condition.Duration("lookbackWindow", required: true);

        // the only duration that may be 0: https://github.com/OpenSLO/OpenSLO#notes-alertcondition
        var after = condition.Node("alertAfter") is YamlText { Value: "0m" } ? null : condition.Duration("alertAfter");
        condition.Done();
        if (severity is null || op is null || threshold is null || lookback is null)
            return null;
        return new AlertConditionObject
        {
            Name = header.Name,
            DisplayName = header.DisplayName,
            Labels = header.Labels,
            Annotations = header.Annotations,
            Description = header.Description,
            Position = header.Position,
            Severity = severity,
            Op = op.Value,
            Threshold = threshold.Value,
            LookbackWindow = lookback.Value,
            AlertAfter = after?.ToTimeSpan() ?? TimeSpan.Zero,
        };
    }

    public AlertNotificationTargetObject? ReadTarget(Fields fields)
    {
        var header = Header.Read(fields, specRequired: true);
        var target = header?.Spec?.Text("target", required: true);
        header?.Spec?.Done();
        return header is null || target is null
            ? null
            : new AlertNotificationTargetObject
            {
                Name = header.Name,
                DisplayName = header.DisplayName,
                Labels = header.Labels,
                Annotations = header.Annotations,
                Description = header.Description,
                Position = header.Position,
                Target = target,
            };
    }

    public AlertPolicyObject? ReadPolicy(Fields fields)
    {
        var header = Header.Read(fields, specRequired: true);
        if (header?.Spec is not { } spec)
            return null;
        var (breaching, resolved, noData) = (
            spec.Boolean("alertWhenBreaching"),
            spec.Boolean("alertWhenResolved"),
            spec.Boolean("alertWhenNoData")
        );
        var conditions = new List<AlertConditionObject?>();
        foreach (var item in spec.Objects("conditions", required: true))
        {
            conditions.Add(InlineOrReference(item, "conditionRef", "AlertCondition", ReadCondition, objects.AlertConditions));
        }

        if (conditions.Count > 1)
            spec.Error("conditions", $"an alert policy has exactly one condition; these are {conditions.Count}.");
        var targets = new List<AlertNotificationTargetObject?>();
        foreach (var item in spec.Objects("notificationTargets", required: true))
        {
            targets.Add(InlineOrReference(item, "targetRef", "AlertNotificationTarget", ReadTarget, objects.NotificationTargets));
        }

        spec.Done();
        if (conditions is not [{ } condition])
            return null;
        return new AlertPolicyObject
        {
            Name = header.Name,
            DisplayName = header.DisplayName,
            Labels = header.Labels,
            Annotations = header.Annotations,
            Description = header.Description,
            Position = header.Position,
            AlertWhenBreaching = breaching ?? false,
            AlertWhenResolved = resolved ?? false,
            AlertWhenNoData = noData ?? false,
            Condition = condition,
            NotificationTargets = [.. targets.OfType<AlertNotificationTargetObject>()],
        };
    }

    /// <summary>Reads one item of <c>alertPolicies</c>.</summary>
    public AlertPolicyObject? ReadPolicyItem(Fields item) =>
        InlineOrReference(item, "alertPolicyRef", "AlertPolicy", ReadPolicy, objects.AlertPolicies);

    public static Comparison? Op(Fields fields, string key, bool required) =>
        fields.Choice(key, required, ("lte", Comparison.Lte), ("gte", Comparison.Gte), ("lt", Comparison.Lt), ("gt", Comparison.Gt));

    private T? InlineOrReference<T>(Fields item, string reference, string kind, Func<Fields, T?> read, Dictionary<string, T> all)
        where T : OpenSloObject
    {
        T? found;
        if (item.Text(reference) is { } name)
        {
            item.Forbid($"cannot stand beside '{reference}'", "metadata", "spec");
            found = objects.Find(all, kind, name, item, reference);
        }
        else if (!item.Has("metadata") && !item.Has("spec"))
        {
            errors.Add(item.Position, item.Path, $"either '{reference}' or an {kind} with metadata and spec is required here.");
            return null;
        }
        else
        {
            found = read(item);
        }

        CheckKind(item, kind);
        item.Done();
        return found;
    }

    /// <summary>An inline object may say its kind and version, and then they must be right.</summary>
    public static void CheckKind(Fields item, string kind)
    {
        if (item.Text("kind") is { } other && other != kind)
            item.Error("kind", $"'{other}' is not expected here, but {kind}.");
        if (item.Text("apiVersion") is { } version and not "openslo/v1")
            item.Error("apiVersion", $"'{version}' is not supported: openslo/v1 is expected.");
    }
}
