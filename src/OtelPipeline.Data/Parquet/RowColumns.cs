using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Parquet;

/// <summary>The columns of one row group, which fill rows.</summary>
internal abstract class RowColumns : IDisposable
{
    private readonly GroupColumns _columns;
    private readonly MapColumns _attributes;
    private readonly MapColumns _resource;
    private readonly MapColumns _scope;
    private readonly TextColumn _scopeName;
    private readonly TextColumn _scopeVersion;
    private readonly TextColumn _resourceSchema;
    private readonly TextColumn _scopeSchema;
    private readonly NumberColumn _resourceDropped;
    private readonly NumberColumn _scopeDropped;
    private readonly NumberColumn _flags;
    private readonly PromotedValues _promoted;

    // by hash, the last row that had it: merged files alternate between a few resources
    private readonly Dictionary<int, (int Row, ResourceInfo Resource)> _resources = [];
    private readonly Dictionary<int, (int Row, ScopeInfo Scope)> _scopes = [];

    protected RowColumns(GroupColumns columns, PromotedSources promoted, JsonRowParser json)
    {
        _columns = columns;
        Json = json;
        _attributes = new MapColumns(columns, "attributes", json);
        _resource = new MapColumns(columns, "resource_attributes", json);
        _scope = new MapColumns(columns, "scope_attributes", json);
        _scopeName = columns.Text("scope_name");
        _scopeVersion = columns.Text("scope_version");
        _resourceSchema = columns.Text("resource_schema_url");
        _scopeSchema = columns.Text("scope_schema_url");
        _resourceDropped = columns.Number("resource_dropped_attributes_count");
        _scopeDropped = columns.Number("scope_dropped_attributes_count");
        _flags = columns.Number("flags");
        _promoted = new PromotedValues(columns, promoted);
    }

    public int RowCount => _columns.RowCount;

    protected JsonRowParser Json { get; }

    /// <summary>Adds a row to the batch.</summary>
    public abstract void Add(RowBatch batch, int row);

    public void Dispose() => _columns.Dispose();

    protected void FillCommon(TelemetryRow target, int row)
    {
        target.Resource = Resource(row);
        target.Scope = Scope(row);
        target.Flags = _flags.UInt32(row);
        _attributes.Read(row, target.Attributes);
        _promoted.Read(row, target.Attributes);
    }

    protected static TraceId TraceIdOf(TextColumn column, int row) => TraceId.TryParse(column.Bytes(row), out var id) ? id : default;

    protected static SpanId SpanIdOf(TextColumn column, int row) => SpanId.TryParse(column.Bytes(row), out var id) ? id : default;

    protected void Check(bool isJson, string column, int row)
    {
        if (!isJson)
            throw new InvalidDataException($"Column '{column}' holds no JSON in row {row} of its row group: {Json.Error}");
    }

    private ResourceInfo Resource(int row)
    {
        var code = new HashCode();
        _resource.AddTo(ref code, row);
        code.Add(_resourceSchema.Number(row));
        code.Add(_resourceDropped.Integer(row));
        var hash = code.ToHashCode();
        if (
            _resources.TryGetValue(hash, out var known)
            && _resource.Same(row, known.Row)
            && _resourceSchema.Number(row) == _resourceSchema.Number(known.Row)
            && _resourceDropped.Integer(row) == _resourceDropped.Integer(known.Row)
        )
            return known.Resource;
        var resource = new ResourceInfo { SchemaUrl = _resourceSchema[row], DroppedAttributesCount = _resourceDropped.UInt32(row) };
        _resource.Read(row, resource.Attributes);
        _resources[hash] = (row, resource);
        return resource;
    }

    private ScopeInfo Scope(int row)
    {
        var code = new HashCode();
        _scope.AddTo(ref code, row);
        code.Add((_scopeName.Number(row), _scopeVersion.Number(row), _scopeSchema.Number(row), _scopeDropped.Integer(row)));
        var hash = code.ToHashCode();
        if (
            _scopes.TryGetValue(hash, out var known)
            && _scope.Same(row, known.Row)
            && _scopeName.Number(row) == _scopeName.Number(known.Row)
            && _scopeVersion.Number(row) == _scopeVersion.Number(known.Row)
            && _scopeSchema.Number(row) == _scopeSchema.Number(known.Row)
            && _scopeDropped.Integer(row) == _scopeDropped.Integer(known.Row)
        )
            return known.Scope;
        var scope = new ScopeInfo
        {
            Name = _scopeName[row] ?? "",
            Version = _scopeVersion[row],
            SchemaUrl = _scopeSchema[row],
            DroppedAttributesCount = _scopeDropped.UInt32(row),
        };
        _scope.Read(row, scope.Attributes);
        _scopes[hash] = (row, scope);
        return scope;
    }
}
