namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    // longer ones are parsed each time
    private const int LongestRememberedObject = 16 * 1024;

    // the last resource and scope as they stood in the file: writers repeat them on every line
    private byte[] _resourceText = [];
    private ResourceInfo _resource = ResourceInfo.Empty;
    private byte[] _scopeText = [];
    private ScopeInfo _scope = ScopeInfo.Empty;

    private void ReadResourceRows(ref JsonScanner json, TelemetrySignals signal)
    {
        if (!BeginObject(ref json))
            return;
        var first = batch.Count;
        var seen = new SeenFields();
        var resource = ResourceInfo.Empty;
        string? schemaUrl = null;
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.Resource:
                    resource = ReadResource(ref json);
                    break;
                case OtlpField.SchemaUrl:
                    schemaUrl = ReadOptionalString(ref json);
                    break;
                case OtlpField.ScopeSpans when signal == TelemetrySignals.Spans:
                case OtlpField.ScopeLogs when signal == TelemetrySignals.Events:
                case OtlpField.ScopeMetrics when signal == TelemetrySignals.MetricPoints:
                    ReadScopes(ref json, signal);
                    break;
                case OtlpField.InstrumentationLibrarySpans when signal == TelemetrySignals.Spans:
                case OtlpField.InstrumentationLibraryLogs when signal == TelemetrySignals.Events:
                case OtlpField.InstrumentationLibraryMetrics when signal == TelemetrySignals.MetricPoints:
                    leniencies.Count(Leniency.InstrumentationLibrary);
                    ReadScopes(ref json, signal);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (resource.SchemaUrl != schemaUrl)
        {
            var same = ReferenceEquals(resource, _resource);
            resource = new ResourceInfo
            {
                Attributes = resource.Attributes,
                DroppedAttributesCount = resource.DroppedAttributesCount,
                SchemaUrl = schemaUrl,
            };
            if (same)
                _resource = resource;
        }

        for (var i = first; i < batch.Count; i++)
            batch[i].Resource = resource;
    }

    private void ReadScopes(ref JsonScanner json, TelemetrySignals signal)
    {
        if (!BeginArray(ref json))
            return;
        while (json.NextElement())
            ReadScopeRows(ref json, signal);
    }

    private void ReadScopeRows(ref JsonScanner json, TelemetrySignals signal)
    {
        if (!BeginObject(ref json))
            return;
        var first = batch.Count;
        var seen = new SeenFields();
        var scope = ScopeInfo.Empty;
        string? schemaUrl = null;
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.Scope:
                    scope = ReadScope(ref json);
                    break;
                case OtlpField.InstrumentationLibrary:
                    leniencies.Count(Leniency.InstrumentationLibrary);
                    scope = ReadScope(ref json);
                    break;
                case OtlpField.SchemaUrl:
                    schemaUrl = ReadOptionalString(ref json);
                    break;
                case OtlpField.Spans when signal == TelemetrySignals.Spans:
                case OtlpField.LogRecords when signal == TelemetrySignals.Events:
                case OtlpField.Metrics when signal == TelemetrySignals.MetricPoints:
                    ReadRecords(ref json, signal);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (scope.SchemaUrl != schemaUrl)
        {
            var same = ReferenceEquals(scope, _scope);
            scope = new ScopeInfo
            {
                Name = scope.Name,
                Version = scope.Version,
                Attributes = scope.Attributes,
                DroppedAttributesCount = scope.DroppedAttributesCount,
                SchemaUrl = schemaUrl,
            };
            if (same)
                _scope = scope;
        }

        for (var i = first; i < batch.Count; i++)
            batch[i].Scope = scope;
    }

    private void ReadRecords(ref JsonScanner json, TelemetrySignals signal)
    {
        if (!BeginArray(ref json))
            return;
        while (json.NextElement() && Within(ref json, !batch.OverBudget))
        {
            if (signal == TelemetrySignals.Spans)
                ReadSpan(ref json);
            else if (signal == TelemetrySignals.Events)
                ReadLogRecord(ref json);
            else
                ReadMetric(ref json);
        }
    }

    private ResourceInfo ReadResource(ref JsonScanner json)
    {
        if (json.TrySkipKnown(_resourceText))
            return _resource;
        var text = json.Remaining;
        var start = json.Position;
        var before = leniencies.Total;
        if (!BeginObject(ref json))
            return ResourceInfo.Empty;
        var seen = new SeenFields();
        var attributes = new AttributeList();
        uint dropped = 0;
        while (NextField(ref json, ref seen, out var field))
        {
            if (field == OtlpField.Attributes)
                ReadAttributes(ref json, attributes);
            else if (field == OtlpField.DroppedAttributesCount)
                dropped = ReadUInt32(ref json);
            else
                json.Skip();
        }

        var resource = new ResourceInfo { Attributes = attributes, DroppedAttributesCount = dropped };
        if (CanRemember(ref json, before, start))
        {
            _resourceText = text[..(json.Position - start)].ToArray();
            _resource = resource;
        }

        return resource;
    }

    private ScopeInfo ReadScope(ref JsonScanner json)
    {
        if (json.TrySkipKnown(_scopeText))
            return _scope;
        var text = json.Remaining;
        var start = json.Position;
        var before = leniencies.Total;
        if (!BeginObject(ref json))
            return ScopeInfo.Empty;
        var seen = new SeenFields();
        var name = "";
        string? version = null;
        var attributes = new AttributeList();
        uint dropped = 0;
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.Name:
                    name = ReadString(ref json);
                    break;
                case OtlpField.Version:
                    version = ReadOptionalString(ref json);
                    break;
                case OtlpField.Attributes:
                    ReadAttributes(ref json, attributes);
                    break;
                case OtlpField.DroppedAttributesCount:
                    dropped = ReadUInt32(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        var scope = new ScopeInfo
        {
            Name = name,
            Version = version,
            Attributes = attributes,
            DroppedAttributesCount = dropped,
        };
        if (CanRemember(ref json, before, start))
        {
            _scopeText = text[..(json.Position - start)].ToArray();
            _scope = scope;
        }

        return scope;
    }

    // with a leniency inside, skipping the text next time would not count it
    private bool CanRemember(ref JsonScanner json, long leniencesBefore, int start) =>
        !json.Failed && leniencies.Total == leniencesBefore && json.Position - start <= LongestRememberedObject;
}
