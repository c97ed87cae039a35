namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>
/// The unit tests of the ratio and the budget of the whole period, which is long: few evaluations, far from each other. Half of the events are bad;
/// then the bad ones leave the period.
/// </summary>
internal sealed class BudgetTests
{
    private const int Steps = 60;

    private readonly UnitTests _tests;
    private readonly TimeSpan _step;

    public BudgetTests(string ruleFile, IReadOnlyList<RuleGroup> groups, TimeSpan period)
    {
        _step = TimeSpan.FromSeconds((long)(period.TotalSeconds / Steps));
        _tests = new UnitTests(ruleFile, _step, groups);
    }

    public override string ToString() => _tests.ToString();

    public void Add(BurnPlan plan, ErrorRatio ratio)
    {
        var (slo, objective) = (plan.Objective.Slo.Name, plan.Objective.Name);
        var traffic = new Traffic(Steps + 8).Add(4, 0, 100).Add(8, 100, 0);
        _tests.Test($"{slo}/{objective}: bad events leave the period");
        foreach (var (instance, isBad, counter) in traffic.Counters())
            _tests.Series(UnitTests.Events(slo, objective, $"instance=\"{instance}\"", isBad), Traffic.Notation(counter));
        _tests.Queries();
        foreach (var (at, bad) in new[] { (Steps - 1, 0.5), (Steps + 1, 0.5), (Steps + 5, 0.0) })
        {
            _tests.Query(at * _step, ratio.Series(plan.Period), ratio.Series(plan.Period), bad);
            _tests.Query(
                at * _step,
                BurnRateRules.BudgetRemaining + PromQl.Selector(plan.Objective),
                BurnRateRules.BudgetRemaining + PromQl.Selector(plan.Objective),
                1 - bad / (double)plan.Budget
            );
        }
    }
}
