using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Protobuf;

/// <summary>
/// Turns OTLP protobuf messages (TracesData, LogsData, MetricsData, which are encoded like the requests of the collector) into rows.
/// </summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto"/>
internal sealed partial class ProtoRowParser(RowBatch batch, LeniencyCounter leniencies, TelemetrySignals signals)
{
    private readonly Utf8Strings _strings = new(leniencies);

    // why the message being read is broken
    private string? _error;

    /// <summary>Reads one message; null, or why it is broken. A broken message leaves no rows.</summary>
    public string? Parse(ReadOnlySpan<byte> message)
    {
        var rows = batch.Count;
        var metrics = batch.Metrics;
        batch.BeginDocument();
        _error = null;
        var signal = SignalDetection.Detect(message);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Is(1, ProtoReader.Bytes) && (signals & signal) != 0)
                ReadResourceRows(reader.ReadBytes(), signal);
            else
                reader.Skip();
        }

        Check(ref reader);
        if (_error is null)
            return null;
        batch.Truncate(rows);
        batch.Metrics = metrics;
        leniencies.Clear();
        return _error;
    }

    private void Check(ref ProtoReader reader)
    {
        if (reader.Failed)
            _error ??= "the bytes are no OTLP protobuf message";
    }

    /// <summary>Moves to the next field of a message; notes when the message turns out to be broken or too big.</summary>
    private bool Next(ref ProtoReader reader)
    {
        if (_error is null && reader.Next())
            return true;
        Check(ref reader);
        return false;
    }

    private bool Within(bool budget)
    {
        if (!budget)
            _error ??= RowBatch.OverBudgetReason;
        return budget;
    }

    private void ReadResourceRows(ReadOnlySpan<byte> message, TelemetrySignals signal)
    {
        var first = batch.Count;
        var attributes = new AttributeList();
        uint dropped = 0;
        string? schemaUrl = null;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            if (reader.Is(1, ProtoReader.Bytes))
            {
                var resource = new ProtoReader(reader.ReadBytes());
                while (Next(ref resource))
                {
                    if (resource.Is(1, ProtoReader.Bytes))
                        ReadAttribute(resource.ReadBytes(), attributes, 0);
                    else if (resource.Is(2, ProtoReader.Varint))
                        dropped = (uint)resource.ReadVarint();
                    else
                        resource.Skip();
                }
            }
            else if (reader.Is(2, ProtoReader.Bytes))
                ReadScopeRows(reader.ReadBytes(), signal);
            else if (reader.Is(3, ProtoReader.Bytes))
                schemaUrl = OptionalString(reader.ReadBytes());
            else
                reader.Skip();
        }

        var info = new ResourceInfo
        {
            Attributes = attributes,
            DroppedAttributesCount = dropped,
            SchemaUrl = schemaUrl,
        };
        for (var i = first; i < batch.Count; i++)
            batch[i].Resource = info;
    }

    private void ReadScopeRows(ReadOnlySpan<byte> message, TelemetrySignals signal)
    {
        var first = batch.Count;
        var scope = ScopeInfo.Empty;
        string? schemaUrl = null;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            if (reader.Is(1, ProtoReader.Bytes))
                scope = ReadScope(reader.ReadBytes());
            else if (reader.Is(2, ProtoReader.Bytes))
                ReadRecord(reader.ReadBytes(), signal);
            else if (reader.Is(3, ProtoReader.Bytes))
                schemaUrl = OptionalString(reader.ReadBytes());
            else
                reader.Skip();
        }

        if (schemaUrl is not null)
        {
            scope = new ScopeInfo
            {
                Name = scope.Name,
                Version = scope.Version,
                Attributes = scope.Attributes,
                DroppedAttributesCount = scope.DroppedAttributesCount,
                SchemaUrl = schemaUrl,
            };
        }

        for (var i = first; i < batch.Count; i++)
            batch[i].Scope = scope;
    }

    private ScopeInfo ReadScope(ReadOnlySpan<byte> message)
    {
        var name = "";
        string? version = null;
        var attributes = new AttributeList();
        uint dropped = 0;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            if (reader.Is(1, ProtoReader.Bytes))
                name = _strings.Get(reader.ReadBytes());
            else if (reader.Is(2, ProtoReader.Bytes))
                version = OptionalString(reader.ReadBytes());
            else if (reader.Is(3, ProtoReader.Bytes))
                ReadAttribute(reader.ReadBytes(), attributes, 0);
            else if (reader.Is(4, ProtoReader.Varint))
                dropped = (uint)reader.ReadVarint();
            else
                reader.Skip();
        }

        return new ScopeInfo
        {
            Name = name,
            Version = version,
            Attributes = attributes,
            DroppedAttributesCount = dropped,
        };
    }

    private void ReadRecord(ReadOnlySpan<byte> message, TelemetrySignals signal)
    {
        if (!Within(!batch.OverBudget))
            return;
        if (signal == TelemetrySignals.Spans)
            ReadSpan(message);
        else if (signal == TelemetrySignals.Events)
            ReadLogRecord(message);
        else
            ReadMetric(message);
    }

    private string? OptionalString(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : _strings.Get(utf8);

    /// <summary>An unsigned integer in a signed field.</summary>
    private long Clamp(ulong value)
    {
        if (value <= long.MaxValue)
            return (long)value;
        leniencies.Count(Leniency.NumberOutOfRange);
        return long.MaxValue;
    }

    private int EnumValue(ulong value, OtlpEnum type)
    {
        if (value < (ulong)type.Names.Length)
            return (int)value;
        leniencies.Count(Leniency.InvalidEnum);
        return 0;
    }

    private TraceId TraceIdOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == TraceId.Size)
            return TraceId.FromBytes(bytes);
        if (!bytes.IsEmpty)
            leniencies.Count(Leniency.InvalidId);
        return default;
    }

    private SpanId SpanIdOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == SpanId.Size)
            return SpanId.FromBytes(bytes);
        if (!bytes.IsEmpty)
            leniencies.Count(Leniency.InvalidId);
        return default;
    }
}
