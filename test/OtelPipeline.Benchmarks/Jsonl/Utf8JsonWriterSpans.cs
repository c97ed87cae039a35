using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using OpenTelemetry;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>The same OTLP lines as one would write them with <see cref="Utf8JsonWriter"/>.</summary>
internal sealed class Utf8JsonWriterSpans : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024 * 1024);
    private readonly Utf8JsonWriter _json;
    private readonly string _path;
    private SafeFileHandle _file;
    private long _offset;

    public Utf8JsonWriterSpans(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        _json = new Utf8JsonWriter(
            _buffer,
            new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
    }

    public void Export(in Batch<Activity> batch)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        var open = false;
        foreach (var span in batch)
        {
            if (!open)
            {
                open = true;
                Open(span.Source);
            }

            Write(span);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        _buffer.GetSpan(1)[0] = (byte)'\n';
        _buffer.Advance(1);
        RandomAccess.Write(_file, _buffer.WrittenSpan, _offset);
        _offset += _buffer.WrittenCount;
        if (_offset < 10_000_000)
            return;
        // a new file, as the exporter has it: blocks that a file already has are cheaper
        _file.Dispose();
        File.Delete(_path);
        _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write);
        _offset = 0;
    }

    private void Open(ActivitySource source)
    {
        _json.WriteStartObject();
        _json.WriteStartArray("resourceSpans"u8);
        _json.WriteStartObject();
        _json.WriteStartObject("resource"u8);
        _json.WriteStartArray("attributes"u8);
        Attribute("service.instance.id", "benchmark");
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteStartArray("scopeSpans"u8);
        _json.WriteStartObject();
        _json.WriteStartObject("scope"u8);
        _json.WriteString("name"u8, source.Name);
        _json.WriteString("version"u8, source.Version);
        _json.WriteEndObject();
        _json.WriteStartArray("spans"u8);
    }

    private void Write(Activity span)
    {
        Span<byte> digits = stackalloc byte[20];
        _json.WriteStartObject();
        _json.WriteString("traceId"u8, span.TraceId.ToHexString());
        _json.WriteString("spanId"u8, span.SpanId.ToHexString());
        _json.WriteString("parentSpanId"u8, span.ParentSpanId.ToHexString());
        _json.WriteNumber("flags"u8, (int)span.ActivityTraceFlags | 0x100);
        _json.WriteString("name"u8, span.DisplayName);
        _json.WriteNumber("kind"u8, (int)span.Kind + 1);
        var start = (ulong)(span.StartTimeUtc.Ticks - DateTime.UnixEpoch.Ticks) * 100;
        start.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
        _json.WriteString("startTimeUnixNano"u8, digits[..written]);
        (start + (ulong)(span.Duration.Ticks * 100)).TryFormat(digits, out written, default, CultureInfo.InvariantCulture);
        _json.WriteString("endTimeUnixNano"u8, digits[..written]);
        _json.WriteStartArray("attributes"u8);
        foreach (ref readonly var tag in span.EnumerateTagObjects())
            Attribute(tag.Key, tag.Value);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Attribute(string key, object? value)
    {
        Span<byte> digits = stackalloc byte[20];
        _json.WriteStartObject();
        _json.WriteString("key"u8, key);
        _json.WriteStartObject("value"u8);
        switch (value)
        {
            case string text:
                _json.WriteString("stringValue"u8, text);
                break;
            case bool flag:
                _json.WriteBoolean("boolValue"u8, flag);
                break;
            case double number:
                _json.WriteNumber("doubleValue"u8, number);
                break;
            case int number:
                number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
                _json.WriteString("intValue"u8, digits[..written]);
                break;
            case long number:
                number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
                _json.WriteString("intValue"u8, digits[..length]);
                break;
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }
}
