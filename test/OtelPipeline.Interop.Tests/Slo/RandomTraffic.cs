using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OtelPipeline.Data;
using OtelPipeline.Slo;
using OtelPipeline.Slo.Budgets;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>Random traffic, and when it burns too fast by each judge.</summary>
internal static partial class RandomTraffic
{
    public const int WarmUp = 30;
    private const int StepsOfCase = 4;
    private const int MinEvents = 10;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    // a live window is one of whole buckets of 10 s: so late, and no bucket of its start is cut by a step
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly (string Severity, string Alert)[] Severities = [("page", "SloFastBurn"), ("ticket", "SloSlowBurn")];

    /// <summary>Events between the sample before and the one at each step; the first minutes are silent.</summary>
    public static List<(int Good, int Bad)> Make(Random random, int cases)
    {
        var steps = Enumerable.Repeat((Good: 0, Bad: 0), WarmUp).ToList();
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
                var bad = Math.Min(count, (int)(count * share + random.NextDouble()));
                steps.Add((count - bad, bad));
            }
        }

        return steps;
    }

    /// <summary>When the live evaluation burns, by severity; offline, the same rows must give the same verdict.</summary>
    public static Dictionary<string, bool[]> Live(SloDocument document, decimal target, List<(int Good, int Bad)> traffic, Random random)
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
                row.StartTimeUnixNano = UnixTime.FromDateTimeOffset(now) - (long)(random.NextDouble() * MostLate.Ticks * 100);
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
                var steps = (int)(pair.LongWindow / Step);
                var events = traffic.Skip(i - steps + 1).Take(steps).Sum(static t => t.Good + t.Bad);
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
    public static async Task<Dictionary<string, bool[]>> PrometheusAsync(
        SloDocument document,
        List<(int Good, int Bad)> traffic,
        Func<string, string> change
    )
    {
        using var folder = new RulesFolder(document);
        var rules = folder.Of("random.rules.yaml");
        await File.WriteAllTextAsync(rules, change(await File.ReadAllTextAsync(rules)));
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
