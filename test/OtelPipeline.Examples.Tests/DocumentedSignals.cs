using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Examples.Tests;

/// <summary>The tables of src/OtelPipeline/docs/telemetry.md, which is generated.</summary>
internal sealed partial class DocumentedSignals
{
    private readonly List<(Regex Name, HashSet<string> Keys)> _spans = [];
    private readonly Dictionary<string, (string Instrument, string Unit, HashSet<string> Keys)> _metrics = [];
    private readonly Dictionary<string, HashSet<string>> _events = [];
    private HashSet<string> _ofEveryEvent = [];

    private DocumentedSignals() { }

    public static DocumentedSignals Read()
    {
        var document = new DocumentedSignals();
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline", "docs", "telemetry.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            if (section == "Events" && line.StartsWith("Each also carries", StringComparison.Ordinal))
                document._ofEveryEvent = Keys(line);
            var cells = line.Split(" | ");
            if (!line.StartsWith("| `", StringComparison.Ordinal))
                continue;
            var name = Code().Match(cells[0]).Groups["text"].Value;
            if (section == "Spans" && cells.Length == 3 && !cells[1].StartsWith('`'))
                document._spans.Add((Pattern(name), Keys(cells[2])));
            else if (section == "Metrics")
                document._metrics.Add(name, (cells[2], cells[3], Keys(cells[4])));
            else if (section == "Events")
                document._events.Add(name, [.. Keys(cells[2]), .. document._ofEveryEvent]);
        }

        return document;
    }

    /// <summary>What of the telemetry is not in the document, a line for each.</summary>
    public IEnumerable<string> Missing(Telemetry telemetry) =>
        telemetry
            .Spans.Where(static s => s.Scope == "OtelPipeline")
            .SelectMany(s =>
                Unknown(
                    "span " + s.Name,
                    _spans.Where(p => p.Name.IsMatch(s.Name)).Select(static p => p.Keys).FirstOrDefault(),
                    s.Attributes
                )
            )
            .Concat(
                telemetry
                    .Logs.Where(static l => l.Scope == "OtelPipeline")
                    .SelectMany(l => Unknown("event " + l.EventName, _events.GetValueOrDefault(l.EventName), l.Attributes))
            )
            .Concat(telemetry.Points.Where(static p => p.Scope.StartsWith("OtelPipeline", StringComparison.Ordinal)).SelectMany(Unknown))
            .Distinct();

    private IEnumerable<string> Unknown(PointItem point)
    {
        if (!_metrics.TryGetValue(point.Name, out var known))
            return ["metric " + point.Name];
        var kind = known.Instrument switch
        {
            "Histogram" => "histogram",
            "Gauge" or "ObservableGauge" => "gauge",
            _ => "sum",
        };
        return point.Kind != kind || point.Unit != known.Unit
            ? [$"metric {point.Name}: {point.Kind} in '{point.Unit}' is documented as {known.Instrument} in '{known.Unit}'"]
            : Unknown("metric " + point.Name, known.Keys, point.Attributes);
    }

    private static IEnumerable<string> Unknown(string what, HashSet<string>? keys, string attributes)
    {
        if (keys is null)
            return [what];
        return KeysIn(attributes)
            .Where(k =>
                !keys.Contains(k) && !(keys.Contains("pipeline.config.*") && k.StartsWith("pipeline.config.", StringComparison.Ordinal))
            )
            .Select(k => $"{what}: {k}");
    }

    // values may hold "; " themselves; what follows then is no key
    private static IEnumerable<string> KeysIn(string attributes) =>
        attributes.Split("; ").Select(static a => a.Split('=')[0]).Where(static k => Key().IsMatch(k));

    private static HashSet<string> Keys(string cell) => [.. Code().Matches(cell).Select(static m => m.Groups["text"].Value)];

    // "node {pipeline.node.name}" stands for every name
    private static Regex Pattern(string name) => new("^" + Regex.Replace(Regex.Escape(name), @"\\\{[^}]*}", ".+") + "$");

    [GeneratedRegex("`(?<text>[^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^[a-z][\w.]*$")]
    private static partial Regex Key();
}
