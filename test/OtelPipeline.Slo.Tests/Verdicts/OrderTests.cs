using OtelPipeline.Data;

namespace OtelPipeline.Slo.Tests.Verdicts;

/// <summary>What is found does not depend on the order in which events come, whatever they share: a time, a trace, all of their values.</summary>
public sealed class OrderTests
{
    private const int Cases = 60;

    [TestCase(null)]
    [TestCase("1h")]
    public void Events_are_explained_the_same_in_any_order(string? window)
    {
        var document = Slos.Threshold("signal: events, where: '{ event:name = \"e\" }', value: .seconds", "lte", 1, window: window);
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var events = Enumerable.Range(0, random.Next(1, 2_000)).Select(_ => Event(random)).ToArray();
            var first = Explain(events);
            random.Shuffle(events);
            Assert.That(Explain(events), Is.EqualTo(first), $"seed {seed}");
        }

        string Explain(EventRow[] events)
        {
            var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { At = Rows.Start.AddMinutes(160) });
            foreach (var row in events)
                evaluator.Observe(row);
            var why = evaluator.Only().Why;
            return why is null
                ? "nothing bad"
                : $"{why.Summary} {why.FirstBadTime:O} {why.FirstBadTraceId} {string.Join(',', why.WorstTraceIds)} {string.Join(',', why.Causes)} {why.CrossedAt:O}";
        }
    }

    private static EventRow Event(Random random)
    {
        var host = random.Next(80);
        (string, AttributeValue)[] attributes =
        [
            ("seconds", random.Next(host == 7 ? 4 : 3)),
            ("server.address", $"host-{host}"),
            ("pipeline.item.id", $"i-{random.Next(5_000)}"),
            ("n", random.Next(3)),
        ];
        random.Shuffle(attributes);
        return Rows.Event("e", Rows.Start.AddMinutes(random.Next(150)), attributes: attributes);
    }
}
