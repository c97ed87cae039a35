using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// The frame of an OTLP/JSON line: resource, scopes, and the limits of a line. Records of one scope that follow each other share its
/// header; the batch is walked once and in order, since a log record goes back to its pool as soon as the next one is asked for.
/// See https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding and
/// https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/.
/// </summary>
internal sealed class OtlpLines(string signal, string scopeSignal)
{
    /// <summary>Most records in a line.</summary>
    private const int MaxRecords = 512;

    /// <summary>Capacity for a resource or a scope: a fraction of the line, so that records always have room beside them.</summary>
    private const int HeaderBytes = 96_000;

    /// <summary>
    /// Longest resource that comes first in its line. File receivers tell files apart by their first 1000 bytes: a longer resource,
    /// which all files of a process share, is written behind the records.
    /// </summary>
    private const int LeadingResourceBytes = 600;

    private byte[] _prefix = [];
    private byte[] _suffix = [];
    private object? _scope;
    private object? _group;
    private int _records;

    public void SetResource(Resource resource, string instance)
    {
        var json = new JsonBuffer(HeaderBytes) { Shrinking = true };
        json.Raw("\"resource\":{\"attributes\":["u8);
        var first = true;
        OtlpValue.TryWriteAttribute(json, ref first, "service.instance.id", instance);
        var dropped = 0;
        foreach (var (key, value) in resource.Attributes)
        {
            if (key != "service.instance.id" && !OtlpValue.TryWriteAttribute(json, ref first, key, value))
                dropped++;
        }

        json.Byte((byte)']');
        WriteDropped(json, dropped);
        json.Byte((byte)'}');
        var text = json.Written.ToArray();

        json.Position = 0;
        json.Raw("{\""u8);
        json.Raw(System.Text.Encoding.UTF8.GetBytes($"resource{signal}"));
        json.Raw("\":[{"u8);
        var leading = text.Length <= LeadingResourceBytes;
        if (leading)
        {
            json.Raw(text);
            json.Byte((byte)',');
        }

        json.Raw(System.Text.Encoding.UTF8.GetBytes($"\"scope{signal}\":["));
        _prefix = json.Written.ToArray();

        json.Position = 0;
        json.Raw("]"u8);
        if (!leading)
        {
            json.Byte((byte)',');
            json.Raw(text);
        }

        if (resource.SchemaUrl is { Length: > 0 } schemaUrl)
        {
            json.Raw(",\"schemaUrl\":"u8);
            json.String(schemaUrl);
        }

        json.Raw("}]}\n"u8);
        _suffix = json.Written.ToArray();
    }

    /// <summary>
    /// Writes what has to stand before a record of <paramref name="scope"/>: the head of the line, the head of the scope, or a comma.
    /// Metrics have one level more, a <paramref name="group"/> of points, which ends in <c>]}}</c>.
    /// </summary>
    public void Open(JsonBuffer json, object scope, ReadOnlySpan<byte> scopeHeader, object? group = null, byte[]? groupHeader = null)
    {
        if (_records == 0)
        {
            json.Raw(_prefix);
            json.Raw(scopeHeader);
            json.Raw(groupHeader);
            return;
        }

        if (ReferenceEquals(scope, _scope) && ReferenceEquals(group, _group))
        {
            json.Byte((byte)',');
            return;
        }

        if (_group is not null)
            json.Raw("]}}"u8);
        if (ReferenceEquals(scope, _scope))
            json.Byte((byte)',');
        else
        {
            json.Raw("]},"u8);
            json.Raw(scopeHeader);
        }

        json.Raw(groupHeader);
    }

    /// <summary>
    /// Ends a record that began at <paramref name="start"/>. False: it did not fit, is not in the buffer any more, and must be written
    /// again; what was before it is on its way, or <see cref="JsonBuffer.Shrinking"/> is set.
    /// </summary>
    public bool TryCommit(LineOutput output, int start, object scope, object? group = null)
    {
        var json = output.Json;
        if (json.Overflowed || json.Position + _suffix.Length + "]}}]}"u8.Length > JsonBuffer.MaxLineBytes)
        {
            json.Position = start;
            if (_records > 0)
                Flush(output);
            else if (json.Shrinking)
                throw new InvalidOperationException("A shortened record is still longer than a line.");
            else
                json.Shrinking = true;
            return false;
        }

        json.Shrinking = false;
        _scope = scope;
        _group = group;
        if (++_records == MaxRecords)
            Flush(output);
        return true;
    }

    /// <summary>Forgets a record that could not be written.</summary>
    public static void Abandon(LineOutput output, int start, Exception exception)
    {
        output.Json.Position = start;
        output.Json.Shrinking = false;
        output.Drop(1, exception);
    }

    public void Flush(LineOutput output)
    {
        if (_records == 0)
            return;
        if (_group is not null)
            output.Json.Raw("]}}"u8);
        output.Json.Raw("]}"u8);
        output.Json.Raw(_suffix);
        output.Emit(_records);
        Reset();
    }

    /// <summary>Starts a new line, whatever an interrupted batch left behind.</summary>
    public void Reset()
    {
        _records = 0;
        _scope = null;
        _group = null;
    }

    /// <summary>The bytes before the first record of a scope.</summary>
    public byte[] ScopeHeader(
        string name,
        string? version = null,
        IEnumerable<KeyValuePair<string, object?>>? attributes = null,
        string? schemaUrl = null
    )
    {
        var json = new JsonBuffer(HeaderBytes) { Shrinking = true };
        json.Raw("{\"scope\":{\"name\":"u8);
        json.String(name);
        if (version is { Length: > 0 })
        {
            json.Raw(",\"version\":"u8);
            json.String(version);
        }

        if (attributes is not null)
        {
            json.Raw(",\"attributes\":["u8);
            var first = true;
            var dropped = 0;
            foreach (var (key, value) in attributes)
            {
                if (!OtlpValue.TryWriteAttribute(json, ref first, key, value))
                    dropped++;
            }

            json.Byte((byte)']');
            WriteDropped(json, dropped);
        }

        json.Byte((byte)'}');
        if (schemaUrl is { Length: > 0 })
        {
            json.Raw(",\"schemaUrl\":"u8);
            json.String(schemaUrl);
        }

        json.Raw(System.Text.Encoding.UTF8.GetBytes($",\"{scopeSignal}\":["));
        return json.Written.ToArray();
    }

    public static void WriteDropped(JsonBuffer json, int attributes)
    {
        if (attributes == 0)
            return;
        json.Raw(",\"droppedAttributesCount\":"u8);
        json.Int(attributes);
    }
}
