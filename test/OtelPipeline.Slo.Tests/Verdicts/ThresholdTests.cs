using OtelPipeline.Data;

namespace OtelPipeline.Slo.Tests.Verdicts;

public class ThresholdTests
{
    private const string Duration = "signal: spans, where: '{ name = \"work\" }', value: duration";

    private static SloVerdict Judge(SloDocument document, params double[] seconds)
    {
        var evaluator = new SloEvaluator(document);
        for (var i = 0; i < seconds.Length; i++)
            evaluator.Observe(Rows.Span("work", Rows.Start.AddSeconds(i), seconds[i]));
        return evaluator.Only();
    }

    // 10 values: the nearest rank of p50 is the 5th
    [TestCase("lte", 5, 0.5, SloResult.Pass)]
    [TestCase("lte", 4.999, 0.5, SloResult.Fail)]
    [TestCase("lt", 5, 0.5, SloResult.Fail)]
    [TestCase("lt", 5.001, 0.5, SloResult.Pass)]
    [TestCase("lte", 9, 0.9, SloResult.Pass)]
    [TestCase("lte", 9, 0.91, SloResult.Fail)]
    [TestCase("gte", 6, 0.5, SloResult.Pass)]
    [TestCase("gt", 6, 0.5, SloResult.Fail)]
    public void A_quantile_is_the_share_that_keeps_the_threshold(string op, double value, double target, SloResult expected) =>
        Assert.That(
            Judge(Slos.Threshold(Duration, op, (decimal)value, (decimal)target), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).Result,
            Is.EqualTo(expected)
        );

    [Test]
    public void The_observed_quantile_stands_beside_it()
    {
        var verdict = Judge(Slos.Threshold(Duration, "lte", 5, 0.5m), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        Assert.That((double)verdict.Actual!.Value, Is.EqualTo(5).Within(1).Percent);
    }

    [Test]
    public void A_quantile_equals_the_nearest_rank_of_the_sorted_values()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(1, 40) / 8.0).ToArray();
            var target = random.Next(1, 100) / 100m;
            var sorted = values.Order().ToArray();
            var rank = sorted[(int)Math.Ceiling(target * sorted.Length) - 1];

            Assert.That(Judge(Slos.Threshold(Duration, "lte", (decimal)rank, target), values).Result, Is.EqualTo(SloResult.Pass));
            Assert.That(Judge(Slos.Threshold(Duration, "lt", (decimal)rank, target), values).Result, Is.EqualTo(SloResult.Fail));
        }
    }

    [Test]
    public void The_sketch_is_within_one_percent_of_the_sorted_values()
    {
        var random = new Random(11);
        foreach (var spread in new[] { 1.0, 3.0, 8.0 })
        {
            var sketch = new Slo.Indicators.QuantileSketch();
            var values = Enumerable.Range(0, 5_000).Select(_ => Math.Exp(spread * (random.NextDouble() - 0.5) * 4)).ToArray();
            foreach (var value in values)
                sketch.Add(value);
            Array.Sort(values);
            for (var q = 0.01; q < 1; q += 0.01)
            {
                var exact = values[(int)Math.Ceiling(q * values.Length - 1e-9) - 1];
                Assert.That(sketch.Quantile(q), Is.EqualTo(exact).Within(1.0001).Percent);
            }
        }
    }

    [TestCase("aggregate: count", "lte", 3, SloResult.Pass)]
    [TestCase("aggregate: count", "lt", 3, SloResult.Fail)]
    [TestCase("aggregate: count", "gte", 4, SloResult.Fail)]
    [TestCase("aggregate: count", "gt", 2, SloResult.Pass)]
    [TestCase("aggregate: max, value: duration", "lte", 5, SloResult.Pass)]
    [TestCase("aggregate: max, value: duration", "lt", 5, SloResult.Fail)]
    [TestCase("aggregate: min, value: duration", "gte", 1, SloResult.Pass)]
    [TestCase("aggregate: avg, value: duration", "lte", 3, SloResult.Pass)]
    [TestCase("aggregate: avg, value: duration", "lt", 3, SloResult.Fail)]
    [TestCase("aggregate: sum, value: duration", "lte", 9, SloResult.Pass)]
    [TestCase("aggregate: sum, value: duration", "gt", 9, SloResult.Fail)]
    [TestCase("aggregate: rate, per: 1h", "lte", 3, SloResult.Pass)]
    [TestCase("aggregate: rate, per: 1h", "lt", 3, SloResult.Fail)]
    public void A_limit_is_one_value(string aggregate, string op, double value, SloResult expected)
    {
        foreach (var window in new[] { null, "1h" })
        {
            var verdict = Judge(
                Slos.Threshold($"signal: spans, where: '{{ name = \"work\" }}', {aggregate}", op, (decimal)value, window: window),
                1,
                3,
                5
            );
            Assert.That(verdict.Result, Is.EqualTo(expected));
            Assert.That(verdict.Total, Is.EqualTo(3m));
        }
    }

    [Test]
    public void A_rate_over_a_longer_window_is_divided()
    {
        var document = Slos.Threshold("signal: spans, where: '{ name = \"work\" }', aggregate: rate, per: 1h", "lte", 0.125m, window: "1d");
        Assert.That(Judge(document, 1, 1, 1).Result, Is.EqualTo(SloResult.Pass), "3 in 24 h");
        Assert.That(Judge(document, 1, 1, 1, 1).Result, Is.EqualTo(SloResult.Fail));
        Assert.That(Judge(document, 1, 1, 1, 1).Actual, Is.EqualTo(4m / 24).Within(0.0000001m));
    }

    [Test]
    public void An_age_is_the_time_since_the_last()
    {
        var document = Slos.Threshold("signal: spans, where: '{ name = \"work\" }', aggregate: age", "lte", 60, window: "1h");
        var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { At = Rows.Start.AddSeconds(70) });
        evaluator.Observe(Rows.Span("work", Rows.Start.AddSeconds(9)));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Fail));
        evaluator.Observe(Rows.Span("work", Rows.Start.AddSeconds(10)));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Pass));
        Assert.That(evaluator.Only().Actual, Is.EqualTo(60m).Within(0.001m));
        evaluator.Observe(Rows.Span("work", Rows.Start.AddSeconds(71)));
        Assert.That(evaluator.Only().Actual, Is.EqualTo(60m).Within(0.001m), "what comes after the time that is judged does not count");
    }

    [TestCase("", SloResult.NoData)]
    [TestCase(", empty: absent", SloResult.NoData)]
    [TestCase(", empty: zero", SloResult.Pass)]
    public void Nothing_may_be_zero(string empty, SloResult expected)
    {
        var document = Slos.Threshold(
            "signal: spans, where: '{ name = \"other\" }', aggregate: count, liveness: '{ name = \"work\" }'" + empty,
            "lte",
            0
        );

        Assert.That(Judge(document, 1).Result, Is.EqualTo(expected));
        Assert.That(Judge(document).Result, Is.EqualTo(SloResult.NoData), "an idle run does not pass");
    }

    [Test]
    public void A_limit_that_is_broken_names_what_broke_it()
    {
        var evaluator = new SloEvaluator(
            Slos.Threshold(
                "signal: events, where: '{ event:name = \"bad\" }', aggregate: count, empty: zero, liveness: '{ event:name = \"heart\" }'",
                "lte",
                0
            )
        );
        evaluator.Observe(Rows.Event("heart", Rows.Start));
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Pass));
        evaluator.Observe(
            Rows.Event("bad", Rows.Start.AddSeconds(1), attributes: [("pipeline.item.id", "paper-7.pdf"), ("server.address", "a.example")])
        );

        var verdict = evaluator.Only();
        Assert.That(verdict.Result, Is.EqualTo(SloResult.Fail));
        Assert.That(
            verdict.Why!.Summary,
            Does.StartWith("1 <= 0 is broken; first: pipeline.item.id=paper-7.pdf, server.address=a.example in trace ")
        );
        Assert.That(verdict.Why.CrossedAt, Is.EqualTo(Rows.Start.AddSeconds(1)));
    }

    [Test]
    public void What_has_no_number_is_not_measured()
    {
        var evaluator = new SloEvaluator(Slos.Threshold("signal: spans, value: .wait", "lte", 1, 0.5m));
        foreach (var value in new AttributeValue[] { "1", true, double.NaN, 2.0, 1L, 1.0 })
            evaluator.Observe(Rows.Span("work", Rows.Start, attributes: ("wait", value)));

        Assert.That(evaluator.Only().Total, Is.EqualTo(3m));
        Assert.That(evaluator.Only().Good, Is.EqualTo(2m));
    }

    [Test]
    public void Sampled_spans_count_for_those_that_are_not_there()
    {
        var evaluator = new SloEvaluator(Slos.Ratio(0.5m));
        var quarter = Rows.Span("work", Rows.Start, attributes: ("ok", true));
        quarter.TraceState = "vendor=x,ot=rv:abcdef01234567;th:c";
        evaluator.Observe(quarter);
        evaluator.Observe(Rows.Span("work", Rows.Start, attributes: ("ok", false)));
        Assert.That((evaluator.Only().Good, evaluator.Only().Bad), Is.EqualTo((4m, 1m)));

        quarter.TraceState = "ot=th:zzz";
        evaluator.Observe(quarter);
        Assert.That(evaluator.Only().Result, Is.EqualTo(SloResult.Invalid));
        Assert.That(evaluator.Only().Reason, Does.Contain("sampled"));
    }
}
