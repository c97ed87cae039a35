using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OtelPipeline.Data;
using OtelPipeline.Slo;
using OtelPipeline.Slo.Budgets;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>
/// One stream, three judges: random traffic (bursts, sparse, gaps, events that come late) goes through a live evaluation, which says at each step what burns; as
/// counters through the generated rules in promtool, whose alerts must fire within one step of that; and as rows through an offline evaluation, which must
/// count the same. A case is a minute of one kind of traffic. OTELPIPELINE_TRAFFIC_CASES=100000 is what the results speak of.
/// </summary>
[NonParallelizable]
internal sealed partial class RandomTrafficTests
{
    private const int StepsOfCase = 4;
    private const int CasesOfFile = 1_250;
    private const int WarmUp = 30;
    private const int MinEvents = 10;

    private static readonly int Cases = int.Parse(
        Environment.GetEnvironmentVariable("OTELPIPELINE_TRAFFIC_CASES") ?? "10000",
        CultureInfo.InvariantCulture
    );

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly (string Severity, string Alert)[] Severities = [("page", "SloFastBurn"), ("ticket", "SloSlowBurn")];

    [Test]
    public async Task Alerts_of_the_rules_fire_when_the_live_evaluation_burns()
    {
        var problems = new List<string>();
        var fired = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (Cases + CasesOfFile - 1) / CasesOfFile),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (file, _) =>
            {
                var cases = Math.Min(CasesOfFile, Cases - file * CasesOfFile);
                var target = file % 2 == 0 ? 0.9m : 0.99m;
                var (found, firing) = await JudgeAsync(file, cases, target);
                lock (problems)
                {
                    problems.AddRange(found);
                    fired += firing;
                }
            }
        );
        TestContext.Out.WriteLine($"{Cases} cases, {Cases * StepsOfCase} steps, of which {fired} with a firing alert");

        Assert.That(problems, Is.Empty);
        Assert.That(fired, Is.GreaterThan(Cases), "else the traffic shows nothing");
    }

    private static async Task<(List<string> Problems, int Firing)> JudgeAsync(int seed, int cases, decimal target)
    {
        var document = SloDocument.Parse(Definition(target));
        var traffic = Traffic(new Random(seed), cases);
        var live = Live(document, target, traffic, new Random(seed));
        var prometheus = await PrometheusAsync(document, traffic);
        var problems = new List<string>();
        foreach (var (severity, _) in Severities)
        {
            var (ours, theirs) = (live[severity], prometheus[severity]);
            for (var i = WarmUp; i < traffic.Count - 1; i++)
            {
                if ((ours[i] && !Around(theirs, i)) || (theirs[i] && !Around(ours, i)))
                    problems.Add(
                        $"seed {seed}, {severity}, step {i}, case {i / StepsOfCase}: live {ours[i]}, prometheus {theirs[i]}: {string.Join(' ', traffic.Skip(i - 26).Take(28))}"
                    );
            }
        }

        return (problems, prometheus.Values.Sum(static f => f.Count(static x => x)));
    }

    private static bool Around(bool[] fires, int step) => fires[step - 1] || fires[step] || fires[step + 1];

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

    // events between the sample before and the one at each step; the first minutes are silent
    private static List<(int Good, int Bad)> Traffic(Random random, int cases)
    {
        var steps = new List<(int Good, int Bad)>();
        steps.AddRange(Enumerable.Repeat((0, 0), WarmUp));
        double[] shares = [0, 0, 0.004, 0.03, 0.2, 0.45, 0.8, 1];
        for (var i = 0; i < cases; i++)
        {
            var (kind, share) = (random.Next(4), shares[random.Next(shares.Length)]);
            var rate = random.Next(8, 40);
            for (var step = 0; step < StepsOfCase; step++)
            {
                var count = kind switch
                {
                    // a gap, sparse, steady, bursts
                    0 => 0,
                    1 => random.Next(4) == 0 ? 1 : 0,
                    2 => rate,
                    _ => step == 0 ? 20 * rate : random.Next(3),
                };
                var bad = (int)(count * share + random.NextDouble());
                steps.Add((count - Math.Min(bad, count), Math.Min(bad, count)));
            }
        }

        return steps;
    }

    private static Dictionary<string, bool[]> Live(SloDocument document, decimal target, List<(int Good, int Bad)> traffic, Random random)
    {
        var time = new FakeTimeProvider(Start);
        var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { TimeProvider = time });
        var end = Start + traffic.Count * Step;
        var offline = new SloEvaluator(document, new SloEvaluatorOptions { At = end });
        var pairs = BurnRateWindow.For(target, TimeSpan.FromHours(1));
        var fires = Severities.ToDictionary(static s => s.Severity, _ => new bool[traffic.Count]);
        var row = new SpanRow { Name = "work", DurationNano = 1 };
        for (var i = 0; i < traffic.Count; i++)
        {
            var now = Start + i * Step;
            time.SetUtcNow(now);
            for (var n = 0; n < traffic[i].Good + traffic[i].Bad; n++)
            {
                // since the sample before; each comes by less than a step late, and in no order
                row.StartTimeUnixNano = UnixTime.FromDateTimeOffset(now) - (long)(random.NextDouble() * Step.Ticks * 100);
                row.StatusCode = n < traffic[i].Bad ? SpanStatusCode.Error : SpanStatusCode.Ok;
                evaluator.Observe(row);
                offline.Observe(row);
            }

            var rates = evaluator
                .Evaluate()
                .Single()
                .BurnRates.Where(static b => b.Coverage >= 1)
                .ToDictionary(static b => b.Window, static b => b.Rate);
            foreach (var pair in pairs)
            {
                // the smallest number of events is a guard of the rules alone
                var events = traffic
                    .Skip(i - (int)(pair.LongWindow / Step) + 1)
                    .Take((int)(pair.LongWindow / Step))
                    .Sum(static t => t.Good + t.Bad);
                fires[pair.Severity][i] |=
                    events >= MinEvents
                    && rates.GetValueOrDefault(pair.ShortWindow) > pair.Factor
                    && rates.GetValueOrDefault(pair.LongWindow) > pair.Factor;
            }
        }

        time.SetUtcNow(end);
        var (one, other) = (evaluator.Evaluate().Single(), offline.Evaluate().Single());
        Assert.That(
            (one.Result, one.Good, one.Bad, one.RemainingBudget),
            Is.EqualTo((other.Result, other.Good, other.Bad, other.RemainingBudget))
        );
        Assert.That(evaluator.EventCounts, Is.EqualTo(offline.EventCounts));
        return fires;
    }

    /// <summary>When alerts fire: promtool is told that none does, and says at which times that is wrong.</summary>
    private static async Task<Dictionary<string, bool[]>> PrometheusAsync(SloDocument document, List<(int Good, int Bad)> traffic)
    {
        using var folder = new RulesFolder(document);
        var text = new StringBuilder(
            $"""
            rule_files: ['random.rules.yaml']
            evaluation_interval: 15s
            tests:
            - interval: 15s
              input_series:

            """
        );
        foreach (var (outcome, isBad) in new[] { ("good", false), ("bad", true) })
        {
            var sum = 0L;
            var values = traffic.Select(t => sum += isBad ? t.Bad : t.Good);
            text.Append(
                CultureInfo.InvariantCulture,
                $"  - series: 'slo_events_total{{slo_name=\"random\",slo_objective_name=\"good\",slo_outcome=\"{outcome}\"}}'\n    values: '{string.Join(' ', values)}'\n"
            );
        }

        text.Append("  alert_rule_test:\n");
        for (var i = 0; i < traffic.Count; i++)
        {
            foreach (var (_, alert) in Severities)
                text.Append(CultureInfo.InvariantCulture, $"  - {{eval_time: {i * 15}s, alertname: {alert}, exp_alerts: []}}\n");
        }

        var tests = folder.Of("own.yaml");
        await File.WriteAllTextAsync(tests, text.ToString());
        var result = await RulesFolder.PromtoolAsync("test rules", tests);
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output[..Math.Min(2_000, result.Output.Length)]);
        var fires = Severities.ToDictionary(static s => s.Severity, _ => new bool[traffic.Count]);
        foreach (Match match in Failure.Matches(result.Output))
        {
            var seconds = match
                .Groups["part"]
                .Captures.Sum(c => int.Parse(c.Value[..^1], CultureInfo.InvariantCulture) * Seconds(c.Value[^1]));
            fires[Severities.Single(s => s.Alert == match.Groups["alert"].Value).Severity][seconds / 15] = true;
        }

        return fires;
    }

    private static int Seconds(char unit) =>
        unit switch
        {
            'w' => 604_800,
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            _ => 1,
        };

    [GeneratedRegex(@"alertname: (?<alert>\w+), time: (?<part>\d+[wdhms])+,")]
    private static partial Regex Failure { get; }
}
