using System.IO.Compression;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Compression;

/// <summary>Compresses pages with the codec of one file.</summary>
internal sealed class PageCompressor : IDisposable
{
    private readonly int _level;
    private readonly Zstd.CompressionContext? _zstd;
    private readonly ByteBuffer _page = new();

    public PageCompressor(ParquetCompression codec, int level)
    {
        if (!ParquetWriterOptions.IsAvailable(codec))
        {
            var advice =
                codec == ParquetCompression.Zstd ? "libzstd was not found: install it, or choose Gzip" : "this library only reads it";
            throw new NotSupportedException($"Files cannot be written with {codec} compression: {advice}.");
        }

        Codec = codec;
        _level = level;
        if (codec == ParquetCompression.Zstd)
            _zstd = Zstd.CompressionContext.Create();
    }

    public ParquetCompression Codec { get; }

    /// <summary>The compressed form, which holds until the next call.</summary>
    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> source)
    {
        if (Codec == ParquetCompression.None)
            return source;
        _page.Truncate(0);
        Compress(source, _page);
        return _page.Written;
    }

    public void Compress(ReadOnlySpan<byte> source, ByteBuffer destination)
    {
        switch (Codec)
        {
            case ParquetCompression.Zstd:
                Zstd.Compress(_zstd!, source, destination, _level);
                break;
            case ParquetCompression.Snappy:
                Snappy.Compress(source, destination);
                break;
            case ParquetCompression.Gzip:
                using (var gzip = new GZipStream(new BufferStream(destination), new ZLibCompressionOptions { CompressionLevel = _level }))
                    gzip.Write(source);
                break;
            case ParquetCompression.Brotli:
                CompressBrotli(source, destination);
                break;
            default:
                destination.Write(source);
                break;
        }
    }

    public void Dispose()
    {
        _zstd?.Dispose();
        _page.Dispose();
    }

    private void CompressBrotli(ReadOnlySpan<byte> source, ByteBuffer destination)
    {
        const int WindowBits = 22;
        var span = destination.Reserve(BrotliEncoder.GetMaxCompressedLength(source.Length));
        if (!BrotliEncoder.TryCompress(source, span, out var written, _level, WindowBits))
            throw new InvalidOperationException($"Brotli could not compress {source.Length} bytes.");
        destination.Advance(written);
    }

    private sealed class BufferStream(ByteBuffer buffer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);

        public override void Write(byte[] array, int offset, int count) => buffer.Write(array.AsSpan(offset, count));

        public override void Flush() { }

        public override int Read(byte[] array, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
