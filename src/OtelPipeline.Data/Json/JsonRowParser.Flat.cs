using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    private const int RememberedScopes = 1024;

    private readonly Dictionary<string, ScopeInfo> _flatScopes = new(StringComparer.Ordinal);
    private ResourceInfo _flatResource = ResourceInfo.Empty;
    private readonly PropertyNames _flatNames = new();
    private readonly PropertyNames _flatAttributeNames = new();
    private AttributeList _flatAttributes = [];
    private string? _level;
    private int _severity;

    /// <summary>Reads one flat record; which row it becomes shows only at its end.</summary>
    private void ReadFlat(ref JsonScanner json)
    {
        if (!Within(ref json, !batch.OverBudget))
            return;
        var record = new FlatRecord();
        _flatAttributes.Rewind();
        json.TryBeginObject();
        for (var i = 0; NextProperty(ref json, _flatNames, i, out var property); i++)
        {
            if (property.AttributeKey is { } key)
            {
                AddFlatAttribute(key, ReadPlainValue(ref json));
                record.HasNode |= property.Field == FlatField.Node;
            }
            else if (!ReadFlatCommon(ref json, property.Field, ref record) && !ReadFlatSpecial(ref json, property.Field, ref record))
                AddFlatAttribute(property.Name, ReadPlainValue(ref json));
        }

        if (json.Failed)
            return;
        if (record.MetricName is not null)
            AddFlatPoint(ref record);
        else if (record.IsSpan || record.EventType == "span")
            AddFlatSpan(ref record);
        else
            AddFlatEvent(ref record);
    }

    private bool NextProperty(ref JsonScanner json, PropertyNames names, int index, [NotNullWhen(true)] out PropertyName? property)
    {
        property = names.TryNext(ref json, index);
        if (property is null && json.NextName(out var name))
            property = names.Note(index, _strings.Get(name));
        return property is not null && Within(ref json, batch.ChargeAttribute());
    }

    private bool ReadFlatCommon(ref JsonScanner json, FlatField field, ref FlatRecord record)
    {
        switch (field)
        {
            case FlatField.Timestamp:
                record.Timestamp = ReadTimestamp(ref json);
                return true;
            case FlatField.Level:
                record.Level = ReadOptionalString(ref json);
                return true;
            case FlatField.EventType:
                record.EventType = ReadOptionalString(ref json);
                return true;
            case FlatField.Message:
                record.Message = ReadPlainValue(ref json);
                return true;
            case FlatField.TraceId:
                record.TraceId = ReadTraceId(ref json);
                return true;
            case FlatField.SpanId:
                record.SpanId = ReadSpanId(ref json);
                return true;
            case FlatField.Status:
                record.Status = ReadOptionalString(ref json);
                return true;
            case FlatField.DurationMs:
                record.DurationMs = TryReadDouble(ref json, out var duration) ? duration : null;
                return true;
            case FlatField.Category or FlatField.ScopeName:
                record.ScopeName = ReadOptionalString(ref json);
                return true;
            case FlatField.Attributes:
                if (json.TryBeginObject())
                {
                    for (var i = 0; NextProperty(ref json, _flatAttributeNames, i, out var attribute); i++)
                        _flatAttributes.Add(attribute.Name, ReadPlainValue(ref json));
                }
                else
                    ReadAttributes(ref json, _flatAttributes);
                return true;
            default:
                return false;
        }
    }

    private bool ReadFlatSpecial(ref JsonScanner json, FlatField field, ref FlatRecord record)
    {
        switch (field)
        {
            case FlatField.Name:
                record.Name = ReadString(ref json);
                record.IsSpan = true;
                return true;
            case FlatField.Kind:
                record.Kind = ReadEnum(ref json, OtlpEnums.SpanKind);
                return true;
            case FlatField.ParentSpanId:
                record.ParentSpanId = ReadSpanId(ref json);
                record.IsSpan = true;
                return true;
            case FlatField.TraceState:
                record.TraceState = ReadOptionalString(ref json);
                return true;
            case FlatField.Flags:
                record.Flags = ReadUInt32(ref json);
                return true;
            case FlatField.StartTimeUnixNano:
                record.StartTime = ReadFlatInt64(ref json);
                return true;
            case FlatField.DurationNano:
                record.DurationNano = ReadFlatInt64(ref json);
                record.IsSpan = true;
                return true;
            case FlatField.StatusCode:
                record.StatusCode = ReadEnum(ref json, OtlpEnums.StatusCode);
                return true;
            case FlatField.StatusMessage:
                record.StatusMessage = ReadOptionalString(ref json);
                return true;
            case FlatField.TimeUnixNano:
                record.Time = ReadFlatInt64(ref json);
                return true;
            case FlatField.ObservedTimeUnixNano:
                record.ObservedTime = ReadFlatInt64(ref json);
                return true;
            case FlatField.SeverityNumber:
                record.Severity = ReadEnum(ref json, OtlpEnums.Severity);
                return true;
            case FlatField.ServiceName:
                record.ServiceName = ReadOptionalString(ref json);
                return true;
            case FlatField.ServiceNamespace:
                record.ServiceNamespace = ReadOptionalString(ref json);
                return true;
            case FlatField.ServiceVersion:
                record.ServiceVersion = ReadOptionalString(ref json);
                return true;
            case FlatField.ServiceInstanceId:
                record.ServiceInstanceId = ReadOptionalString(ref json);
                return true;
            case FlatField.ScopeVersion:
                record.ScopeVersion = ReadOptionalString(ref json);
                return true;
            default:
                return ReadFlatMetric(ref json, field, ref record);
        }
    }

    private bool ReadFlatMetric(ref JsonScanner json, FlatField field, ref FlatRecord record)
    {
        if (field == FlatField.MetricName)
        {
            record.MetricName = ReadString(ref json);
            return true;
        }

        // the other columns of a metric have everyday names, which elsewhere are attributes: they count after metric_name only
        if (record.MetricName is null || field is < FlatField.MetricType or > FlatField.BucketCounts)
            return false;
        var point = record.Point ??= new MetricPointRow();
        switch (field)
        {
            case FlatField.MetricType:
                point.MetricType = (MetricType)ReadFlatEnum(ref json, FlatEnums.MetricType);
                break;
            case FlatField.Unit:
                point.Unit = ReadOptionalString(ref json);
                break;
            case FlatField.Description:
                point.Description = ReadOptionalString(ref json);
                break;
            case FlatField.Temporality:
                point.Temporality = (AggregationTemporality)ReadFlatEnum(ref json, OtlpEnums.Temporality);
                break;
            case FlatField.IsMonotonic:
                point.IsMonotonic = ReadBoolean(ref json);
                break;
            case FlatField.ValueDouble:
                point.ValueDouble = TryReadDouble(ref json, out var value) ? value : null;
                break;
            case FlatField.ValueInt:
                point.ValueInt = ReadFlatInt64(ref json);
                break;
            case FlatField.Count:
                point.Count = ReadFlatInt64(ref json);
                break;
            case FlatField.Sum:
                point.Sum = TryReadDouble(ref json, out var sum) ? sum : null;
                break;
            case FlatField.Min:
                point.Min = TryReadDouble(ref json, out var min) ? min : null;
                break;
            case FlatField.Max:
                point.Max = TryReadDouble(ref json, out var max) ? max : null;
                break;
            case FlatField.ExplicitBounds:
                point.ExplicitBounds = ReadBounds(ref json);
                break;
            default:
                point.BucketCounts = ReadFlatCounts(ref json);
                break;
        }

        return true;
    }

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
        row.Body = record.Message;
        Complete(row, ref record);
    }

    private void AddFlatSpan(ref FlatRecord record)
    {
        if ((signals & TelemetrySignals.Spans) == 0)
            return;
        var status = record.Status is null ? -1 : FlatEnums.Status(record.Status);
        if (status < 0 && record.Status is not null)
            AddFlatAttribute(record.HasNode ? FlatAttributes.NodeResult : FlatAttributes.RunResult, record.Status);
        var row = batch.AddSpan();
        row.TraceId = record.TraceId;
        row.SpanId = record.SpanId;
        row.ParentSpanId = record.ParentSpanId;
        row.TraceState = record.TraceState;
        row.Name = record.Name ?? record.Message.ToString();
        row.Kind = (SpanKind)record.Kind;
        row.StartTimeUnixNano = record.StartTime != 0 ? record.StartTime : record.Timestamp;
        row.DurationNano = record.DurationNano ?? Nanoseconds(record.DurationMs ?? 0);
        row.StatusCode = record.StatusCode != 0 ? (SpanStatusCode)record.StatusCode : (SpanStatusCode)Math.Max(status, 0);
        row.StatusMessage = record.StatusMessage;
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

    private void AddFlatAttribute(string key, AttributeValue value)
    {
        if (!value.IsEmpty)
            _flatAttributes.Add(key, value);
    }

    private long ReadFlatInt64(ref JsonScanner json)
    {
        // a number is right here: the flat dialect is for people
        if (json.TryReadNumber(out var digits, out _))
            return ParseInt64(digits);
        if (json.TryReadString(out var text))
            return ParseInt64(Name(text));
        Unexpected(ref json);
        return 0;
    }

    private long[] ReadFlatCounts(ref JsonScanner json)
    {
        if (!BeginArray(ref json))
            return [];
        var counts = new List<long>();
        while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
            counts.Add(ReadFlatInt64(ref json));
        return [.. counts];
    }

    private int ReadFlatEnum(ref JsonScanner json, OtlpEnum type)
    {
        if (json.TryReadString(out var text))
        {
            var value = type.Find(Name(text));
            if (value < 0)
                leniencies.Count(Leniency.InvalidEnum);
            return Math.Max(value, 0);
        }

        return ReadEnum(ref json, type);
    }

    private long ReadTimestamp(ref JsonScanner json)
    {
        if (!json.TryReadString(out var text))
        {
            Unexpected(ref json);
            return 0;
        }

        if (Rfc3339.TryParse(text.Raw, out var unixNano))
            return unixNano;
        leniencies.Count(Leniency.InvalidTimestamp);
        return 0;
    }

    private static long Nanoseconds(double milliseconds) =>
        // a cast of what does not fit saturates, NaN becomes 0
        (long)Math.Round(milliseconds * 1e6);
}
