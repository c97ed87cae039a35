namespace OtelPipeline.Data.Statistics;

/// <summary>
/// Counts over telemetry: records by signal, event, level, metric and node, errors, durations, cache hits, first and last time, files and
/// bytes. Memory depends on the number of different names, which is bounded, and not on that of the records. Not thread-safe.
/// </summary>
public sealed class TelemetryStatistics
{
    /// <summary>How many different names one table keeps; further ones count under the empty name.</summary>
    public const int MaxNames = 10_000;

    /// <summary>How many nodes are kept; further ones count in one with the empty name.</summary>
    public const int MaxNodes = 10_000;

    private const string NodeSpan = "node ";
    private const string RunSpan = "run ";

    private readonly Dictionary<string, long> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Pipeline, string Name), NodeStatistics> _nodes = [];
    private CacheCount _runCaches;
    private CacheCount _nodeCaches;
    private CacheCount _eventCaches;
    private CacheCount _spanCaches;

    /// <summary>Spans.</summary>
    public long Spans { get; private set; }

    /// <summary>Events and log records.</summary>
    public long Events { get; private set; }

    /// <summary>Metric points.</summary>
    public long MetricPoints { get; private set; }

    /// <summary>Spans whose status is Error.</summary>
    public long SpanErrors { get; private set; }

    /// <summary>Events of severity Error or above.</summary>
    public long EventErrors { get; private set; }

    /// <summary>The earliest start of a span or time of an event or metric point; null where none has a time.</summary>
    public DateTimeOffset? First => _first == long.MaxValue ? null : UnixTime.ToDateTimeOffset(_first);

    /// <summary>The latest end of a span or time of an event or metric point; null where none has a time.</summary>
    public DateTimeOffset? Last => _last == long.MinValue ? null : UnixTime.ToDateTimeOffset(_last);

    /// <summary>Events by name, log records without a name under the empty one.</summary>
    public IReadOnlyDictionary<string, long> EventsByName => _events;

    /// <summary>Events by level: Trace, Debug, Information, Warning, Error, Critical, or empty where it is not said.</summary>
    public IReadOnlyDictionary<string, long> EventsByLevel => _levels;

    /// <summary>Metric points by the name of the metric.</summary>
    public IReadOnlyDictionary<string, long> PointsByMetric => _metrics;

    /// <summary>Nodes, by pipeline and name.</summary>
    public IReadOnlyCollection<NodeStatistics> Nodes =>
        [.. _nodes.Values.OrderBy(node => node.Pipeline, StringComparer.Ordinal).ThenBy(node => node.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Requests that a cache answered (hit, stale, revalidated): the totals of the runs where their spans carry them, else those of the nodes,
    /// else the events, else the spans that carry a cache result.
    /// </summary>
    public long CacheHits => Caches.Hits;

    /// <summary>Requests that a cache could not answer, from the same source as <see cref="CacheHits"/>; those that went past it do not count.</summary>
    public long CacheMisses => Caches.Misses;

    /// <summary>Hits over hits and misses; null where there are none.</summary>
    public double? CacheHitRatio => CacheHits + CacheMisses == 0 ? null : (double)CacheHits / (CacheHits + CacheMisses);

    /// <summary>Files that records came from; 0 for statistics that were filled row by row.</summary>
    public int Files { get; private set; }

    /// <summary>Bytes of the files that records came from, as they lie on the disk.</summary>
    public long Bytes { get; private set; }

    private CacheCount Caches =>
        _runCaches.Any ? _runCaches
        : _nodeCaches.Any ? _nodeCaches
        : _eventCaches.Any ? _eventCaches
        : _spanCaches;

    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <summary>Reads files and counts what is in them.</summary>
    /// <param name="paths">Files, directories, patterns, or <c>-</c> for the standard input.</param>
    /// <param name="options">How to read; null for the defaults. Its report says what could not be read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="TelemetryFormatException">Something could not be read, and the options are strict.</exception>
    public static TelemetryStatistics Read(
        IEnumerable<string> paths,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new TelemetryReadOptions();
        options.Report ??= new TelemetryReadReport();
        var statistics = new TelemetryStatistics();
        TelemetryReader.Read(paths, statistics.Add, options, cancellationToken);
        statistics.AddFiles(options.Report);
        return statistics;
    }

    /// <summary>Counts the files that a reader has read.</summary>
    public void AddFiles(TelemetryReadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var file in report.Files)
        {
            if (file.Spans + file.Events + file.MetricPoints == 0)
                continue;
            Files++;
            var info = new FileInfo(file.Path);
            Bytes += info.Exists ? info.Length : 0;
        }
    }

    /// <summary>Counts a row; nothing of it is kept.</summary>
    public void Add(TelemetryRow row)
    {
        switch (row)
        {
            case SpanRow span:
                Add(span);
                break;
            case EventRow record:
                Add(record);
                break;
            case MetricPointRow point:
                MetricPoints++;
                See(point.TimeUnixNano);
                Count(_metrics, point.MetricName);
                break;
        }
    }

    private void Add(SpanRow span)
    {
        Spans++;
        See(span.StartTimeUnixNano);
        See(span.EndTimeUnixNano);
        var failed = span.StatusCode == SpanStatusCode.Error;
        if (failed)
            SpanErrors++;
        _spanCaches.Add(span.Attributes);
        if (span.Name.StartsWith(RunSpan, StringComparison.Ordinal))
            _runCaches.Add(span.Attributes, "pipeline.run.cache.hits", "pipeline.run.cache.misses");
        if (Node(span.Attributes) is not { } node)
            return;
        node.Spans++;
        if (!span.Name.StartsWith(NodeSpan, StringComparison.Ordinal))
            return;
        _nodeCaches.Add(span.Attributes, "pipeline.node.cache.hits", "pipeline.node.cache.misses");
        node.Duration.Add(span.DurationNano);
        if (failed)
            node.Errors++;
    }

    private void Add(EventRow record)
    {
        Events++;
        See(record.TimestampUnixNano);
        Count(_events, record.EventName ?? "");
        Count(_levels, TelemetryLevel.Of(record.SeverityNumber));
        if (record.SeverityNumber >= TelemetryLevel.Error)
            EventErrors++;
        _eventCaches.Add(record.Attributes);
        if (Node(record.Attributes) is { } node)
            node.Events++;
    }

    private void See(long time)
    {
        if (time == 0)
            return;
        _first = Math.Min(_first, time);
        _last = Math.Max(_last, time);
    }

    private NodeStatistics? Node(AttributeList attributes)
    {
        if (attributes.GetString("pipeline.node.name") is not { Length: > 0 } name)
            return null;
        var key = (attributes.GetString("pipeline.name") ?? "", name);
        if (_nodes.TryGetValue(key, out var node))
            return node;
        if (_nodes.Count >= MaxNodes)
            key = ("", "");
        if (!_nodes.TryGetValue(key, out node))
            _nodes[key] = node = new NodeStatistics(key.Item1, key.Item2);
        return node;
    }

    private static void Count(Dictionary<string, long> table, string name)
    {
        if (table.Count >= MaxNames && !table.ContainsKey(name))
            name = "";
        table[name] = table.GetValueOrDefault(name) + 1;
    }

    private struct CacheCount
    {
        public long Hits;
        public long Misses;

        public readonly bool Any => Hits + Misses > 0;

        public void Add(AttributeList attributes)
        {
            switch (attributes.GetString("pipeline.cache.result") ?? attributes.GetString("pipeline.http.cache.result"))
            {
                case "hit" or "stale" or "revalidated":
                    Hits++;
                    break;
                case "miss":
                    Misses++;
                    break;
            }
        }

        public void Add(AttributeList attributes, string hits, string misses)
        {
            Hits += Number(attributes, hits);
            Misses += Number(attributes, misses);
        }

        private static long Number(AttributeList attributes, string key) =>
            attributes.TryGet(key, out var value) && value.Kind == AttributeKind.Int64 ? Math.Max(0, value.AsInt64()) : 0;
    }
}
