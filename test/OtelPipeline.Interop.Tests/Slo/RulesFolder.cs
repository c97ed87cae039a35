using OtelPipeline.Slo;
using OtelPipeline.Slo.Prometheus;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>Generated files on disk, and promtool over them.</summary>
internal sealed class RulesFolder : IDisposable
{
    public RulesFolder(SloDocument document, PrometheusMetricStyle style = PrometheusMetricStyle.Prometheus)
    {
        Set = PrometheusRules.Generate(document, style);
        foreach (var file in Set.Files)
            File.WriteAllText(Of(file.Name), file.Text);
    }

    public PrometheusRuleSet Set { get; }

    public string Path { get; } = Directory.CreateTempSubdirectory("otelpipeline-rules-").FullName;

    /// <summary>The eight objectives of the example, of one run as they are there.</summary>
    public static string Eight => File.ReadAllText(System.IO.Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml"));

    /// <summary>The eight objectives with a rolling window.</summary>
    public static SloDocument Rolling(string window) => SloDocument.Parse(RollingText(window));

    public static string RollingText(string window) =>
        Eight.Replace(
            "  budgetingMethod: Occurrences",
            $"  timeWindow: [{{duration: {window}, isRolling: true}}]\n  budgetingMethod: Occurrences",
            StringComparison.Ordinal
        );

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public string[] Files(string ending) =>
        [.. Directory.GetFiles(Path).Where(f => f.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static Task<ChildProcess> PromtoolAsync(string command, params string[] files) =>
        ChildProcess.RunAsync("promtool", [.. command.Split(' '), .. files]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
