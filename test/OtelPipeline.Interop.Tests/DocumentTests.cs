using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>Every PromQL and TraceQL expression in the dashboards and the collector's configuration asks for what docs/telemetry.md has.</summary>
[TestFixture]
internal sealed partial class DocumentTests
{
    // of the scrape, of Prometheus itself, and of the resource
    private static readonly string[] s_otherLabels = ["le", "job", "instance", "service_name", "service_instance_id", "otel_scope_name"];

    // of OpenTelemetry's data model and of the resource, https://grafana.com/docs/tempo/latest/traceql/
    private static readonly string[] s_otherAttributes =
    [
        "service.name",
        "service.instance.id",
        "service.version",
        "deployment.environment.name",
        "host.name",
    ];

    private static readonly string[] s_files =
    [
        .. new[] { "grafana-dashboards", "otel-collector" }
            .SelectMany(static folder => Directory.GetFiles(Path.Combine(RepositoryPaths.Root, folder), "*", SearchOption.AllDirectories))
            .Where(static f => Path.GetExtension(f) is ".json" or ".yaml" or ".yml"),
    ];

    private static readonly Lazy<(Dictionary<string, HashSet<string>> Metrics, HashSet<string> Attributes)> s_document = new(Read);

    private static IEnumerable<string> PromQlExpressions() => s_files.SelectMany(PromQlIn).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> TraceQlExpressions() => s_files.SelectMany(TraceQlIn).Distinct().Order(StringComparer.Ordinal);

    [Test]
    public void The_dashboards_and_the_collector_ask_for_metrics_and_labels_that_are_documented()
    {
        Assert.That(PromQlExpressions().Count(), Is.GreaterThan(20));
        Assert.That(PromQlExpressions().SelectMany(static e => UnknownInPromQl(e).Select(u => $"{u} in {e}")), Is.Empty);
    }

    [Test]
    public void The_dashboards_and_the_collector_ask_for_attributes_of_spans_that_are_documented() =>
        Assert.That(TraceQlExpressions().SelectMany(static e => UnknownInTraceQl(e).Select(u => $"{u} in {e}")), Is.Empty);

    [TestCase("sum(rate(pipeline_run_duration_bucket[5m]))", "pipeline_run_duration_bucket")]
    [TestCase("sum by (pipeline_run_id) (pipeline_run_active)", "pipeline_run_id")]
    [TestCase("rate(pipeline_items_total{pipeline_node_name=\"a\"}[5m])", "pipeline_node_name")]
    public void A_metric_or_label_that_is_not_documented_is_found(string expression, string name) =>
        Assert.That(UnknownInPromQl(expression), Is.EqualTo(new[] { name }));

    [TestCase("{ span.pipeline.node.nam = \"load\" }", "pipeline.node.nam")]
    [TestCase("{ .pipeline.run.id = \"x\" && resource.service.name =~ \"etl.*\" && .nothing > 1 }", "nothing")]
    public void An_attribute_that_is_not_documented_is_found(string expression, string name) =>
        Assert.That(UnknownInTraceQl(expression), Is.EqualTo(new[] { name }));

    private static string[] UnknownInPromQl(string expression)
    {
        var (metrics, labels) = PromQl.Names(expression);
        var known = s_document.Value.Metrics;
        var unknown = metrics.Where(m => !known.ContainsKey(m)).ToList();
        foreach (var (metric, label) in labels.Where(static l => !s_otherLabels.Contains(l.Label)))
        {
            string[] owners = metric is null ? [.. metrics] : [metric];
            if (owners.All(known.ContainsKey) && !owners.All(o => known[o].Contains(label)))
                unknown.Add(label);
        }

        return [.. unknown];
    }

    private static string[] UnknownInTraceQl(string expression) =>
        [
            .. TraceQlAttributes()
                .Matches(Texts().Replace(expression, "\"\""))
                .Select(static m => m.Groups["name"].Value)
                .Where(static n => !s_document.Value.Attributes.Contains(n) && !s_otherAttributes.Contains(n)),
        ];

    private static (Dictionary<string, HashSet<string>>, HashSet<string>) Read()
    {
        var metrics = new Dictionary<string, HashSet<string>>();
        var attributes = new HashSet<string>();
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline", "docs", "telemetry.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            var cells = line.Split(" | ");
            if (!line.StartsWith("| `", StringComparison.Ordinal))
                continue;
            if (section == "Attributes")
                attributes.Add(cells[0].Trim('|', ' ', '`'));
            if (section != "Metrics")
                continue;
            var name = cells[1].Trim('`');
            var labels = Code().Matches(cells[4]).Select(static m => m.Groups["text"].Value.Replace('.', '_')).ToHashSet();
            foreach (var suffix in cells[2] == "Histogram" ? new[] { "_bucket", "_sum", "_count" } : [""])
                metrics.Add(name + suffix, labels);
        }

        return (metrics, attributes);
    }

    private static IEnumerable<string> PromQlIn(string file)
    {
        if (Path.GetExtension(file) != ".json")
            return Rules().Matches(File.ReadAllText(file)).Select(static m => m.Groups["expression"].Value);
        var nodes = Nodes(JsonNode.Parse(File.ReadAllText(file))).ToList();
        return nodes
            .Select(static n => n["expr"]?.ToString())
            .Concat(
                nodes
                    .Select(static n => (n["query"] as JsonObject)?["query"]?.ToString())
                    .Select(static q => q is null ? null : Label().Replace(q, "${metric}"))
            )
            .OfType<string>();
    }

    private static IEnumerable<string> TraceQlIn(string file) =>
        Path.GetExtension(file) != ".json"
            ? []
            : Nodes(JsonNode.Parse(File.ReadAllText(file)))
                .Where(static n => n["queryType"]?.ToString() == "traceql")
                .Select(static n => n["query"]!.ToString());

    private static IEnumerable<JsonObject> Nodes(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.SelectMany(static p => Nodes(p.Value)).Prepend(o),
            JsonArray a => a.SelectMany(Nodes),
            _ => [],
        };

    [GeneratedRegex("`(?<text>[^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s*(?:-\s*)?expr:\s*(?<expression>\S.*)$", RegexOptions.Multiline)]
    private static partial Regex Rules();

    [GeneratedRegex(@"^label_values\((?<metric>.+),\s*(?<label>\w+)\)$")]
    private static partial Regex Label();

    [GeneratedRegex(
        """
            "(\\.|[^"\\])*"|`[^`]*`
            """
    )]
    private static partial Regex Texts();

    [GeneratedRegex(@"(?<![\w.)])(?:span|resource|event|link|parent|instrumentation)?\.(?<name>[A-Za-z_][\w.]*)")]
    private static partial Regex TraceQlAttributes();
}
