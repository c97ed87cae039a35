using System.Text.Json;
using OtelPipeline.Data.Runs;

namespace OtelPipeline.Data.Tests.Runs;

/// <summary>Tells of one run as the core package does, with times in seconds.</summary>
internal sealed class RunStory(string id)
{
    public const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private readonly List<Func<SpanView>> _spans = [];
    private readonly List<EventView> _events = [];
    private readonly Dictionary<string, string> _spanIds = [];
    private int _lastId;

    public static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddSeconds(seconds);

    public RunStory Run(double start, double seconds, string result, params (string Key, object Value)[] more)
    {
        (string, object)[] attributes = [("pipeline.run.result", result), .. more];
        AddSpan("run etl", start, seconds, null, [], null, attributes);
        Event(start, "pipeline.run.start", more);
        return Event(start + seconds, "pipeline.run.end", [("pipeline.run.duration", seconds), .. attributes]);
    }

    public RunStory Node(
        string name,
        double start,
        double seconds,
        string[]? dependsOn = null,
        string? inside = null,
        string result = "success",
        string type = "transform",
        string? error = null,
        (string Key, object Value)[]? counts = null
    )
    {
        (string, object)[] attributes =
        [
            ("pipeline.node.name", name),
            ("pipeline.node.type", type),
            ("pipeline.node.result", result),
            .. (counts ?? []).Select(c => ("pipeline.node." + c.Key, c.Value)),
        ];
        AddSpan("node " + name, start, seconds, inside, dependsOn ?? [], error, attributes);
        NodeStarts(start, name);
        return Event(start + seconds, "pipeline.node.end", [("pipeline.node.duration", seconds), .. attributes]);
    }

    public RunStory NodeStarts(double at, string name) => Event(at, "pipeline.node.start", ("pipeline.node.name", name));

    public RunStory Span(string name, double start, double seconds, string inside)
    {
        AddSpan(name, start, seconds, inside, [], null, []);
        return this;
    }

    public RunStory Warning(double at, string message, string? node) =>
        Event(at, "pipeline.run.warning", message, node is null ? [] : [("pipeline.node.name", node)]);

    public RunStory Check(double at, string name, string result, double actual, double limit, string? node, string? partition = null) =>
        Event(
            at,
            "pipeline.check.result",
            [
                ("pipeline.check.name", name),
                ("pipeline.check.result", result),
                ("pipeline.check.actual", actual),
                ("pipeline.check.limit", limit),
                .. node is null ? [] : new (string, object)[] { ("pipeline.node.name", node) },
                .. partition is null ? [] : new (string, object)[] { ("pipeline.partition.key", partition) },
            ]
        );

    public RunStory Event(double at, string name, params (string Key, object Value)[] attributes) => Event(at, name, name, attributes);

    public RunStory Event(double at, string name, string message, params (string Key, object Value)[] attributes)
    {
        _events.Add(new EventView(name, At(at), 9, message, Trace, Lookup(attributes)));
        return this;
    }

    public RunInfo Build(Random? shuffle = null, bool spans = true, bool events = true)
    {
        var model = new RunModel();
        AddTo(model, shuffle, spans, events);
        return model.Runs.Single();
    }

    public void AddTo(RunModel model, Random? shuffle = null, bool spans = true, bool events = true)
    {
        var order = Additions(model, spans, events).ToArray();
        shuffle?.Shuffle(order);
        foreach (var add in order)
            add();
    }

    /// <summary>Tells of several runs at once, of each in its own order.</summary>
    public static void AddAll(RunModel model, IEnumerable<RunStory> stories, Random random)
    {
        var left = stories.Select(story => new Queue<Action>(story.Additions(model, spans: true, events: true))).ToList();
        while (left.Count > 0)
        {
            var story = random.Next(left.Count);
            left[story].Dequeue()();
            if (left[story].Count == 0)
                left.RemoveAt(story);
        }
    }

    private IEnumerable<Action> Additions(RunModel model, bool spans, bool events) =>
        [
            .. events ? _events.Select(e => (Action)(() => model.Add(e))) : [],
            .. spans ? _spans.Select(s => (Action)(() => model.Add(s()))) : [],
        ];

    public static string Text(RunInfo run) => JsonSerializer.Serialize(run);

    // ids are looked up at the end: a span may name one that is added later
    private void AddSpan(
        string name,
        double start,
        double seconds,
        string? inside,
        string[] dependsOn,
        string? error,
        (string, object)[] attributes
    )
    {
        var spanId = (++_lastId).ToString("x16");
        _spanIds[name.StartsWith("node ", StringComparison.Ordinal) ? name[5..] : name] = spanId;
        _spans.Add(() =>
            new SpanView(
                name,
                Trace,
                spanId,
                inside is null ? null : _spanIds[inside],
                At(start),
                TimeSpan.FromSeconds(seconds),
                error is not null,
                error,
                Lookup(attributes),
                [
                    .. dependsOn.Select(d => new LinkView(_spanIds.GetValueOrDefault(d, "ffffffffffffffff"), "depends_on")),
                    new LinkView("01", "part_of"),
                ]
            )
        );
    }

    private Func<string, object?> Lookup((string Key, object Value)[] attributes) =>
        key =>
            key switch
            {
                "pipeline.run.id" => id,
                "pipeline.name" => "etl",
                _ => attributes.FirstOrDefault(a => a.Key == key).Value,
            };
}
