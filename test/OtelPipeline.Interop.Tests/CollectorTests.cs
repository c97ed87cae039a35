using System.Text.RegularExpressions;
using OpenTelemetry;
using OtelPipeline.Testing;
using YamlDotNet.Serialization;
using Map = System.Collections.Generic.Dictionary<object, object>;

namespace OtelPipeline.Interop.Tests;

/// <summary>The collector's configurations hold together and read what the JSON lines exporter writes.</summary>
[TestFixture]
internal sealed class CollectorTests
{
    public static IEnumerable<string> Configurations =>
        Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "otel-collector"), "*.yaml").Select(p => Path.GetFileName(p)).Order();

    [TestCaseSource(nameof(Configurations))]
    public void What_is_defined_is_used_and_what_is_used_is_defined(string file)
    {
        var root = Load(file);
        var service = (Map)root["service"];
        foreach (var kind in new[] { "receivers", "processors", "exporters" })
        {
            var used = Pipelines(root).SelectMany(p => Texts(p.Value[kind])).Distinct();
            Assert.That(used, Is.EquivalentTo(((Map)root[kind]).Keys), kind);
        }

        Assert.That(Texts(service["extensions"]), Is.EquivalentTo(((Map)root["extensions"]).Keys), "extensions");
    }

    [TestCaseSource(nameof(Configurations))]
    public void Every_signal_has_a_pipeline_that_guards_memory_first_and_batches_last(string file)
    {
        var pipelines = Pipelines(Load(file)).ToDictionary(p => p.Key, p => Texts(p.Value["processors"]));
        Assert.That(pipelines.Keys, Is.SupersetOf(new[] { "traces", "metrics", "logs" }));
        Assert.That(pipelines.Values.Select(p => p[0]), Is.All.EqualTo("memory_limiter"));
        Assert.That(pipelines.Values.Select(p => p[^1]), Is.All.EqualTo("batch"));
    }

    [TestCaseSource(nameof(Configurations))]
    public void Files_of_each_signal_go_to_the_pipeline_of_that_signal(string file)
    {
        var telemetry = Path.Combine(Workshop.Root, "collector");
        using (var sdk = OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseJsonlExporter(telemetry)))
        {
            new Pipeline("files").StartRun().Complete();
        }

        var root = Load(file);
        foreach (var (signal, folder) in new[] { ("traces", "spans"), ("metrics", "metrics"), ("logs", "logs") })
        {
            var receivers = Texts(Pipelines(root).Single(p => p.Key == signal).Value["receivers"]);
            var receiver = (Map)((Map)root["receivers"])[receivers.Single(r => r.StartsWith("otlpjsonfile", StringComparison.Ordinal))];
            var pattern = Texts(receiver["include"]).Single().Replace("${env:TELEMETRY_DIRECTORY:-./telemetry}", telemetry);
            Assert.That(Path.GetDirectoryName(pattern), Is.EqualTo(Path.Combine(telemetry, folder)));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern)), Is.Not.Empty, pattern);

            // what a short run wrote before the collector saw the file counts too
            Assert.That(receiver["start_at"], Is.EqualTo("beginning"));
        }
    }

    [TestCaseSource(nameof(Configurations))]
    public void Variables_are_documented_with_their_defaults(string file)
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "otel-collector", "README.md"));
        var text = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "otel-collector", file));
        var variables = Regex.Matches(text, @"\$\{env:(?<name>\w+):-(?<default>[^}]*)\}");
        Assert.That(variables, Is.Not.Empty);
        foreach (Match variable in variables)
        {
            Assert.That(readme, Does.Contain($"`{variable.Groups["name"].Value}`"));
            Assert.That(readme, Does.Contain($"`{variable.Groups["default"].Value}`"));
        }
    }

    private static Map Load(string file) =>
        new DeserializerBuilder().Build().Deserialize<Map>(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "otel-collector", file)));

    private static IEnumerable<(string Key, Map Value)> Pipelines(Map root) =>
        ((Map)((Map)root["service"])["pipelines"]).Select(p => ((string)p.Key, (Map)p.Value));

    private static string[] Texts(object list) => [.. ((List<object>)list).Cast<string>()];
}
