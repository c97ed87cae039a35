using System.IO.Compression;

namespace OtelPipeline.Parquet.Compression;

/// <summary>Decompresses pages of any codec that this library reads.</summary>
internal sealed class PageDecompressor : IDisposable
{
    private Zstd.DecompressionContext? _zstd;

    /// <summary>Fills <paramref name="destination"/> exactly, or throws <see cref="CorruptException"/>.</summary>
    public void Decompress(ParquetCompression codec, ArraySegment<byte> source, Span<byte> destination)
    {
        CheckPlausible(codec, source.Count, destination.Length);
        switch (codec)
        {
            case ParquetCompression.None:
                source.AsSpan().CopyTo(destination);
                break;
            case ParquetCompression.Snappy:
                Snappy.Decompress(source, destination);
                break;
            case ParquetCompression.Gzip:
                DecompressGzip(source, destination);
                break;
            case ParquetCompression.Brotli:
                if (!BrotliDecoder.TryDecompress(source, destination, out var written) || written != destination.Length)
                    throw new CorruptException($"Brotli data is damaged or does not give {destination.Length} bytes", 0);
                break;
            case ParquetCompression.Zstd:
                if (!Zstd.IsAvailable)
                    throw new CorruptException("the page is compressed with ZSTD, and libzstd was not found: install it", 0);
                Zstd.Decompress(_zstd ??= Zstd.DecompressionContext.Create(), source, destination);
                break;
            case ParquetCompression.Lz4Raw:
                Lz4.Decompress(source, destination);
                break;
            case ParquetCompression.Lz4:
                Lz4.DecompressHadoop(source, destination);
                break;
            default:
                throw new CorruptException($"compression codec {codec} is not supported", 0);
        }
    }

    /// <summary>Refuses sizes that a codec cannot reach, before memory is asked for.</summary>
    public static void CheckPlausible(ParquetCompression codec, int compressed, int uncompressed)
    {
        // the most that one byte of compressed data can stand for; ZSTD and Brotli have no useful limit
        var most = codec switch
        {
            ParquetCompression.None => 1,
            ParquetCompression.Snappy => 64,
            ParquetCompression.Gzip => 1032,
            ParquetCompression.Lz4 or ParquetCompression.Lz4Raw => 256,
            _ => int.MaxValue,
        };
        if (uncompressed > (long)compressed * most + 64 || (codec == ParquetCompression.None && uncompressed != compressed))
            throw new CorruptException($"{compressed} bytes of {codec} data cannot be {uncompressed} bytes uncompressed", 0);
    }

    public void Dispose() => _zstd?.Dispose();

    private static void DecompressGzip(ArraySegment<byte> source, Span<byte> destination)
    {
        try
        {
            // reads all members of a page, one after the other
            using var gzip = new GZipStream(
                new MemoryStream(source.Array!, source.Offset, source.Count, writable: false),
                CompressionMode.Decompress
            );
            var read = gzip.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            if (read != destination.Length)
                throw new CorruptException($"GZIP data gives {read} bytes, not {destination.Length}", 0);
            if (gzip.ReadByte() >= 0)
                throw new CorruptException($"GZIP data gives more than {destination.Length} bytes", 0);
        }
        catch (InvalidDataException error)
        {
            throw new CorruptException($"GZIP data is damaged: {error.Message}", 0);
        }
    }
}
