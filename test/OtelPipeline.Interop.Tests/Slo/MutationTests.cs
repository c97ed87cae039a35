using System.Text.RegularExpressions;
using OtelPipeline.Slo;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>
/// The generated unit tests notice whatever is changed in the rules beside them. There are some 2,700 mutants of the eight objectives; without
/// OTELPIPELINE_ALL_MUTANTS=1 one of each kind (threshold, factor, window, label, operator …) is tried for each objective, another one for each.
/// </summary>
internal sealed partial class MutationTests
{
    private static readonly bool TryAll = Environment.GetEnvironmentVariable("OTELPIPELINE_ALL_MUTANTS") == "1";

    private static readonly string[] Names =
    [
        "yield",
        "ttfr-p50",
        "ttfr-p95",
        "http-429",
        "metadata-cache",
        "limiter-delay-p95",
        "breaker-opens",
        "corruption",
    ];

    [Test]
    public Task Of_burn_rates_and_limits([ValueSource(nameof(Names))] string name) => TryAsync(RulesFolder.Rolling("30d"), name);

    [Test]
    public Task Of_runs([ValueSource(nameof(Names))] string name) => TryAsync(SloDocument.Parse(RulesFolder.Eight), name);

    private static async Task TryAsync(SloDocument document, string name)
    {
        using var folder = new RulesFolder(document);
        var text = folder.Set.Files.Single(f => f.Name == $"{name}.rules.yaml").Text;
        var all = RuleMutants.Of(text).ToList();
        var chosen = TryAll ? all : [.. Choose(all, Array.IndexOf(Names, name))];
        var survivors = new List<string>();
        await Parallel.ForEachAsync(
            chosen,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (mutant, _) =>
            {
                if (await SurvivesAsync(document, name, mutant))
                {
                    lock (survivors)
                        survivors.Add($"{mutant.Kind}: {mutant.Where}");
                }
            }
        );

        TestContext.Out.WriteLine($"{chosen.Count} of {all.Count} mutants of {name}");
        Assert.That(survivors, Is.Empty);
    }

    // not the same for each objective
    private static IEnumerable<RuleMutant> Choose(List<RuleMutant> all, int turn) =>
        all.GroupBy(static m => m.Kind).Select((kind, i) => kind.ElementAt((turn * 7 + i * 13) % kind.Count()));

    private static async Task<bool> SurvivesAsync(SloDocument document, string name, RuleMutant mutant)
    {
        using var folder = new RulesFolder(document);
        await File.WriteAllTextAsync(folder.Of($"{name}.rules.yaml"), mutant.Text);

        // one after the other, first those whose names of tests have the windows of the changed line: the first that fails is enough
        var windows = Window.Matches(mutant.Where).Select(static m => m.Value).ToList();
        var files = folder.Files(".tests.yaml").Where(f => Path.GetFileName(f).StartsWith(name + ".", StringComparison.Ordinal));
        foreach (var tests in files.OrderByDescending(f => windows.Count(WindowsOf(f).Contains)))
        {
            if ((await RulesFolder.PromtoolAsync("test rules", tests)).ExitCode != 0)
                return false;
        }

        return true;
    }

    // "yield/yield: page 2h24m/12m: a burst leaves the short window" has two
    private static HashSet<string> WindowsOf(string tests) =>
        [
            .. File.ReadLines(tests)
                .Where(static l => l.StartsWith("- name:", StringComparison.Ordinal))
                .SelectMany(static l => Window.Matches(l))
                .Select(static m => m.Value),
        ];

    [GeneratedRegex(@"(\d+[dhm])+\b")]
    private static partial Regex Window { get; }
}
