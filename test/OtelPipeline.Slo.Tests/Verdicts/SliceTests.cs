namespace OtelPipeline.Slo.Tests.Verdicts;

public class SliceTests
{
    // slices of a minute: 10 of 10, 9 of 10, 5 of 10, nothing, 10 of 10
    private static readonly int[] Good = [10, 9, 5, -1, 10];

    private static SloVerdict Judge(SloDocument document)
    {
        var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { At = Rows.Start.AddMinutes(5) });
        for (var slice = 0; slice < Good.Length; slice++)
        {
            for (var i = 0; Good[slice] >= 0 && i < 10; i++)
                evaluator.Observe(Rows.Span("work", Rows.Start.AddMinutes(slice).AddSeconds(i), attributes: ("ok", i < Good[slice])));
        }

        return evaluator.Only();
    }

    private static SloDocument Slices(decimal target, string method, string objective, string total = "", string? window = "1h") =>
        Slos.Ratio(target, window, method, $", timeSliceWindow: 1m{objective}", total);

    [TestCase(0.5, "0.9", 3, 1, SloResult.Pass)]
    [TestCase(0.75, "0.9", 3, 1, SloResult.Pass)]
    [TestCase(0.76, "0.9", 3, 1, SloResult.Fail)]
    [TestCase(0.75, "0.91", 2, 2, SloResult.Fail)]
    public void Timeslices_are_good_or_bad(double target, string sliceTarget, int good, int bad, SloResult expected)
    {
        foreach (var window in new[] { "1h", null, "duration: 1d, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}" })
        {
            var verdict = Judge(Slices((decimal)target, "Timeslices", $", timeSliceTarget: {sliceTarget}", window: window));
            Assert.That((verdict.Good, verdict.Bad, verdict.Result), Is.EqualTo(((decimal)good, (decimal)bad, expected)), window);
        }
    }

    [TestCase(", noData: pass", 4)]
    [TestCase(", noData: fail", 3)]
    [TestCase("", 3)]
    public void A_slice_without_events_counts_as_the_definition_says(string noData, int good)
    {
        var verdict = Judge(Slices(0.5m, "Timeslices", ", timeSliceTarget: 0.9", noData));
        Assert.That((verdict.Good, verdict.Total), Is.EqualTo(((decimal)good, noData.Length == 0 ? 4m : 5m)));
    }

    [TestCase(0.85, SloResult.Pass)]
    [TestCase(0.8501, SloResult.Fail)]
    public void Ratio_timeslices_are_a_mean(double target, SloResult expected)
    {
        var verdict = Judge(Slices((decimal)target, "RatioTimeslices", ""));
        Assert.That((verdict.Result, verdict.Sli), Is.EqualTo((expected, 0.85m)));
    }

    [Test]
    public void Few_events_weigh_as_much_as_many()
    {
        var evaluator = new SloEvaluator(Slices(0.5m, "RatioTimeslices", ""));
        evaluator.Observe(Rows.Span("work", Rows.Start, attributes: ("ok", true)));
        for (var i = 0; i < 1_000; i++)
            evaluator.Observe(Rows.Span("work", Rows.Start.AddMinutes(1), attributes: ("ok", false)));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Pass));
    }

    [Test]
    public void A_composite_adds_what_its_objectives_consume()
    {
        SloDocument Composite(string first, string second) =>
            SloDocument.Parse(
                $$"""
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: both}
                spec:
                  service: s
                  budgetingMethod: Occurrences
                  objectives:
                    - displayName: a
                      {{first}}
                      indicator: {metadata: {name: a}, spec: {ratioMetric: {good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" && .ok = true }'} } }, total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" }'} } } } } }
                    - displayName: b
                      {{second}}
                      indicator: {metadata: {name: b}, spec: {ratioMetric: {good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" && .ok = true }'} } }, total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" }'} } } } } }
                """
            );
        SloVerdict Whole(SloDocument document)
        {
            var evaluator = new SloEvaluator(document);
            for (var i = 0; i < 10; i++)
                evaluator.Observe(Rows.Span("work", Rows.Start, attributes: ("ok", i > 0)));
            var verdicts = evaluator.Evaluate();
            Assert.That(verdicts.Select(static v => v.ObjectiveName), Is.EqualTo(new[] { "a", "b", "composite" }));
            return verdicts[^1];
        }

        // one of ten is bad: half of a budget of two
        Assert.That(Whole(Composite("target: 0.8", "target: 0.8")).RemainingBudget, Is.Zero);
        Assert.That(Whole(Composite("target: 0.8", "target: 0.8")).Result, Is.EqualTo(SloResult.Pass));
        Assert.That(
            Whole(
                Composite(
                    "target: 0.8",
                    "{target: 0.8, compositeWeight: 1.5}".Trim('{', '}').Replace(", ", "\n      ", StringComparison.Ordinal)
                )
            ).RemainingBudget,
            Is.EqualTo(-0.25m)
        );
        Assert.That(Whole(Composite("target: 0.8", "target: 0.9")).Result, Is.EqualTo(SloResult.Fail));
    }

    [Test]
    public void Burn_rates_cover_several_windows()
    {
        var evaluator = new SloEvaluator(Slos.Ratio(0.99m, "30d"), new SloEvaluatorOptions { At = Rows.Start.AddHours(2) });
        for (var i = 0; i < 100; i++)
            evaluator.Observe(Rows.Span("work", Rows.Start.AddHours(-48).AddMinutes(i), attributes: ("ok", true)));
        for (var i = 0; i < 100; i++)
            evaluator.Observe(Rows.Span("work", Rows.Start.AddHours(1).AddSeconds(30 * i + 10), attributes: ("ok", i % 10 != 0)));

        var rates = evaluator.Only().BurnRates.ToDictionary(static b => b.Window, static b => b);
        Assert.That(rates.Keys.Select(static w => w.TotalMinutes), Is.EqualTo(new[] { 5.0, 30, 60, 120, 360, 1440, 4320 }));
        Assert.That(rates[TimeSpan.FromHours(1)].Rate, Is.EqualTo(10m), "10 % of the events are bad, 1 % are allowed");
        Assert.That(rates[TimeSpan.FromDays(3)].Rate, Is.LessThan(10m));
        Assert.That(rates[TimeSpan.FromMinutes(5)].Rate, Is.Null);
        Assert.That(rates[TimeSpan.FromMinutes(5)].Coverage, Is.EqualTo(1));
        Assert.That(evaluator.Only().Coverage, Is.EqualTo(50.0 / 720).Within(0.001));
    }

    [TestCase(0.999, 14.4, 60, 5, false)]
    [TestCase(0.6, 2.25, 384, 32, true)]
    public void A_factor_that_cannot_be_reached_is_lowered(
        double target,
        double factor,
        double longMinutes,
        double shortMinutes,
        bool reduced
    )
    {
        var first = Slo.Budgets.BurnRateWindow.For((decimal)target, TimeSpan.FromDays(30))[0];
        Assert.That(
            (first.Factor, first.LongWindow.TotalMinutes, first.ShortWindow.TotalMinutes, first.IsReduced),
            Is.EqualTo(((decimal)factor, longMinutes, shortMinutes, reduced))
        );
        Assert.That(first.Consumed, Is.EqualTo(0.02m));
    }
}
