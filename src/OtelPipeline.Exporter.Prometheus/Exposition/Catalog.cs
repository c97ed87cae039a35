using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// The metrics of the SDK as Prometheus' families, for one escaping scheme and one encoding of labels. It is built when the list of metrics
/// changes and then only looked up in. Of metrics that claim the same sample name the first one has it; what is dropped is counted.
/// </summary>
internal sealed class Catalog(PrometheusExporterOptions options, Escaping escaping, bool protobuf)
{
    private const string TargetHelp = "Target metadata";
    private const string ScopeHelp = "Instrumentation scope metadata";

    private readonly string _targetName = EscapedName.Escape("target_info", escaping, colons: true);
    private readonly string _scopeName = EscapedName.Escape("otel_scope_info", escaping, colons: true);
    private readonly LabelSet _labels = new(options, escaping);
    private readonly List<Metric> _known = [];
    private readonly List<Metric> _dropped = [];
    private readonly List<Label> _resourceLabels = [];
    private readonly List<List<Label>> _scopes = [];
    private List<Label>? _target;
    private Resource? _resource;

    public List<Family> Families { get; private set; } = [];

    /// <summary>Metrics that would have contradicted another one of the same name.</summary>
    public List<Metric> Dropped => _dropped;

    /// <summary><c>target_info</c> and <c>otel_scope_info</c>, written.</summary>
    public ByteBuffer Info { get; } = new();

    /// <summary>The same for OpenMetrics, which has a type for them.</summary>
    public ByteBuffer OpenMetricsInfo { get; } = new();

    /// <summary>Brings the families up to date. True if anything changed.</summary>
    public bool Update(List<Metric> metrics, Resource resource)
    {
        if (ReferenceEquals(resource, _resource) && Same(metrics, _known) && TagIdentity.IsAvailable)
            return false;
        _known.Clear();
        _known.AddRange(metrics);
        UseResource(resource);
        Build(metrics);
        return true;
    }

    /// <summary>Encodes the labels of a series; a length below zero means that another series of the family has them.</summary>
    public (int Offset, int Length) Encode(MetricStream stream, in ReadOnlyTagCollection tags)
    {
        var family = stream.Family;
        _labels.Build(tags, stream.FixedLabels, _resourceLabels, family.Type == FamilyType.Histogram ? "le" : null);
        var offset = family.Arena.Length;
        if (protobuf)
            ProtobufFamily.WriteLabels(family.Arena, _labels.Labels, ProtobufFamily.MetricLabel);
        else
            TextFamily.Encode(family.Arena, family, _labels.Labels);
        var length = family.Arena.Length - offset;
        if (family.Keep(offset))
            return (offset, length);
        family.Duplicates++;
        PrometheusEventSource.Log.DuplicateSeries(family.Name, stream.Metric.Name, stream.Metric.MeterName);
        return (0, -1);
    }

    /// <summary>Counts what the last collection held and no scraper gets.</summary>
    public void CountLosses(ExporterMetrics metrics)
    {
        var points = 0L;
        foreach (var metric in _dropped)
        {
            foreach (ref readonly var _ in metric.GetMetricPoints())
                points++;
        }

        metrics.Lost(points, "name_conflict");
        var duplicates = 0L;
        foreach (var family in Families)
            duplicates += family.Duplicates;
        metrics.Lost(duplicates, "duplicate_series");
    }

    private static bool Same(List<Metric> a, List<Metric> b)
    {
        if (a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!ReferenceEquals(a[i], b[i]))
                return false;
        }

        return true;
    }

    private void UseResource(Resource resource)
    {
        if (ReferenceEquals(resource, _resource))
            return;
        _resource = resource;
        var attributes = resource.Attributes.Select(item => KeyValuePair.Create<string, object?>(item.Key, item.Value)).ToArray();
        _target = options.TargetInfo && attributes.Length > 0 ? _labels.Build(attributes) : null;
        _resourceLabels.Clear();
        _resourceLabels.AddRange(_labels.Build(attributes.Where(item => options.ResourceLabels.Contains(item.Key))));
        Families = []; // their series carry the old ones
    }

    private void Build(List<Metric> metrics)
    {
        var old = Families.ToDictionary(family => family.Name, StringComparer.Ordinal);
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        var order = new List<Family>();
        var owners = new HashSet<string>(StringComparer.Ordinal);
        if (_target is not null)
            owners.Add(_targetName);
        if (options.ScopeInfo)
            owners.Add(_scopeName);
        _dropped.Clear();
        _scopes.Clear();
        var scopes = new HashSet<string>(StringComparer.Ordinal);

        foreach (var metric in metrics)
        {
            var type = TypeOf(metric.MetricType);
            var name = NameOf(metric, type);
            if (!families.TryGetValue(name, out var family))
            {
                string[] samples = type == FamilyType.Histogram ? [name, name + "_bucket", name + "_sum", name + "_count"] : [name];
                if (samples.Any(owners.Contains))
                {
                    Drop(metric, name);
                    continue;
                }

                owners.UnionWith(samples);
                family = new Family(name, type, metric.Description ?? "", metric.Unit ?? "")
                {
                    IsGaugeInstrument = IsGauge(metric.MetricType),
                };
                families.Add(name, family);
                order.Add(family);
            }
            else if (family.Type != type)
            {
                Drop(metric, name);
                continue;
            }

            family.Streams.Add(new MetricStream(metric, family, ScopeLabels(metric)));
            if (options.ScopeInfo && metric.MeterTags is { } tags && tags.Any())
            {
                var scope = ScopeInfo(metric, tags);
                if (scopes.Add(string.Join('\n', scope)))
                    _scopes.Add(scope);
            }
        }

        for (var i = 0; i < order.Count; i++)
        {
            // a family whose streams are the same keeps what is encoded of them
            if (old.TryGetValue(order[i].Name, out var kept) && TagIdentity.IsAvailable && SameStreams(kept, order[i]))
                order[i] = kept;
        }

        Families = order;
        var openMetricsNames = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in order)
        {
            var openMetricsName = OpenMetricsName(family, families);
            openMetricsNames.Add(openMetricsName ?? family.Name);
            if (protobuf)
                family.Protobuf = new ProtobufFamily(family);
            else
                family.Text = new TextFamily(family, openMetricsName);
        }

        WriteInfo(openMetricsNames);
    }

    // OpenMetrics calls the families "target" and "otel_scope"; where a user's metric has that name, they stay gauges
    private void WriteInfo(HashSet<string> openMetricsNames)
    {
        Info.Clear();
        OpenMetricsInfo.Clear();
        if (_target is not null)
            Write(_targetName, TargetHelp, [_target], "target");
        if (_scopes.Count > 0)
            Write(_scopeName, ScopeHelp, _scopes, "otel_scope");

        void Write(string name, string help, List<List<Label>> series, string openMetricsName)
        {
            if (protobuf)
            {
                ProtobufFamily.WriteInfo(Info, name, help, series);
                return;
            }

            var free = !openMetricsNames.Contains(EscapedName.Escape(openMetricsName, escaping, colons: true));
            TextFamily.WriteInfo(Info, name, help, series, asInfo: false, openMetrics: false);
            TextFamily.WriteInfo(OpenMetricsInfo, name, help, series, asInfo: free, openMetrics: true);
        }
    }

    private static bool SameStreams(Family a, Family b) =>
        a.Type == b.Type
        && a.Streams.Count == b.Streams.Count
        && a.Streams.Zip(b.Streams).All(pair => ReferenceEquals(pair.First.Metric, pair.Second.Metric));

    private void Drop(Metric metric, string name)
    {
        _dropped.Add(metric);
        PrometheusEventSource.Log.NameConflict(metric.Name, metric.MeterName, name);
    }

    /// <summary>The family name without <c>_total</c>; null for a counter that OpenMetrics cannot have.</summary>
    private static string? OpenMetricsName(Family family, Dictionary<string, Family> families)
    {
        if (family.Type != FamilyType.Counter)
            return family.Name;
        const string total = "_total";
        if (!family.Name.EndsWith(total, StringComparison.Ordinal) || family.Name.Length == total.Length)
            return null;
        var name = family.Name[..^total.Length];
        return families.ContainsKey(name) ? null : name;
    }

    private string NameOf(Metric metric, FamilyType type) =>
        EscapedName.Escape(
            MetricName.Translate(metric.Name, metric.Unit ?? "", type, IsGauge(metric.MetricType), options.Translation),
            escaping,
            colons: true
        );

    private List<Label> ScopeLabels(Metric metric)
    {
        if (!options.ScopeInfo)
            return [];
        var attributes = new List<KeyValuePair<string, object?>>
        {
            new("otel_scope_name", metric.MeterName),
            new("otel_scope_version", metric.MeterVersion),
            new("otel_scope_schema_url", metric.MeterSchemaUrl),
        };
        foreach (var (key, value) in metric.MeterTags ?? [])
            attributes.Add(new("otel_scope_" + key, value));
        return _labels.Build(attributes);
    }

    private List<Label> ScopeInfo(Metric metric, IEnumerable<KeyValuePair<string, object?>> tags) =>
        _labels.Build(tags.Append(new("otel_scope_name", metric.MeterName)).Append(new("otel_scope_version", metric.MeterVersion)));

    private static bool IsGauge(MetricType type) => type is MetricType.LongGauge or MetricType.DoubleGauge;

    private static FamilyType TypeOf(MetricType type) =>
        type switch
        {
            MetricType.LongSum or MetricType.DoubleSum => FamilyType.Counter,
            MetricType.Histogram or MetricType.ExponentialHistogram => FamilyType.Histogram,
            _ => FamilyType.Gauge,
        };
}
