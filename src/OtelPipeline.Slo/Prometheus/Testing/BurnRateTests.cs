using OtelPipeline.Slo.Budgets;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>The unit tests of the burn-rate rules of one SLO for one pair of windows: each pair needs steps of its own scale.</summary>
internal sealed class BurnRateTests
{
    private readonly UnitTests _tests = null!;
    private readonly IReadOnlyList<BurnPlan> _plans;
    private readonly TimeSpan _step;
    private readonly int _index;
    private readonly string _target = "";

    public BurnRateTests(
        string ruleFile,
        IReadOnlyList<RuleGroup> groups,
        IReadOnlyList<BurnPlan> plans,
        int index,
        PrometheusMetricStyle style
    )
    {
        // a slice has to hold some samples, and with so many of them only the quickest pair is quick to test
        (_index, _plans) = (index, [.. plans.Where(p => index < p.Pairs.Count && (index == 0 || IsOfEvents(p)))]);
        if (IsEmpty)
            return;
        _step = Step(
            [.. _plans.Select(p => p.Pairs[index])],
            _plans.Where(static p => !IsOfEvents(p)).Min(static p => p.Objective.TimeSliceWindow)
        );
        _tests = new UnitTests(ruleFile, _step, groups);

        // what tells processes apart: the address that is scraped, or service.instance.id
        _target =
            style == PrometheusMetricStyle.Otlp
                ? "instance=\"{0}\",job=\"shop/loader\""
                : "instance=\"{0}:9464\",job=\"loader\",otel_scope_name=\"OtelPipeline\"";
    }

    /// <summary>True where no objective has such a pair.</summary>
    public bool IsEmpty => _plans.Count == 0;

    public override string ToString() => _tests.ToString();

    /// <summary>Adds what holds for one objective.</summary>
    public void Add(BurnPlan plan, ErrorRatio ratio, IReadOnlyList<Rule> rules)
    {
        if (!_plans.Contains(plan))
            return;
        var pair = plan.Pairs[_index];
        var alert = rules.Single(r => r.Name == BurnRateRules.AlertName(pair.Severity));
        if (IsOfEvents(plan))
        {
            foreach (var scenario in new BurnScenarios(plan, pair, _step).All())
                Add(plan, alert, scenario);
        }
        else
        {
            Outage(plan, pair, alert);
        }

        // these say nothing about a pair
        if (_index == 0)
        {
            Recorded(plan, ratio);
            NoBadSeries(plan, ratio);
            NoSeries(plan, rules.Single(static r => r.Name == BurnRateRules.NoData));
            foreach (var policy in rules.Where(static r => r.Name == BurnRateRules.Policy))
                PolicyOutage(plan, policy);
        }
    }

    private static bool IsOfEvents(BurnPlan plan) => plan.Objective.Slo.BudgetingMethod == BudgetingMethod.Occurrences;

    /// <summary>A tenth of the short window, and if that is possible one that divides all windows.</summary>
    private static TimeSpan Step(List<BurnRateWindow> pairs, TimeSpan? slice)
    {
        var shortest = (long)pairs.Min(static p => p.ShortWindow).TotalSeconds;
        if (slice is { } length)
            shortest = Math.Min(shortest, 5 * (long)length.TotalSeconds);
        var common = pairs
            .SelectMany(static p => new[] { p.ShortWindow, p.LongWindow })
            .Aggregate(0L, static (a, w) => Divisor((long)w.TotalSeconds, a));
        for (var step = shortest / 10; step >= Math.Max(1, shortest / 20); step--)
        {
            if (common % step == 0)
                return TimeSpan.FromSeconds(step);
        }

        return TimeSpan.FromSeconds(Math.Max(1, shortest / 10));
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);

    private void Add(BurnPlan plan, Rule alert, Scenario scenario)
    {
        var simulation = new Simulation(plan, scenario.Traffic, _step);
        Start(plan, scenario.Name);
        Series(plan, scenario.Traffic);
        _tests.Alerts();
        foreach (var at in scenario.Checks)
        {
            if (simulation.Fires(plan.Pairs[_index].Severity, at) is { } fires)
                _tests.Alert(at * _step, alert, fires);
        }
    }

    private void Start(BurnPlan plan, string name) => _tests.Test($"{plan.Objective.Slo.Name}/{plan.Objective.Name}: {name}");

    private void Series(BurnPlan plan, Traffic traffic, bool withBad = true)
    {
        foreach (var (instance, isBad, counter) in traffic.Counters())
        {
            if (withBad || !isBad)
                Series(plan.Objective.Slo.Name, plan.Objective.Name, instance, isBad, Traffic.Notation(counter));
        }
    }

    private void Series(string slo, string objective, char instance, bool isBad, string values) =>
        _tests.Series(
            UnitTests.Events(slo, objective, _target.Replace("{0}", instance.ToString(), StringComparison.Ordinal), isBad),
            values
        );

    private void Outage(BurnPlan plan, BurnRateWindow pair, Rule alert)
    {
        var covered = (int)Math.Ceiling(pair.LongWindow / _step);
        foreach (var isBad in new[] { true, false })
        {
            var traffic = new Traffic(covered + 2);
            for (var i = 1; i <= traffic.Steps; i++)
                traffic.Add(i, isBad ? 0 : 20, isBad ? 20 : 0);
            Start(plan, isBad ? "an outage" : "all is well");
            Series(plan, traffic);
            _tests.Alerts();
            _tests.Alert((covered - 1) * _step, alert, false);
            _tests.Alert((covered + 1) * _step, alert, isBad);
        }
    }

    // half of the events are bad; what else there is must not be counted
    private void Recorded(BurnPlan plan, ErrorRatio ratio)
    {
        const int steps = 40;
        var at = steps * _step;
        var (slo, objective) = (plan.Objective.Slo.Name, plan.Objective.Name);
        var traffic = new Traffic(steps);
        for (var i = 1; i <= steps; i++)
            traffic.Add(i, 2, 2);
        Start(plan, "what is recorded");
        Series(plan, traffic);
        Series(slo + "-other", objective, 'a', true, $"0+9x{steps}");
        Series(slo, objective + " other", 'a', true, $"0+9x{steps}");
        _tests.Queries();
        if (ratio.CountsEvents)
        {
            foreach (var window in plan.Windows)
                _tests.Query(at, ratio.Series(window), ratio.Series(window), 0.5);
        }

        var target = "otelpipeline:slo_objective:ratio" + PromQl.Selector(plan.Objective);
        _tests.Query(at, target, target, (double)plan.Objective.Target);
        _tests.Query(at, ratio.Known, ratio.Known, 4);
    }

    // first nothing happens, which is no ratio; then good events only, and no counter of bad ones
    private void NoBadSeries(BurnPlan plan, ErrorRatio ratio)
    {
        if (!ratio.CountsEvents)
            return;
        var traffic = new Traffic(20);
        for (var i = 10; i <= traffic.Steps; i++)
            traffic.Add(i, 2, 0);
        Start(plan, "no series of bad events");
        Series(plan, traffic, withBad: false);
        _tests.Queries();
        foreach (var window in plan.Windows.Append(plan.Period).Distinct())
        {
            _tests.Query(8 * _step, ratio.Series(window), null);
            _tests.Query(18 * _step, ratio.Series(window), ratio.Series(window), 0);
        }
    }

    private void NoSeries(BurnPlan plan, Rule alert)
    {
        var steps = (int)Math.Ceiling(BurnRateRules.NoDataFor / _step);
        Start(plan, "no series");
        Others(steps + 2);
        _tests.Alerts();
        _tests.Alert((steps - 1) * _step, alert, false);
        _tests.Alert((steps + 2) * _step, alert, true);
        Start(plan, "nothing happens");
        Series(plan, new Traffic(steps + 4));
        Others(steps + 4);
        _tests.Alerts();
        _tests.Alert((steps - 1) * _step, alert, false);
        _tests.Alert((steps + 4) * _step, alert, alert.Expression.Contains("== 0", StringComparison.Ordinal));

        // what else would have no data has some
        void Others(int steps)
        {
            Series(plan.Objective.Slo.Name + "-other", plan.Objective.Name, 'a', false, $"0+9x{steps}");
            foreach (var other in plan.Objective.Slo.Objectives.Where(o => o != plan.Objective && o.Kind != SloObjectiveKind.Limit))
                Series(other.Slo.Name, other.Name, 'a', false, $"0+9x{steps}");
        }
    }

    private void PolicyOutage(BurnPlan plan, Rule alert)
    {
        var policy = plan.Objective.Slo.AlertPolicies.First(p => alert.Labels.Contains(new("alert_policy", p.Name)));
        if (policy.Condition.Op is Comparison.Lt or Comparison.Lte || policy.Condition.Threshold * plan.Budget >= 1)
            return;
        var fires = (int)Math.Ceiling((policy.Condition.LookbackWindow.ToTimeSpan() + alert.For) / _step);
        var traffic = new Traffic(fires + 3);
        for (var i = 1; i <= traffic.Steps; i++)
            traffic.Add(i, 0, 20 * plan.MinEvents);
        Start(plan, $"the policy {policy.Name}");
        Series(plan, traffic);
        _tests.Alerts();
        _tests.Alert((fires - 1) * _step, alert, false);
        _tests.Alert((fires + 2) * _step, alert, true);
    }
}
