using System.Buffers.Binary;
using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Messages with a four-byte length before each, most significant byte first, as the collector's file exporter writes protobuf and whatever it
/// compresses: each message is OTLP protobuf or OTLP/JSON, plain or as a zstd frame of its own.
/// </summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/fileexporter"/>
internal sealed class FramedRecordReader(FileReading file, byte[] buffer) : RecordReader(file, buffer)
{
    private const int HeaderSize = 4;

    private long _message = 1;
    private long _skip;
    private byte[] _decompressed = [];

    public override long Line => _message;

    public override ReadStep Next()
    {
        if (_skip > 0)
        {
            var skipped = (int)Math.Min(_skip, Unread.Length);
            Start += skipped;
            _skip -= skipped;
            if (_skip > 0)
            {
                if (Completed)
                    File.Error(_message, "the file ends inside this message");
                return Completed ? ReadStep.End : ReadStep.NeedData;
            }

            _message++;
        }

        if (Unread.IsEmpty && Completed)
            return ReadStep.End;
        if (Unread.Length < HeaderSize)
            return WaitOrTorn();
        var length = BinaryPrimitives.ReadUInt32BigEndian(Unread);
        if (length > File.MaxRecordBytes)
        {
            File.Error(_message, $"the message has {length} bytes by its length prefix, more than {File.MaxRecordBytes} (MaxRecordBytes)");
            Start += HeaderSize;
            _skip = length;
            return ReadStep.Rows;
        }

        if (Unread.Length - HeaderSize < length)
            return WaitOrTorn();
        RecordLine = _message;
        ReadMessage(Unread.Slice(HeaderSize, (int)length));
        Start += HeaderSize + (int)length;
        _message++;
        return ReadStep.Rows;
    }

    private ReadStep WaitOrTorn()
    {
        if (!Completed)
            return ReadStep.NeedData;
        File.Torn(Unread.Length);
        Start += Unread.Length;
        return ReadStep.End;
    }

    private void ReadMessage(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith(FileFormat.Zstd))
        {
            var error = Decompress(message, out var length);
            if (error is not null)
            {
                File.Error(_message, error);
                return;
            }

            message = _decompressed.AsSpan(0, length);
        }

        var text = message.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
        {
            if (File.Proto.Parse(message) is { } reason)
                File.Error(_message, reason);
            else
                File.MoveLeniencies();
            return;
        }

        while (!text.IsEmpty)
        {
            if (File.Json.Parse(text, null, out var position) != DocumentResult.Read)
            {
                File.Error(_message, $"{File.Json.Error}, at byte {message.Length - text.Length + position + 1} of the message");
                return;
            }

            File.MoveLeniencies();
            text = text[position..].TrimStart(" \t\r\n"u8);
        }
    }

    private string? Decompress(ReadOnlySpan<byte> message, out int length)
    {
        length = 0;
        try
        {
            using var stream = new ZstdStream(new MemoryStream(message.ToArray()));
            while (true)
            {
                if (length == _decompressed.Length)
                    Array.Resize(ref _decompressed, Math.Max(BufferSize, length * 2));
                var read = stream.Read(_decompressed, length, _decompressed.Length - length);
                length += read;
                if (length > File.MaxRecordBytes)
                    return $"the message is longer than {File.MaxRecordBytes} bytes when decompressed (MaxRecordBytes)";
                if (read == 0)
                    return null;
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or DllNotFoundException)
        {
            return exception.Message;
        }
    }
}
