using OtelPipeline.Slo;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>
/// The generated unit tests notice whatever is changed in the rules beside them. There are about two thousand mutants of the eight objectives; without
/// OTELPIPELINE_ALL_MUTANTS=1 a few of each objective are tried, others for each.
/// </summary>
internal sealed class MutationTests
{
    private const int Some = 6;

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

    // of all kinds, and not the same for each objective
    private static IEnumerable<RuleMutant> Choose(List<RuleMutant> all, int turn)
    {
        var kinds = all.GroupBy(static m => m.Kind).Select(static g => g.ToList()).ToList();
        for (var i = 0; i < Some; i++)
        {
            var kind = kinds[(turn + i) % kinds.Count];
            yield return kind[(turn * 7 + i * 13) % kind.Count];
        }
    }

    private static async Task<bool> SurvivesAsync(SloDocument document, string name, RuleMutant mutant)
    {
        using var folder = new RulesFolder(document);
        await File.WriteAllTextAsync(folder.Of($"{name}.rules.yaml"), mutant.Text);

        // one after the other: the first that fails is enough
        foreach (var tests in folder.Files(".tests.yaml").Where(f => Path.GetFileName(f).StartsWith(name + ".", StringComparison.Ordinal)))
        {
            if ((await RulesFolder.PromtoolAsync("test rules", tests)).ExitCode != 0)
                return false;
        }

        return true;
    }
}
