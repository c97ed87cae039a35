using System.Globalization;
using OtelPipeline.Slo;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>
/// One stream, three judges: random traffic (bursts, sparse, gaps, events that come late) goes through a live evaluation, which says at each step what burns; as
/// counters through the generated rules in promtool, whose alerts must fire at the same steps; and as rows through an offline evaluation, which must count the
/// same. A case is a minute of one kind of traffic. RESULTS.md speaks of ten times as many cases: OTELPIPELINE_TRAFFIC_CASES.
/// </summary>
internal sealed class RandomTrafficTests
{
    private const int CasesOfFile = 100;

    private static readonly int Cases = int.Parse(
        Environment.GetEnvironmentVariable("OTELPIPELINE_TRAFFIC_CASES") ?? "10000",
        CultureInfo.InvariantCulture
    );

    [Test]
    public async Task Alerts_of_the_rules_fire_when_the_live_evaluation_burns()
    {
        var judged = await JudgeAsync(Cases, static rules => rules);

        TestContext.Out.WriteLine($"{Cases} cases, {judged.Steps} steps of two alerts, of which {judged.Firing} fire");
        Assert.That(judged.Problems, Is.Empty);
        Assert.That(judged.Firing, Is.GreaterThan(judged.Steps / 10), "else the traffic shows nothing");
    }

    // of a target of 0.9; 0.9 has the windows of 0.6, and so says nothing of its own
    [TestCase(" > 0.6", " > 0.7")]
    [TestCase(" > 0.3", " > 0.15")]
    [TestCase(" > 0.1", " > 0.15")]
    public async Task Another_factor_is_found(string threshold, string other)
    {
        var judged = await JudgeAsync(3 * CasesOfFile, rules => rules.Replace(threshold + "\n", other + "\n", StringComparison.Ordinal));

        Assert.That(judged.Problems, Is.Not.Empty);
    }

    private static async Task<Judged> JudgeAsync(int cases, Func<string, string> change)
    {
        var sum = new Judged([], 0, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (cases + CasesOfFile - 1) / CasesOfFile),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (file, _) =>
            {
                var judged = await JudgeFileAsync(file, Math.Min(CasesOfFile, cases - file * CasesOfFile), change);
                lock (sum.Problems)
                {
                    sum.Problems.AddRange(judged.Problems);
                    sum = sum with { Steps = sum.Steps + judged.Steps, Firing = sum.Firing + judged.Firing };
                }
            }
        );
        return sum;
    }

    private static async Task<Judged> JudgeFileAsync(int seed, int cases, Func<string, string> change)
    {
        var target = seed % 2 == 0 ? 0.9m : 0.99m;
        var document = SloDocument.Parse(Definition(target));
        var random = new Random(seed);
        var traffic = RandomTraffic.Make(random, cases);
        var live = RandomTraffic.Live(document, target, traffic, random);
        var prometheus = await RandomTraffic.PrometheusAsync(document, traffic, change);
        var judged = new Judged([], 0, 0);
        foreach (var (severity, fires) in prometheus)
        {
            for (var i = RandomTraffic.WarmUp; i < traffic.Count; i++)
            {
                if (fires[i] != live[severity][i])
                    judged.Problems.Add(
                        $"seed {seed}, {severity}, step {i}: prometheus {fires[i]}, live {live[severity][i]}; traffic up to there: {string.Join(' ', traffic.Skip(i - 24).Take(25))}"
                    );
            }

            judged = judged with { Steps = judged.Steps + fires.Length, Firing = judged.Firing + fires.Count(static f => f) };
        }

        return judged;
    }

    private static string Definition(decimal target) =>
        $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: random}
            spec:
              service: s
              budgetingMethod: Occurrences
              timeWindow: [{duration: 1h, isRolling: true}]
              indicator:
                metadata: {name: random}
                spec:
                  ratioMetric:
                    good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" && status = ok }'} } }
                    total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" }'} } }
              objectives: [{displayName: good, target: {{target.ToString(CultureInfo.InvariantCulture)}} }]
            """;

    private sealed record Judged(List<string> Problems, int Steps, int Firing);
}
