using System.Diagnostics;
using System.Text;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests.Document;

/// <summary>Everything that was recorded, as docs/telemetry.md: a line for each span, metric, event and attribute.</summary>
internal sealed class TelemetryDocument
{
    private const string Head = """
        # Telemetry

        Every span, metric, event and attribute of OtelPipeline: the contract with dashboards, alerts and queries. **This file is generated** from the constants in
        `OtelPipeline.Signals` and from what a program emits that uses everything; a test fails where the two differ, where an example emits something that is not here,
        and where a dashboard asks for something that is not here. After a change of signals: `OTELPIPELINE_ACCEPT_API=1 dotnet test test/OtelPipeline.Tests --filter TelemetryDocument`.

        Names follow OpenTelemetry's semantic conventions where there are any, otherwise they begin with `pipeline.`. Attributes in parentheses are there only where there is
        something to say. Ids of runs, URLs, keys and paths are never on a metric; names of nodes, caches, hosts and the like are counted as `_other` past a limit.
        """;

    // on every event that happens in a run, node, partition or item, and those of exceptions
    private static readonly string[] s_ambient =
    [
        PipelineAttributes.PipelineName,
        PipelineAttributes.RunId,
        PipelineAttributes.NodeName,
        PipelineAttributes.NodeKind,
        PipelineAttributes.NodeLayer,
        PipelineAttributes.NodeEngine,
        PipelineAttributes.PartitionKey,
        PipelineAttributes.ItemId,
    ];
    private static readonly string[] s_ofExceptions = ["exception.type", "exception.message", "exception.stacktrace"];

    private readonly Dictionary<string, string> _attributeMeanings = Meanings.Read(nameof(PipelineAttributes));
    private readonly Dictionary<string, string> _eventMeanings = Meanings.Read(nameof(PipelineEvents));
    private readonly SortedDictionary<string, Signal> _spans = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Signal> _metrics = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Signal> _events = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _links = new(StringComparer.Ordinal);

    public TelemetryDocument(Recorder recorder)
    {
        foreach (var span in recorder.Spans)
            Add(span);
        foreach (var span in recorder.Spans)
            AddLinks(span, recorder.Spans);
        foreach (var measured in recorder.Measurements)
        {
            var instrument = measured.Instrument;
            var signal = Signal.In(_metrics, instrument.Name, measured.Tags.Select(static t => t.Key));
            signal.Kinds.Add(instrument.GetType().Name.Split('`')[0]);
            signal.Unit = instrument.Unit ?? "";
            signal.Meaning = (instrument.Description ?? "").TrimEnd('.');
        }

        foreach (var written in recorder.Events.Where(static e => e.Id.Name is not null))
        {
            var signal = Signal.In(_events, written.Id.Name!, written.Attributes.Keys.Except(s_ambient).Select(Known));
            signal.Kinds.Add(written.Level.ToString());
        }
    }

    public IEnumerable<string> Metrics => _metrics.Keys;

    public IEnumerable<string> Events => _events.Keys;

    public IReadOnlySet<string> Attributes =>
        new SortedSet<string>(
            _spans.Values.Concat(_metrics.Values).Concat(_events.Values).SelectMany(static s => s.Keys).Append(PipelineAttributes.LinkType),
            StringComparer.Ordinal
        );

    /// <summary>Attributes and events that nobody has described.</summary>
    public IEnumerable<string> Undescribed =>
        Attributes
            .Where(k => !_attributeMeanings.ContainsKey(k) && k != ConfigKey)
            .Concat(Events.Where(e => !_eventMeanings.ContainsKey(e)));

    private static string ConfigKey => PipelineAttributes.ConfigPrefix + "*";

    public override string ToString()
    {
        var text = new StringBuilder(Head).Append(
            "\n\n## Spans\n\nActivity source `OtelPipeline`.\n\n| name | kind | attributes |\n|---|---|---|\n"
        );
        foreach (var (name, span) in _spans)
            text.Append($"| `{name}` | {span.Kind} | {span.Attributes} |\n");
        text.Append("\n| span | is linked to | `pipeline.link.type` |\n|---|---|---|\n");
        foreach (var link in _links)
            text.Append($"| {link} |\n");
        text.Append(
            "\n## Metrics\n\nMeter `OtelPipeline`, and those of the exporters, `OtelPipeline.Exporter.*`. Histograms have `_bucket`, `_sum` and `_count` in Prometheus.\n\n"
        );
        text.Append("| name | in Prometheus | instrument | unit | attributes | |\n|---|---|---|---|---|---|\n");
        foreach (var (name, metric) in _metrics)
            text.Append(
                $"| `{name}` | `{InPrometheus(name, metric)}` | {metric.Kind} | {metric.Unit} | {metric.Attributes} | {metric.Meaning} |\n"
            );
        text.Append(
            "\n## Events\n\nLog records with an event name, of the logger category `OtelPipeline`.\n\nEach also carries what it happens in, if anything: "
                + $"{Codes(s_ambient)}. Those of exceptions carry the exception: {Codes(s_ofExceptions)}.\n\n| name | level | attributes | |\n|---|---|---|---|\n"
        );
        foreach (var (name, written) in _events)
            text.Append($"| `{name}` | {written.Kind} | {written.Attributes} | {_eventMeanings.GetValueOrDefault(name)} |\n");
        text.Append("\n## Attributes\n\n| name | |\n|---|---|\n");
        foreach (var key in Attributes)
            text.Append(
                $"| `{key}` | {_attributeMeanings.GetValueOrDefault(key == ConfigKey ? PipelineAttributes.ConfigPrefix : key)} |\n"
            );
        return text.ToString();
    }

    private void Add(Activity span)
    {
        var signal = Signal.In(_spans, Pattern(span), span.TagObjects.Select(static t => t.Key).Where(IsOurs));
        signal.Kinds.Add(span.Kind.ToString());

        // whether the memory of a process changes is nobody's contract
        if (signal.Keys.Contains(PipelineAttributes.NodeMemoryPeak))
            signal.Sometimes(PipelineAttributes.NodeMemoryDelta);
    }

    private void AddLinks(Activity span, IReadOnlyList<Activity> all)
    {
        foreach (var link in span.Links)
        {
            var to = all.SingleOrDefault(s => s.SpanId == link.Context.SpanId);
            var type = (link.Tags ?? []).SingleOrDefault(static t => t.Key == PipelineAttributes.LinkType).Value;
            _links.Add($"`{Pattern(span)}` | {(to is null ? "" : $"`{Pattern(to)}`")} | {type}");
        }
    }

    // "node load" is "node {pipeline.node.name}", where that is what an attribute says
    private static string Pattern(Activity span)
    {
        var key = span
            .TagObjects.Where(t =>
                t.Value is string { Length: > 0 } value && span.DisplayName.EndsWith(" " + value, StringComparison.Ordinal)
            )
            .Select(static t => t.Key)
            .Order(StringComparer.Ordinal)
            .LastOrDefault();
        return key is null ? span.DisplayName : $"{span.DisplayName[..^((string)span.GetTagItem(key)!).Length]}{{{key}}}";
    }

    private static string Codes(IEnumerable<string> keys) => string.Join(" ", keys.Select(static k => $"`{k}`"));

    private static bool IsOurs(string key) => !key.StartsWith("app.", StringComparison.Ordinal);

    private static string Known(string key) => key.StartsWith(PipelineAttributes.ConfigPrefix, StringComparison.Ordinal) ? ConfigKey : key;

    // https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/, with units and suffixes
    private static string InPrometheus(string name, Signal metric)
    {
        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" when metric.Kind is "Gauge" or "ObservableGauge" => "_ratio",
            _ => "",
        };
        var total = metric.Kind is "Counter" or "ObservableCounter" ? "_total" : "";

        // a suffix that the name ends with already is not repeated
        var translated = name.Replace('.', '_');
        return (translated.EndsWith(unit, StringComparison.Ordinal) ? translated : translated + unit) + total;
    }

    private sealed class Signal
    {
        private readonly Dictionary<string, int> _keys = [];
        private readonly HashSet<string> _sometimes = [];
        private int _count;

        public SortedSet<string> Kinds { get; } = new(StringComparer.Ordinal);

        public string Unit { get; set; } = "";

        public string Meaning { get; set; } = "";

        public string Kind => string.Join(", ", Kinds);

        public IEnumerable<string> Keys => _keys.Keys;

        public string Attributes =>
            string.Join(
                " ",
                _keys
                    .OrderBy(static k => k.Key, StringComparer.Ordinal)
                    .Select(k => k.Value < _count || _sometimes.Contains(k.Key) ? $"(`{k.Key}`)" : $"`{k.Key}`")
            );

        public static Signal In(IDictionary<string, Signal> signals, string name, IEnumerable<string> keys)
        {
            if (!signals.TryGetValue(name, out var signal))
                signals[name] = signal = new Signal();
            signal._count++;
            foreach (var key in keys.Distinct())
                signal._keys[key] = signal._keys.GetValueOrDefault(key) + 1;
            return signal;
        }

        public void Sometimes(string key)
        {
            _keys.TryAdd(key, 0);
            _sometimes.Add(key);
        }
    }
}
