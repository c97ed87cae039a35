namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    private const int RememberedScopes = 1024;

    private readonly Dictionary<string, ScopeInfo> _flatScopes = new(StringComparer.Ordinal);
    private ResourceInfo _flatResource = ResourceInfo.Empty;
    private string? _level;
    private int _severity;
    private string? _status;
    private int _statusCode = -1;

    private void AddFlatEvent(ref FlatRecord record)
    {
        if ((signals & TelemetrySignals.Events) == 0)
            return;
        if (record.Status is not null)
            AddFlatAttribute(record.HasNode ? FlatAttributes.NodeResult : FlatAttributes.RunResult, record.Status);
        if (record.DurationMs is { } duration)
            AddFlatAttribute("duration_ms", duration);
        var row = batch.AddEvent();
        row.TimeUnixNano = record.Time != 0 ? record.Time : record.Timestamp;
        row.ObservedTimeUnixNano = record.ObservedTime;
        row.TraceId = record.TraceId;
        row.SpanId = record.SpanId;
        row.SeverityText = record.Level;
        row.SeverityNumber = record.Severity != 0 ? record.Severity : Severity(record.Level);
        row.EventName = record.EventType;
        row.SetBody(record.Message);
        Complete(row, ref record);
    }

    private void AddFlatSpan(ref FlatRecord record)
    {
        if ((signals & TelemetrySignals.Spans) == 0)
            return;
        var status = Status(record.Status);
        if (status < 0 && record.Status is not null)
            AddFlatAttribute(record.HasNode ? FlatAttributes.NodeResult : FlatAttributes.RunResult, record.Status);
        var row = batch.AddSpan();
        row.TraceId = record.TraceId;
        row.SpanId = record.SpanId;
        row.ParentSpanId = record.ParentSpanId;
        row.TraceState = record.TraceState;
        row.Name = record.Name ?? record.Message.ToString();
        // the exporter leaves out the usual kind
        row.Kind = record.Kind == 0 && record.IsExportedSpan ? SpanKind.Internal : (SpanKind)record.Kind;
        row.StartTimeUnixNano = record.StartTime != 0 ? record.StartTime : record.Timestamp;
        row.DurationNano = record.DurationNano ?? Nanoseconds(record.DurationMs ?? 0);
        row.StatusCode = record.StatusCode != 0 ? (SpanStatusCode)record.StatusCode : (SpanStatusCode)Math.Max(status, 0);
        row.StatusMessage = record.StatusMessage;
        if (record.Events is not null)
            row.Events.AddRange(record.Events);
        if (record.Links is not null)
            row.Links.AddRange(record.Links);
        Complete(row, ref record);
    }

    private void AddFlatPoint(ref FlatRecord record)
    {
        batch.Metrics++;
        if ((signals & TelemetrySignals.MetricPoints) == 0)
            return;
        var row = batch.AddMetricPoint();
        if (record.Point is { } point)
            point.CopyValuesTo(row);
        row.MetricName = record.MetricName!;
        row.TimeUnixNano = record.Time != 0 ? record.Time : record.Timestamp;
        row.StartTimeUnixNano = record.StartTime;
        Complete(row, ref record);
    }

    private void Complete(TelemetryRow row, ref FlatRecord record)
    {
        // the row's own list is empty: exchanged, both stay in use
        (row.Attributes, _flatAttributes) = (_flatAttributes, row.Attributes);
        _flatAttributes.Expect(row.Attributes.Count);
        row.Flags = record.Flags;
        row.DroppedAttributesCount = record.DroppedAttributes;
        row.Resource = FlatResource(ref record);
        row.Scope = FlatScope(record.ScopeName, record.ScopeVersion);
    }

    private ResourceInfo FlatResource(ref FlatRecord record)
    {
        var last = _flatResource;
        if (
            last.ServiceName == record.ServiceName
            && last.ServiceInstanceId == record.ServiceInstanceId
            && last.ServiceVersion == record.ServiceVersion
            && last.ServiceNamespace == record.ServiceNamespace
        )
        {
            return last;
        }

        var attributes = new AttributeList();
        if (record.ServiceInstanceId is not null)
            attributes.Add("service.instance.id", record.ServiceInstanceId);
        if (record.ServiceName is not null)
            attributes.Add("service.name", record.ServiceName);
        if (record.ServiceNamespace is not null)
            attributes.Add("service.namespace", record.ServiceNamespace);
        if (record.ServiceVersion is not null)
            attributes.Add("service.version", record.ServiceVersion);
        return _flatResource = new ResourceInfo { Attributes = attributes };
    }

    private ScopeInfo FlatScope(string? name, string? version)
    {
        if (name is null && version is null)
            return ScopeInfo.Empty;
        if (_flatScopes.TryGetValue(name ?? "", out var scope) && scope.Version == version)
            return scope;
        if (_flatScopes.Count >= RememberedScopes)
            _flatScopes.Clear();
        return _flatScopes[name ?? ""] = new ScopeInfo { Name = name ?? "", Version = version };
    }

    private int Severity(string? level)
    {
        // short strings are remembered, so that the same level is mostly the same object
        if (!ReferenceEquals(level, _level))
        {
            _level = level;
            _severity = FlatEnums.Severity(level);
        }

        return _severity;
    }

    private int Status(string? status)
    {
        if (!ReferenceEquals(status, _status))
        {
            _status = status;
            _statusCode = status is null ? -1 : FlatEnums.Status(status);
        }

        return _statusCode;
    }

    private static long Nanoseconds(double milliseconds) =>
        // a cast of what does not fit saturates, NaN becomes 0
        (long)Math.Round(milliseconds * 1e6);
}
