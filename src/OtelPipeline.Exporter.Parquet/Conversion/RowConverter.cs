using OpenTelemetry.Resources;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Parquet.Sinks;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Parquet.Conversion;

/// <summary>Turns what the SDK hands over into rows that keep nothing of it but immutable text.</summary>
internal abstract class RowConverter<T, TRow>
    where T : class
    where TRow : TelemetryRow
{
    private const int MaxScopes = 1024;

    // scopes are few and long-lived; a program that makes them without end starts over
    private readonly Dictionary<object, ScopeInfo> _scopes = [];

    /// <summary>Cleans what could not be redacted before (see <see cref="RedactionService"/>); null leaves it as it is.</summary>
    public Func<string, object?, object?>? Redaction { get; set; }

    protected ResourceInfo Resource { get; private set; } = ResourceInfo.Empty;

    public void SetResource(Resource resource, string instance)
    {
        var attributes = new AttributeList { { "service.instance.id", instance } };
        uint dropped = 0;
        foreach (var (key, value) in resource.Attributes)
        {
            if (key == "service.instance.id")
                continue;
            if (Attributes.TryConvert(value, out var converted))
                attributes.Add(key, converted);
            else
                dropped++;
        }

        Resource = new ResourceInfo
        {
            Attributes = attributes,
            DroppedAttributesCount = dropped,
            SchemaUrl = string.IsNullOrEmpty(resource.SchemaUrl) ? null : resource.SchemaUrl,
        };
    }

    /// <summary>Adds the rows of a record to the sink.</summary>
    public abstract void Convert(T record, ParquetSink<TRow> sink);

    /// <summary>A value of a span event, a link or a log scope as it may be written.</summary>
    protected object? Clean(string key, object? value) => Redaction is null ? value : Redaction(key, value);

    /// <summary>The scope of a key, which is compared by equality.</summary>
    protected ScopeInfo Scope(object key, Func<object, ScopeInfo> create)
    {
        if (_scopes.TryGetValue(key, out var scope))
            return scope;
        if (_scopes.Count >= MaxScopes)
            _scopes.Clear();
        return _scopes[key] = create(key);
    }

    protected static ScopeInfo CreateScope(
        string name,
        string? version = null,
        IEnumerable<KeyValuePair<string, object?>>? tags = null,
        string? schemaUrl = null
    )
    {
        var attributes = new AttributeList();
        uint dropped = 0;
        foreach (var (key, value) in tags ?? [])
            Attributes.Add(attributes, key, value, ref dropped);
        return new ScopeInfo
        {
            Name = name,
            Version = string.IsNullOrEmpty(version) ? null : version,
            Attributes = attributes,
            DroppedAttributesCount = dropped,
            SchemaUrl = string.IsNullOrEmpty(schemaUrl) ? null : schemaUrl,
        };
    }
}
