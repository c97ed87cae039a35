namespace OtelPipeline.Slo.Tests.Verdicts;

public class RatioTests
{
    private static SloVerdict Judge(decimal target, int good, int bad, string? window = null, string total = "")
    {
        var evaluator = new SloEvaluator(Slos.Ratio(target, window, total: total));
        for (var i = 0; i < good + bad; i++)
            evaluator.Observe(Rows.Span("work", Rows.Start.AddMilliseconds(i), attributes: ("ok", i >= bad)));
        return evaluator.Only();
    }

    [TestCase(90, 10, SloResult.Pass, TestName = "exactly on target")]
    [TestCase(91, 9, SloResult.Pass, TestName = "one event better")]
    [TestCase(89, 11, SloResult.Fail, TestName = "one event worse")]
    [TestCase(9, 1, SloResult.Pass, TestName = "1 of 10 within 1 - 0.9, which doubles deny")]
    [TestCase(1, 0, SloResult.Pass, TestName = "one good event")]
    [TestCase(0, 1, SloResult.Fail, TestName = "one bad event")]
    [TestCase(0, 0, SloResult.NoData, TestName = "no event")]
    public void Against_ninety_percent(int good, int bad, SloResult expected)
    {
        foreach (var window in new[] { null, "30d" })
        {
            var verdict = Judge(0.9m, good, bad, window);
            Assert.That(verdict.Result, Is.EqualTo(expected));
            Assert.That((verdict.Good, verdict.Bad, verdict.Total), Is.EqualTo(((decimal)good, (decimal)bad, (decimal)(good + bad))));
        }
    }

    [Test]
    public void A_verdict_has_its_numbers()
    {
        var verdict = Judge(0.98m, 96, 4);

        Assert.That(verdict.Result, Is.EqualTo(SloResult.Fail));
        Assert.That(verdict.CountsAsFailure, Is.True);
        Assert.That(verdict.Sli, Is.EqualTo(0.96m));
        Assert.That(verdict.Target, Is.EqualTo(0.98m));
        Assert.That(verdict.AllowedBad, Is.EqualTo(2m));
        Assert.That(verdict.ExcessBad, Is.EqualTo(2m));
        Assert.That(verdict.RemainingBudget, Is.EqualTo(-1m), "a budget may be overdrawn");
        Assert.That(verdict.RunId, Is.EqualTo("run-1"));
        Assert.That(verdict.FirstEvent, Is.EqualTo(Rows.Start));
        Assert.That(verdict.LastEvent, Is.EqualTo(Rows.Start.AddMilliseconds(99)));
        Assert.That(verdict.Why!.FirstBadTime, Is.EqualTo(Rows.Start));
        Assert.That(verdict.Why.CrossedAt, Is.EqualTo(Rows.Start.AddMilliseconds(2)), "the third bad one");
        Assert.That($"{verdict.Objective}", Is.EqualTo("ratio"));
    }

    [TestCase("", SloResult.NoData, false)]
    [TestCase(", noData: ignore", SloResult.NoData, false)]
    [TestCase(", noData: fail", SloResult.NoData, true)]
    [TestCase(", noData: pass", SloResult.Pass, false)]
    public void Without_data_the_definition_decides(string total, SloResult expected, bool isFailure)
    {
        var verdict = Judge(0.9m, 0, 0, total: total);

        Assert.That((verdict.Result, verdict.CountsAsFailure), Is.EqualTo((expected, isFailure)));
        Assert.That(verdict.Reason, Is.EqualTo("no event matched"));
    }

    [TestCase(4, SloResult.NoData)]
    [TestCase(5, SloResult.Pass)]
    public void Too_few_events_are_no_data(int events, SloResult expected) =>
        Assert.That(Judge(0.9m, events, 0, total: ", minEvents: 5").Result, Is.EqualTo(expected));

    [Test]
    public void Liveness_must_match()
    {
        var document = Slos.Ratio(0.5m, total: ", liveness: '{ name = \"heart\" }'");
        var evaluator = new SloEvaluator(document);
        evaluator.Observe(Rows.Span("work", Rows.Start, attributes: ("ok", true)));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.NoData));
        Assert.That(evaluator.Only().Reason, Is.EqualTo("nothing matched the liveness filter { name = \"heart\" }"));
        evaluator.Observe(Rows.Span("heart", Rows.Start));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Pass));
    }

    [Test]
    public void Ten_million_events()
    {
        var evaluator = new SloEvaluator(Slos.Ratio(0.9999999m));
        var (good, bad) = (
            Rows.Span("work", Rows.Start, attributes: ("ok", true)),
            Rows.Span("work", Rows.Start, attributes: ("ok", false))
        );
        for (var i = 0; i < 9_999_999; i++)
            evaluator.Observe(good);
        evaluator.Observe(bad);
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Pass), "exactly on target");
        Assert.That(evaluator.Only().Total, Is.EqualTo(10_000_000m));
        Assert.That(evaluator.Only().RemainingBudget, Is.Zero);

        evaluator.Observe(bad);
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Fail), "one event worse");
    }

    [TestCase(9_999_999, 10_000_000, "0.9999999", true)]
    [TestCase(9_999_999, 10_000_000, "0.99999990000000000000000001", false)]
    [TestCase(9_007_199_254_740_991, 9_007_199_254_740_992, "0.9999999999999998889776975374", true)]
    [TestCase(9_007_199_254_740_991, 9_007_199_254_740_992, "0.9999999999999998889776975375", false)]
    [TestCase(1, 3, "0.3333333333333333333333333333", true)]
    [TestCase(1, 3, "0.3333333333333333333333333334", false)]
    public void Comparisons_are_exact(double part, double whole, string share, bool expected) =>
        Assert.That(
            Slo.Verdicts.Exact.IsAtLeast(part, whole, decimal.Parse(share, System.Globalization.CultureInfo.InvariantCulture)),
            Is.EqualTo(expected)
        );

    [Test]
    public void The_latest_run_is_judged_unless_another_is_asked_for()
    {
        var document = Slos.Ratio(0.9m);
        var evaluator = new SloEvaluator(document);
        evaluator.Observe(Rows.Span("work", Rows.Start.AddMinutes(1), run: "late", attributes: ("ok", true)));
        evaluator.Observe(Rows.Span("work", Rows.Start, run: "early", attributes: ("ok", false)));
        evaluator.Observe(Rows.Span("work", Rows.Start.AddMinutes(9), run: null, attributes: ("ok", false)));

        Assert.That(evaluator.Only().RunId, Is.EqualTo("late"));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Pass));
        Assert.That(evaluator.Evaluate("early").Single().Result, Is.EqualTo(SloResult.Fail));
        Assert.That(evaluator.Evaluate("never").Single().Result, Is.EqualTo(SloResult.NoData));
    }

    [Test]
    public void What_knows_no_run_belongs_to_the_only_one_that_is_going_on()
    {
        var evaluator = new SloEvaluator(Slos.Ratio(0.9m));
        void Run(string id, int from, int to)
        {
            var run = Rows.Span("run p", Rows.Start.AddSeconds(to), to - from, id);
            run.Scope = new Data.ScopeInfo { Name = "OtelPipeline" };
            evaluator.Observe(run);
        }

        foreach (var second in new[] { 5, 15, 25 })
            evaluator.Observe(Rows.Span("work", Rows.Start.AddSeconds(second), run: null, attributes: ("ok", false)));
        evaluator.Observe(Rows.Span("work", Rows.Start.AddSeconds(12), run: "r", attributes: ("ok", true)));
        Run("r", 10, 20);
        Assert.That((evaluator.Only().Good, evaluator.Only().Bad), Is.EqualTo((1m, 1m)));

        Run("other", 14, 16);
        Assert.That(evaluator.Evaluate("r").Single().Bad, Is.Zero, "it could be either's");
    }

    [Test]
    public void What_is_excluded_does_not_count()
    {
        var evaluator = new SloEvaluator(
            Slos.Ratio(
                0.9m,
                "1d",
                annotations: "otelpipeline/exclude: '2026-11-20T10:00:00Z/2026-11-20T11:00:00Z; fri 12:00-13:00 Europe/Berlin'"
            )
        );
        foreach (var minute in new[] { -1, 0, 59, 60, 61, 119, 120 })
            evaluator.Observe(Rows.Span("work", Rows.Start.AddMinutes(minute), attributes: ("ok", false)));

        // a Friday: 12:00 in Berlin is 11:00 UTC
        Assert.That(evaluator.Only().Bad, Is.EqualTo(2m));
    }

    [Test]
    public void What_bad_events_have_in_common_is_named()
    {
        var evaluator = new SloEvaluator(Slos.Ratio(0.9m));
        for (var i = 0; i < 200; i++)
            evaluator.Observe(
                Rows.Span(
                    "work",
                    Rows.Start.AddSeconds(i),
                    attributes:
                    [
                        ("ok", i % 4 != 0),
                        ("server.address", i % 4 == 0 ? "slow.example" : $"host-{i % 3}"),
                        ("pipeline.item.id", $"i{i}"),
                    ]
                )
            );

        var why = evaluator.Only().Why!;
        var cause = why.Causes.First(static c => c.Key == "server.address");
        Assert.That((cause.Value, cause.ShareOfBad), Is.EqualTo(("slow.example", 1.0)));
        Assert.That(cause.ShareOfAll, Is.EqualTo(0.25).Within(0.03));
        Assert.That(cause.Lift, Is.EqualTo(4).Within(0.5));
        Assert.That(
            why.Summary,
            Does.StartWith("50 of 200 are bad, 20 are allowed: server.address=slow.example (100 % of the bad, 25 % of all)")
        );
    }

    [Test]
    public void Trouble_that_spares_nobody_is_named_by_its_place()
    {
        var evaluator = new SloEvaluator(Slos.Threshold("signal: spans, value: duration", "lte", 3));
        for (var i = 0; i < 200; i++)
            evaluator.Observe(
                Rows.Span(
                    "work",
                    Rows.Start.AddSeconds(i),
                    seconds: i % 4 == 0 ? 1 : 5,
                    attributes: [("server.address", "slow.example"), ("pipeline.item.id", $"i{i}")]
                )
            );

        Assert.That(evaluator.Only().Why!.Summary, Does.Contain("server.address=slow.example (100 % of the bad, 100 % of all)"));
    }

    [Test]
    public void A_source_of_another_kind_is_invalid()
    {
        var document = SloDocument.Parse(
            OpenSlo.Yaml.With(
                OpenSlo.Yaml.Threshold,
                "{type: OtelPipeline, spec: {signal: spans, value: duration}}",
                "{type: Prometheus, spec: {query: up}}"
            )
        );

        var verdict = new SloEvaluator(document).Only();

        Assert.That(verdict.Result, Is.EqualTo(SloResult.Invalid));
        Assert.That(verdict.Reason, Does.Contain("type Prometheus"));
    }
}
