using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>
/// The floor: the bytes of the flat line, by hand and for this one event, with <see cref="Utf8Formatter"/> into a buffer that goes to the
/// file in blocks of 64 KB.
/// </summary>
internal sealed class HandFormatted : IDisposable
{
    private const int Block = 64 * 1024;

    private readonly string _path;
    private SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[Block + 8192];
    private int _position;
    private long _offset;

    public HandFormatted(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    }

    public void Write(DateTime utc, string level, string message, string category, int memory, KeyValuePair<string, object?>[] properties)
    {
        Raw("{\"timestamp\":\""u8);
        Utf8Formatter.TryFormat(utc, _buffer.AsSpan(_position), out var written, 'O');
        _position += written - 1;
        Raw("00Z\",\"level\":\""u8);
        Text(level);
        Raw("\",\"message\":\""u8);
        Text(message);
        Raw("\",\"memory_mb\":"u8);
        Int(memory);
        Raw(",\"category\":\""u8);
        Text(category);
        Raw("\",\"attributes\":{"u8);
        for (var i = 0; i < properties.Length; i++)
        {
            Raw(i == 0 ? "\""u8 : ",\""u8);
            Text(properties[i].Key);
            Raw("\":"u8);
            switch (properties[i].Value)
            {
                case string text:
                    Raw("\""u8);
                    Text(text);
                    Raw("\""u8);
                    break;
                case int number:
                    Int(number);
                    break;
                case long number:
                    Int(number);
                    break;
                case double number:
                    Utf8Formatter.TryFormat(number, _buffer.AsSpan(_position), out written);
                    _position += written;
                    break;
                case bool flag:
                    Raw(flag ? "true"u8 : "false"u8);
                    break;
            }
        }

        Raw("}}\n"u8);
        if (_position >= Block)
            Flush();
    }

    public void Flush()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _position), _offset);
        _offset += _position;
        _position = 0;
        if (_offset < 10_000_000)
            return;
        // a new file, as the others have it: blocks that a file already has are cheaper
        _file.Dispose();
        File.Delete(_path);
        _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write);
        _offset = 0;
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_position));
        _position += bytes.Length;
    }

    // no escaping: this event needs none
    private void Text(string text) => _position += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_position));

    private void Int(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out var written);
        _position += written;
    }

    public void Dispose() => _file.Dispose();
}
