using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Prometheus.Testing;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>
/// Makes rules for Prometheus from objectives: recording rules and multi-window, multi-burn-rate alerts over <c>slo.events</c> where there is a
/// budget and a time window, alerts on <c>slo.result</c> for limits and objectives of one run, and queries of sources of type <c>Prometheus</c> as
/// they are; with unit tests for promtool, a dashboard for Grafana, and routes for Alertmanager where there are alert policies.
/// </summary>
/// <seealso href="https://sre.google/workbook/alerting-on-slos/"/>
public static class PrometheusRules
{
    /// <summary>Makes the files.</summary>
    /// <param name="document">The objectives.</param>
    /// <param name="style">On which way metrics come to Prometheus.</param>
    /// <returns>
    /// For each SLO <c>NAME.rules.yaml</c> with tests beside it (<c>NAME.burn-1.tests.yaml</c> and so on for the pairs of windows of burn rates,
    /// <c>NAME.budget.tests.yaml</c>, <c>NAME.tests.yaml</c> for results), <c>slo-dashboard.json</c>, and <c>alertmanager.yaml</c> where there are alert policies.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="document"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="style"/> is no style.</exception>
    public static PrometheusRuleSet Generate(SloDocument document, PrometheusMetricStyle style = PrometheusMetricStyle.Prometheus)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (!Enum.IsDefined(style))
            throw new ArgumentOutOfRangeException(nameof(style), style, "There are the styles Prometheus and Otlp.");
        var (files, notes) = (new List<GeneratedFile>(), new List<string>());
        foreach (var slo in document.Slos)
            new SloFiles(slo, style, files, notes).Write();
        files.Add(new GeneratedFile("slo-dashboard.json", SloDashboard.Write(document)));
        if (document.Slos.Any(static s => s.AlertPolicies.Count > 0))
            files.Add(new GeneratedFile("alertmanager.yaml", AlertmanagerRoutes.Write(document, notes)));
        return new PrometheusRuleSet(files, [.. notes.Distinct()]);
    }

    private sealed class SloFiles(SloDefinition slo, PrometheusMetricStyle style, List<GeneratedFile> files, List<string> notes)
    {
        private readonly List<RuleGroup> _groups = [];
        private readonly List<(BurnPlan Plan, ErrorRatio Ratio, RuleGroup Group)> _burns = [];
        private readonly List<(string Objective, RuleGroup Group)> _results = [];

        private string RuleFileName => slo.Name + ".rules.yaml";

        public void Write()
        {
            foreach (var objective in slo.Objectives)
                Add(objective);
            if (slo.IsComposite && slo.Objectives.All(static o => o.Indicator.IsTelemetry))
                AddResult("composite", null);
            if (_groups.Count == 0)
                return;
            files.Add(new GeneratedFile(RuleFileName, RuleFile.Write(_groups)));
            if (_results.Count > 0)
            {
                var tests = new ResultTests(RuleFileName, _groups);
                foreach (var (objective, group) in _results)
                    tests.Add(slo, objective, group.Rules);
                files.Add(new GeneratedFile(slo.Name + ".tests.yaml", tests.ToString()));
            }

            // series that arbitrary queries would read cannot be made up
            var tested = _burns.Where(static b => b.Plan.Objective.Indicator.IsTelemetry).ToList();
            AddBudgetTests(tested);
            for (var pair = 0; pair < tested.Select(static b => b.Plan.Pairs.Count).DefaultIfEmpty(0).Max(); pair++)
            {
                var tests = new BurnRateTests(RuleFileName, _groups, [.. tested.Select(static b => b.Plan)], pair, style);
                foreach (var (plan, ratio, group) in tested)
                    tests.Add(plan, ratio, group.Rules);
                if (!tests.IsEmpty)
                    files.Add(new GeneratedFile($"{slo.Name}.burn-{pair + 1}.tests.yaml", tests.ToString()));
            }
        }

        private void AddBudgetTests(List<(BurnPlan Plan, ErrorRatio Ratio, RuleGroup Group)> burns)
        {
            var counted = burns.Where(static b => b.Ratio.CountsEvents).ToList();
            if (counted.Count == 0)
                return;
            var tests = new BudgetTests(RuleFileName, _groups, counted[0].Plan.Period);
            foreach (var (plan, ratio, _) in counted)
                tests.Add(plan, ratio);
            files.Add(new GeneratedFile(slo.Name + ".budget.tests.yaml", tests.ToString()));
        }

        private void Add(SloObjective objective)
        {
            var telemetry = objective.Indicator.IsTelemetry;
            if (telemetry && (slo.TimeWindow is null || objective.Kind == SloObjectiveKind.Limit))
            {
                AddResult(objective.Name, objective);
                if (slo.AlertPolicies.Any(static p => p.AlertWhenBreaching))
                    Note(objective, "its alert policies are no rules, for it has no burn rate; SloFailed goes to their targets.");
                return;
            }

            if (slo.TimeWindow is null)
            {
                Note(objective, "no rules: it has no timeWindow, and queries know no runs. Give it one.");
                return;
            }

            if (ErrorRatio.For(objective) is not { } ratio)
            {
                Note(
                    objective,
                    $"no rules: sources of type {string.Join(", ", objective.Indicator.Sources.Select(static s => s.Type).Distinct())} are neither telemetry nor a query of Prometheus."
                );
                return;
            }

            var plan = BurnPlan.For(objective, style)!;
            foreach (var note in plan.Notes)
                Note(objective, note);
            if (!telemetry)
                Note(objective, "its rules have no unit tests: their input is a query of your own.");
            var groups = BurnRateRules.Groups(plan, ratio).ToList();
            _groups.AddRange(groups);
            _burns.Add((plan, ratio, groups[0]));
        }

        private void AddResult(string name, SloObjective? objective)
        {
            var group = ResultRules.Group(slo, name, objective);
            _groups.Add(group);
            _results.Add((name, group));
        }

        private void Note(SloObjective objective, string text) => notes.Add($"{slo.Name}/{objective.Name}: {text}");
    }
}
