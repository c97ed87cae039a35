using OtelPipeline.Data.Statistics;

namespace OtelPipeline.Data.Tests.Statistics;

internal sealed class StatisticsTests
{
    [Test]
    public void Quantiles_are_exact_for_few_values_and_close_for_many()
    {
        foreach (var count in (int[])[1, 2, 3, 100, 9_999, 50_000])
        {
            var random = new Random(count);
            var values = Enumerable.Range(0, count).Select(_ => (long)Math.Exp(random.NextDouble() * 30)).ToArray();
            var statistics = new TelemetryStatistics();
            foreach (var value in values)
                statistics.Add(Node(value));
            var duration = statistics.Nodes.Single().Duration;
            Array.Sort(values);
            foreach (var quantile in (double[])[0.0, 0.01, 0.5, 0.95, 0.999, 1])
            {
                var expected = values[Math.Max(1, (int)Math.Ceiling(quantile * count)) - 1];
                Assert.That(
                    duration.QuantileNano(quantile),
                    Is.EqualTo((double)expected).Within(count <= DurationDistribution.ExactValues ? 0.0 : (expected * 0.01) + 1),
                    $"{quantile} of {count}"
                );
            }

            Assert.That((duration.Count, duration.MinNano, duration.MaxNano), Is.EqualTo((count, values[0], values[^1])));
            Assert.That(duration.MeanNano, Is.EqualTo(values.Average(value => (double)value)).Within(1e-9).Percent);
        }
    }

    [Test]
    public void Cache_hits_come_from_the_best_source_once()
    {
        var statistics = new TelemetryStatistics();
        statistics.Add(Event("hit"));
        statistics.Add(Event("miss"));
        statistics.Add(Event("bypass"));
        Assert.That((statistics.CacheHits, statistics.CacheMisses, statistics.CacheHitRatio), Is.EqualTo((1, 1, 0.5)));
        var node = Node(1);
        node.Attributes.Add("pipeline.node.cache.hits", 3);
        node.Attributes.Add("pipeline.node.cache.misses", 1);
        statistics.Add(node);
        Assert.That(statistics.CacheHitRatio, Is.EqualTo(0.75));
        var run = new SpanRow { Name = "run etl" };
        run.Attributes.Add("pipeline.run.cache.hits", 9);
        run.Attributes.Add("pipeline.run.cache.misses", 1);
        statistics.Add(run);
        Assert.That(statistics.CacheHitRatio, Is.EqualTo(0.9));
        Assert.That(new TelemetryStatistics().CacheHitRatio, Is.Null);
    }

    [Test]
    public void Names_are_bounded()
    {
        var statistics = new TelemetryStatistics();
        for (var i = 0; i < TelemetryStatistics.MaxNames + 10; i++)
        {
            statistics.Add(new EventRow { EventName = $"e{i}" });
            var node = Node(1);
            node.Attributes = new AttributeList { { "pipeline.node.name", $"n{i}" } };
            statistics.Add(node);
        }

        Assert.That(statistics.EventsByName, Has.Count.EqualTo(TelemetryStatistics.MaxNames + 1));
        Assert.That(statistics.EventsByName[""], Is.EqualTo(10));
        Assert.That(statistics.Nodes, Has.Count.EqualTo(TelemetryStatistics.MaxNodes + 1));
        Assert.That(statistics.Nodes.First().Spans, Is.EqualTo(10));
    }

    private static SpanRow Node(long duration) =>
        new()
        {
            Name = "node load",
            DurationNano = duration,
            Attributes = new AttributeList { { "pipeline.name", "etl" }, { "pipeline.node.name", "load" } },
        };

    private static EventRow Event(string cacheResult) =>
        new()
        {
            EventName = "pipeline.http.request",
            Attributes = new AttributeList { { "pipeline.http.cache.result", cacheResult } },
        };
}
