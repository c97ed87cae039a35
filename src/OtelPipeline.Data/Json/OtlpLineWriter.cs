using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OtelPipeline.Data.Json;

/// <summary>Collects rows of one resource in a line: <c>{"resourceSpans":[{"resource":…,"scopeSpans":[{"scope":…,"spans":[…]}]}]}</c>.</summary>
internal sealed class OtlpLineWriter : TelemetryJsonWriter
{
    // file receivers of the collector split lines over 1 MiB
    private const int MaxLineBytes = 900_000;
    private const int MaxRecords = 512;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 1024,
    };

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _part = new();
    private readonly Utf8JsonWriter _json;
    private readonly OtlpRecords _records;
    private byte[] _metric = [];
    private TelemetryRow? _template;
    private ResourceInfo? _resource;
    private ScopeInfo? _scope;
    private int _count;
    private byte[] _end = [];

    public OtlpLineWriter(Stream stream)
        : base(stream)
    {
        _json = new Utf8JsonWriter(_part, Options);
        _records = new OtlpRecords(_json);
    }

    public override void Write(TelemetryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var metric = row is MetricPointRow head ? Part(head, _records.MetricHead).ToArray() : [];
        var record = Part(row, _records.Record);
        if (
            _count > 0
            && (
                _count == MaxRecords
                || !ReferenceEquals(row.Resource, _resource)
                || _template!.GetType() != row.GetType()
                || _line.WrittenCount + record.Length + metric.Length > MaxLineBytes
            )
        )
        {
            Flush();
        }

        Open(row, metric);
        _line.Write(Part(row, _records.Record));
        _count++;
    }

    public override void Flush()
    {
        if (_count == 0)
            return;
        _line.Write(_end);
        WriteLine(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _count = 0;
        _resource = null;
        _scope = null;
        _template = null;
    }

    private protected override void Dispose(bool disposing)
    {
        _json.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Writes what stands between the record before and this one: the head of the line, of the scope, of the metric, or a comma.</summary>
    private void Open(TelemetryRow row, byte[] metric)
    {
        var isSameScope = ReferenceEquals(row.Scope, _scope);
        if (_count > 0 && isSameScope && metric.AsSpan().SequenceEqual(_metric))
        {
            _line.Write(","u8);
            return;
        }

        if (_count == 0)
        {
            _line.Write(Part(row, _records.LineHead));
            _end = Part(row, _records.LineTail).ToArray();
        }
        else if (isSameScope)
            _line.Write("]}},"u8);
        else
            _line.Write(row is MetricPointRow ? "]}}]},"u8 : "]},"u8);
        if (!isSameScope)
            _line.Write(Part(row, _records.ScopeHead));
        _line.Write(metric);
        (_template, _resource, _scope, _metric) = (row, row.Resource, row.Scope, metric);
    }

    private ReadOnlySpan<byte> Part<TRow>(TRow row, Action<TRow, ArrayBufferWriter<byte>> write)
        where TRow : TelemetryRow
    {
        _part.ResetWrittenCount();
        _json.Reset();
        write(row, _part);
        _json.Flush();
        return _part.WrittenSpan;
    }
}
