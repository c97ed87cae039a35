using OtelPipeline.Data;
using OtelPipeline.Slo.Tests.OpenSlo;

namespace OtelPipeline.Slo.Tests.Verdicts;

/// <summary>Objectives over the points of metrics in files.</summary>
public class MetricTests
{
    private const string Histogram = "signal: metrics, metric: wait, where: '{ .role = \"a\" }'";

    private static MetricPointRow Buckets(
        DateTimeOffset time,
        DateTimeOffset start,
        long[] counts,
        string instance = "i1",
        AggregationTemporality temporality = AggregationTemporality.Cumulative
    )
    {
        var row = Point("wait", time, start, instance);
        row.MetricType = MetricType.Histogram;
        row.Temporality = temporality;
        row.ExplicitBounds = [1, 2.5, 5];
        row.BucketCounts = counts;
        row.Count = counts.Sum();
        row.Sum = counts.Sum();
        row.Attributes.Add("role", "a");
        return row;
    }

    private static MetricPointRow Counter(DateTimeOffset time, DateTimeOffset start, long value, bool isGood, string instance = "i1")
    {
        var row = Point("items", time, start, instance);
        row.MetricType = MetricType.Sum;
        row.IsMonotonic = true;
        row.Temporality = AggregationTemporality.Cumulative;
        row.ValueInt = value;
        row.Attributes.Add("result", isGood ? "success" : "failure");
        return row;
    }

    private static MetricPointRow Point(string name, DateTimeOffset time, DateTimeOffset start, string instance)
    {
        var resource = new AttributeList { { "service.instance.id", instance } };
        return new MetricPointRow
        {
            MetricName = name,
            Resource = new ResourceInfo { Attributes = resource },
            TimeUnixNano = Rows.Nanos(time),
            StartTimeUnixNano = Rows.Nanos(start),
        };
    }

    private static SloDocument Items(decimal target) =>
        SloDocument.Parse(
            Yaml.With(
                    Yaml.With(
                        Yaml.With(
                            Yaml.Ratio,
                            "{signal: spans, where: '{ name = \"ok\" }'}",
                            "{signal: metrics, metric: items, where: '{ .result = \"success\" }'}"
                        ),
                        "{signal: spans}",
                        "{signal: metrics, metric: items}"
                    ),
                    "target: 0.85",
                    FormattableString.Invariant($"target: {target}")
                )
                .Replace("  indicator:", "  timeWindow: [{duration: 1h, isRolling: true}]\n  indicator:", StringComparison.Ordinal)
        );

    private static SloVerdict Judge(SloDocument document, params MetricPointRow[] points)
    {
        var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { At = Rows.Start.AddHours(1) });
        foreach (var point in points)
            evaluator.Observe(point);
        return evaluator.Only();
    }

    private static readonly DateTimeOffset Before = Rows.Start.AddHours(-2);

    private static DateTimeOffset At(int minute) => Rows.Start.AddMinutes(minute);

    [Test]
    public void Series_are_last_minus_first_with_resets_and_processes_added()
    {
        var verdict = Judge(
            Items(0.9m),
            Counter(At(-1), Before, 1_000, true),
            Counter(At(10), Before, 1_050, true),
            Counter(At(-1), Before, 7, false),
            Counter(At(20), Before, 12, false),
            // the process starts anew
            Counter(At(30), At(25), 40, true),
            // another process
            Counter(At(-1), Before, 5, true, "i2"),
            Counter(At(40), Before, 10, true, "i2")
        );

        Assert.That((verdict.Good, verdict.Bad), Is.EqualTo((50m + 40 + 5, 5m)));
        Assert.That(verdict.Result, Is.EqualTo(SloResult.Pass));
    }

    [TestCase(2.5, SloResult.Pass)]
    [TestCase(1, SloResult.Fail)]
    [TestCase(3, SloResult.Invalid)]
    public void A_threshold_is_judged_where_it_is_a_bound(double threshold, SloResult expected)
    {
        var verdict = Judge(
            Slos.Threshold(Histogram, "lte", (decimal)threshold, 0.75m, window: "1h"),
            Buckets(At(-1), Before, [5, 5, 5, 5]),
            Buckets(At(10), Before, [10, 15, 10, 5])
        );

        Assert.That(verdict.Result, Is.EqualTo(expected), verdict.Reason);
        if (expected == SloResult.Invalid)
            Assert.That(
                verdict.Reason,
                Does.StartWith("the threshold 3 lies inside the bucket (2.5, 5] of 'wait': 25 to 35 of 40 values are at most that")
            );
        else
            Assert.That(verdict.Total, Is.EqualTo(20m));
    }

    [Test]
    public void Delta_points_are_added()
    {
        var verdict = Judge(
            Slos.Threshold(Histogram, "lte", 1, 0.5m, window: "1h"),
            Buckets(At(-1), At(-2), [1, 0, 0, 0], temporality: AggregationTemporality.Delta),
            Buckets(At(1), At(0), [1, 0, 1, 0], temporality: AggregationTemporality.Delta),
            Buckets(At(2), At(1), [2, 0, 1, 0], temporality: AggregationTemporality.Delta)
        );

        // the window covers what the files tell from a point before it on
        Assert.That(verdict.Reason, Is.Null);
        Assert.That((verdict.Good, verdict.Bad), Is.EqualTo((3m, 2m)));
    }

    [Test]
    public void A_window_longer_than_the_files_is_invalid_and_gives_what_is_known()
    {
        var verdict = Judge(Items(0.9m), Counter(At(20), At(10), 5, true), Counter(At(30), At(10), 9, true));

        Assert.That(verdict.Result, Is.EqualTo(SloResult.Invalid));
        Assert.That(verdict.Reason, Does.Contain("the points only at 2026-11-20 10:10:00Z: of them 9 and 0 are known"));
    }

    [Test]
    public void A_label_that_is_not_there_is_invalid()
    {
        var document = Slos.Threshold("signal: metrics, metric: wait, where: '{ .host = \"x\" }'", "lte", 1, window: "1h");
        var verdict = Judge(document, Buckets(At(-1), Before, [1, 0, 0, 0]));

        Assert.That(
            verdict.Reason,
            Does.StartWith("no point of 'wait' has the attribute 'host': a view or the cardinality limit may have removed it")
        );
        Assert.That(verdict.Result, Is.EqualTo(SloResult.Invalid));
    }

    [Test]
    public void An_overflow_is_invalid()
    {
        var overflow = Buckets(At(1), Before, [1, 0, 0, 0]);
        overflow.Attributes.Add("otel.metric.overflow", true);
        Assert.That(
            Judge(Slos.Threshold(Histogram, "lte", 1, window: "1h"), overflow).Reason,
            Does.StartWith("'wait' reached its cardinality limit")
        );
    }

    [Test]
    public void A_run_is_the_difference_between_its_start_and_its_end()
    {
        var document = SloDocument.Parse(
            Yaml.With(
                Yaml.With(
                    Yaml.Ratio,
                    "{signal: spans, where: '{ name = \"ok\" }'}",
                    "{signal: metrics, metric: items, where: '{ .result = \"success\" }'}"
                ),
                "{signal: spans}",
                "{signal: metrics, metric: items}"
            )
        );
        var evaluator = new SloEvaluator(document);
        SpanRow Run(string id, int from, int to)
        {
            var run = Rows.Span("run p", At(to), (to - from) * 60, id);
            run.Scope = new ScopeInfo { Name = "OtelPipeline" };
            return run;
        }

        foreach (var (minute, value) in new[] { (0, 100L), (10, 150), (11, 175) })
            evaluator.Observe(Counter(At(minute).AddMilliseconds(5), Before, value, true));
        evaluator.Observe(Counter(At(10).AddMilliseconds(5), At(-1), 7, false));
        evaluator.Observe(Run("r1", 0, 10));
        Assert.That((evaluator.Only().Good, evaluator.Only().Bad, evaluator.Only().Result), Is.EqualTo((50m, 7m, SloResult.Pass)));

        evaluator.Observe(Run("r2", 5, 8));
        Assert.That(evaluator.Evaluate("r1").Single().Reason, Is.EqualTo("another run overlaps it, and metrics do not know the run"));
    }
}
