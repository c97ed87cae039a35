using System.Globalization;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>Reads an <c>SLO</c>; its objectives are read by <see cref="ObjectiveReader"/>.</summary>
internal sealed class SloReader(DocumentReader objects, IndicatorReader indicators, AlertReader alerts)
{
    public SloDefinition? Read(Fields fields)
    {
        var header = Header.Read(fields, specRequired: true, Annotation.Exclude);
        if (header?.Spec is not { } spec)
            return null;
        var service = spec.Text("service", required: true);
        var method = spec.Choice(
            "budgetingMethod",
            required: true,
            ("Occurrences", BudgetingMethod.Occurrences),
            ("Timeslices", BudgetingMethod.Timeslices),
            ("RatioTimeslices", BudgetingMethod.RatioTimeslices)
        );
        var hasIndicator = spec.Has("indicator") || spec.Has("indicatorRef");
        var indicator = Indicator(spec, indicators, objects);
        var window = Window(spec);
        var policies = spec.Objects("alertPolicies").Select(alerts.ReadPolicyItem).OfType<AlertPolicyObject>().ToList();
        var objectives = spec.Objects("objectives", required: true).ToList();
        var slo = new SloDefinition
        {
            Name = header.Name,
            DisplayName = header.DisplayName,
            Labels = header.Labels,
            Annotations = header.Annotations,
            Description = header.Description,
            Position = header.Position,
            Service = service ?? "",
            TimeWindow = window,
            BudgetingMethod = method ?? BudgetingMethod.Occurrences,
            IsComposite = !hasIndicator && objectives.Count > 1,
            AlertPolicies = policies,
            Exclusions = Exclusions(header),
        };
        slo.Objectives = new ObjectiveReader(objects, indicators, spec, slo).Read(objectives, indicator, hasIndicator);
        spec.Done();
        return slo;
    }

    /// <summary>Reads <c>indicator</c> or <c>indicatorRef</c>; null where neither is there or it has errors.</summary>
    public static SloIndicator? Indicator(Fields fields, IndicatorReader indicators, DocumentReader objects)
    {
        var inline = fields.Object("indicator");
        var reference = fields.Text("indicatorRef");
        if (inline is null)
            return objects.Find(objects.Indicators, "SLI", reference, fields, "indicatorRef");
        if (reference is not null)
            fields.Error("indicatorRef", "'indicator' and 'indicatorRef' cannot stand together: give one of them.");
        AlertReader.CheckKind(inline, "SLI");
        var indicator = indicators.Read(inline);
        inline.Done();
        return indicator;
    }

    private static SloTimeWindow? Window(Fields spec)
    {
        var items = spec.Objects("timeWindow").ToList();
        if (items.Count == 0)
            return null;
        if (items.Count > 1)
        {
            spec.Error("timeWindow", $"a time window is a list of exactly one item; these are {items.Count}.");
            return null;
        }

        var item = items[0];
        var duration = item.Duration("duration", required: true);
        var rolling = item.Boolean("isRolling");
        var calendar = item.Object("calendar");
        item.Done();
        if (calendar is null)
        {
            if (rolling != true)
                item.Error("a time window has either 'isRolling: true' or 'calendar' with startTime and timeZone.");
            return duration is { } length && rolling == true ? new SloTimeWindow { Duration = length, IsRolling = true } : null;
        }

        if (rolling == true)
            item.Error("isRolling", "a time window with 'calendar' is not rolling: remove one of them.");
        var start = StartTime(calendar);
        TimeZoneInfo? zone = null;
        if (calendar.Text("timeZone", required: true) is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
            calendar.Error(
                "timeZone",
                $"'{name}' is no time zone of the IANA database, such as Europe/Berlin or UTC, or this machine has none."
            );
        calendar.Done();
        return duration is null || start is null || zone is null || rolling == true
            ? null
            : new SloTimeWindow
            {
                Duration = duration.Value,
                IsRolling = false,
                CalendarStart = start,
                TimeZone = zone,
            };
    }

    private static DateTime? StartTime(Fields calendar)
    {
        if (calendar.Text("startTime", required: true) is not { } text)
            return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start))
            return start;
        calendar.Error("startTime", $"a time such as 2026-01-01 00:00:00, without a time zone, is expected here, not {text}.");
        return null;
    }

    private static List<SloExclusion> Exclusions(Header header)
    {
        var exclusions = new List<SloExclusion>();
        if (!header.Annotations.TryGetValue(Annotation.Exclude, out var text))
            return exclusions;
        foreach (var part in text.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (SloExclusion.TryParse(part) is { } exclusion)
                exclusions.Add(exclusion);
            else
                header.Metadata.Error(
                    "annotations",
                    $"'{part}' in {Annotation.Exclude} is no time: 2026-11-20T22:00:00Z/2026-11-21T02:00:00Z or sun 02:00-04:00 Europe/Berlin (or daily …) is expected."
                );
        }

        return exclusions;
    }
}
