using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>Every metric and label that a dashboard names is one that is emitted, and Prometheus understands every expression.</summary>
[TestFixture]
internal sealed partial class DashboardTests
{
    public static IEnumerable<string> Dashboards =>
        Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "grafana-dashboards"), "*.json").Select(p => Path.GetFileName(p)).Order();

    public static IEnumerable<TestCaseData<string>> Expressions =>
        Dashboards.SelectMany(Load).Select(q => q.Expression).Distinct().Select(e => new TestCaseData<string>(e).SetArgDisplayNames(e));

    [TestCaseSource(nameof(Expressions))]
    public async Task Names_are_emitted(string expression) =>
        Assert.That(Unknown(expression, await EmittedMetrics.AllAsync()), Is.Empty, expression);

    [TestCaseSource(nameof(Dashboards))]
    public async Task Legends_and_variables_name_labels_of_their_query(string dashboard)
    {
        var emitted = await EmittedMetrics.AllAsync();
        foreach (var (expression, legend) in Load(dashboard))
        {
            var labels = PromQl.Names(expression).Labels.Select(l => l.Label).ToHashSet();
            var inLegend = Placeholders().Matches(legend).Select(m => m.Groups["label"].Value);
            Assert.That(inLegend, Is.SubsetOf(labels), $"{expression}: {legend}");
        }

        var variables = Nodes(Parse(dashboard))
            .Select(n => (n["query"] as JsonObject)?["query"]?.ToString())
            .OfType<string>()
            .Select(q => LabelValues().Match(q))
            .ToArray();
        Assert.That(variables.Select(v => v.Success), Is.Not.Empty.And.All.True);
        foreach (var variable in variables)
        {
            var metric = PromQl.Names(variable.Groups["metric"].Value).Metrics.Single();
            Assert.That(Unknown(variable.Groups["metric"].Value, emitted), Is.Empty, variable.Value);
            Assert.That(emitted[metric].Labels, Does.Contain(variable.Groups["label"].Value), variable.Value);
        }
    }

    [TestCaseSource(nameof(Dashboards))]
    public void Panels_have_ids_of_their_own_and_do_not_overlap(string dashboard)
    {
        var panels = Parse(dashboard)["panels"]!.AsArray().Select(p => p!).ToArray();
        Assert.That(panels.Select(p => (int)p["id"]!), Is.Unique);
        var cells = panels.SelectMany(p =>
        {
            var place = p["gridPos"]!;
            return from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
                from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
                select (x, y);
        });
        Assert.That(cells.ToArray(), Is.Unique.And.All.Matches<(int X, int Y)>(c => c.X < 24));
    }

    [TestCaseSource(nameof(Dashboards))]
    public async Task Prometheus_understands_every_expression(string dashboard)
    {
        var rules = Load(dashboard)
            .Select(
                (q, i) =>
                    new
                    {
                        record = $"expression:{i}",
                        expr = Variables()
                            .Replace(
                                q.Expression,
                                v =>
                                    v.Value == "$__range" ? "1h"
                                    : v.Value.StartsWith("$__") ? "5m"
                                    : ".*"
                            ),
                    }
            );

        // JSON is YAML
        Directory.CreateDirectory(Workshop.Root);
        var file = Path.Combine(Workshop.Root, dashboard + ".rules.yaml");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { groups = new[] { new { name = "dashboard", rules } } }));
        var promtool = await PromtoolAsync("check", "rules", file);
        Assert.That(promtool.ExitCode, Is.Zero, promtool.Output);
    }

    [TestCase("sum(rate(pipeline_run_duration_bucket[5m]))", "pipeline_run_duration_bucket")]
    [TestCase("sum by (pipeline_run_id) (pipeline_run_active)", "pipeline_run_id")]
    [TestCase("pipeline_run_active{pipeline_node_name=\"a\"}", "pipeline_node_name")]
    [TestCase("time() - pipeline_run_last_success_timestamp", "pipeline_run_last_success_timestamp")]
    public async Task A_name_that_nothing_emits_is_found(string expression, string name) =>
        Assert.That(Unknown(expression, await EmittedMetrics.AllAsync()), Is.EqualTo(new[] { name }));

    private static string[] Unknown(string expression, Dictionary<string, PrometheusMetric> emitted)
    {
        var (metrics, labels) = PromQl.Names(expression);
        Assert.That(metrics, Is.Not.Empty, expression);
        var unknown = metrics.Where(m => !emitted.ContainsKey(m)).ToList();
        foreach (var (metric, label) in labels)
        {
            string[] owners = metric is null ? [.. metrics] : [metric];
            if (owners.All(emitted.ContainsKey) && !owners.All(o => emitted[o].Labels.Contains(label)))
                unknown.Add(label);
        }

        return [.. unknown];
    }

    private static async Task<ChildProcess> PromtoolAsync(params string[] arguments)
    {
        try
        {
            return await ChildProcess.RunAsync("promtool", arguments);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new AssertionException(
                "promtool is missing. Install it: 'apt-get install prometheus', 'brew install prometheus' or https://prometheus.io/download/; "
                    + "build/test.sh does so where there is apt.",
                e
            );
        }
    }

    private static JsonNode Parse(string dashboard) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "grafana-dashboards", dashboard)))!;

    private static IEnumerable<(string Expression, string Legend)> Load(string dashboard) =>
        Nodes(Parse(dashboard)).Where(n => n["expr"] is not null).Select(n => (n["expr"]!.ToString(), n["legendFormat"]!.ToString()));

    private static IEnumerable<JsonObject> Nodes(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.SelectMany(p => Nodes(p.Value)).Prepend(o),
            JsonArray a => a.SelectMany(Nodes),
            _ => [],
        };

    [GeneratedRegex(@"\{\{\s*(?<label>\w+)\s*\}\}")]
    private static partial Regex Placeholders();

    [GeneratedRegex(@"^label_values\((?<metric>.+),\s*(?<label>\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variables();
}
