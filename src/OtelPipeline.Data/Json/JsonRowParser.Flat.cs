using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    private readonly PropertyNames _flatNames = new(projection is null ? null : projection.Of);
    private readonly PropertyNames _flatAttributeNames = new(projection is { } of ? (_, name) => of.OfAttribute(name) : null);
    private AttributeList _flatAttributes = [];

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
            if (json.TryPass(property.Passing))
            {
                record.HasNode |= property.Field == FlatField.Node;
                record.IsSpan |= property.Field is FlatField.Name or FlatField.ParentSpanId;
            }
            else if (property.AttributeKey is { } key)
            {
                AddFlatProperty(key, ReadRowValue(ref json));
                record.HasNode |= property.Field == FlatField.Node;
            }
            else if (!ReadFlatCommon(ref json, property.Field, ref record) && !ReadFlatSpecial(ref json, property.Field, ref record))
                AddFlatAttribute(property.Name, ReadRowValue(ref json));
        }

        if (json.Failed)
            return;
        if (record.MetricName is not null)
            AddFlatPoint(ref record);
        else if (record.IsSpan || record.IsExportedSpan)
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
                record.Message = ReadRowValue(ref json);
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
                    {
                        if (!json.TryPass(attribute.Passing))
                            _flatAttributes.Append(attribute.Name, ReadRowValue(ref json));
                    }
                }
                else
                    ReadAttributes(ref json, _flatAttributes, ofRow: true);
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
                record.Kind = ReadFlatEnum(ref json, OtlpEnums.SpanKind);
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
                record.StatusCode = ReadFlatEnum(ref json, OtlpEnums.StatusCode);
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
            case FlatField.DroppedAttributesCount:
                record.DroppedAttributes = ReadUInt32(ref json);
                return true;
            // everyday names, which elsewhere are attributes
            case FlatField.Events when record.IsExportedSpan:
                ReadFlatSpanEvents(ref json, record.Events ??= []);
                return true;
            case FlatField.Links when record.IsExportedSpan:
                ReadFlatSpanLinks(ref json, record.Links ??= []);
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
        if (record.MetricName is null || field is < FlatField.MetricType or > FlatField.StartTimestamp)
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
            case FlatField.BucketCounts:
                point.BucketCounts = ReadFlatCounts(ref json);
                break;
            case FlatField.Scale:
                point.Scale = ReadInt32(ref json);
                break;
            case FlatField.ZeroCount:
                point.ZeroCount = ReadFlatInt64(ref json);
                break;
            case FlatField.ZeroThreshold:
                point.ZeroThreshold = TryReadDouble(ref json, out var threshold) ? threshold : null;
                break;
            case FlatField.PositiveOffset:
                point.PositiveOffset = ReadInt32(ref json);
                break;
            case FlatField.PositiveBucketCounts:
                point.PositiveBucketCounts = ReadFlatCounts(ref json);
                break;
            case FlatField.NegativeOffset:
                point.NegativeOffset = ReadInt32(ref json);
                break;
            case FlatField.NegativeBucketCounts:
                point.NegativeBucketCounts = ReadFlatCounts(ref json);
                break;
            default:
                record.StartTime = ReadTimestamp(ref json);
                break;
        }

        return true;
    }

    private void AddFlatProperty(string key, AttributeValue value)
    {
        if (key != FlatAttributes.Exception || value.Kind != AttributeKind.KeyValues)
            AddFlatAttribute(key, value);
        else
        {
            foreach (var (part, text) in value.AsKeyValues())
                AddFlatAttribute("exception." + part, text);
        }
    }

    private void AddFlatAttribute(string key, AttributeValue value)
    {
        if (!value.IsEmpty)
            _flatAttributes.Append(key, value);
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
}
