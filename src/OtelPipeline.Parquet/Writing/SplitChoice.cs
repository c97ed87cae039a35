using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Encodings;

namespace OtelPipeline.Parquet.Writing;

/// <summary>Plain or BYTE_STREAM_SPLIT for floating-point columns: the first page is compressed both ways, and the smaller stays for the file.</summary>
internal sealed class SplitChoice(ParquetWriterOptions options, PageCompressor compressor) : IDisposable
{
    private readonly ByteBuffer _trial = new();
    private bool? _split = options.V2Encodings && compressor.Codec != ParquetCompression.None ? null : false;

    public ParquetEncoding Write(ReadOnlySpan<byte> values, int width, ByteBuffer body)
    {
        _split ??= IsSplitSmaller(values, width);
        if (_split == true)
            return WriteSplit(values, width, body);
        body.Write(values);
        return ParquetEncoding.Plain;
    }

    public static ParquetEncoding WriteSplit(ReadOnlySpan<byte> values, int width, ByteBuffer body)
    {
        ByteStreamSplit.Encode(values, width, body.Reserve(values.Length)[..values.Length]);
        body.Advance(values.Length);
        return ParquetEncoding.ByteStreamSplit;
    }

    public void Dispose() => _trial.Dispose();

    private bool IsSplitSmaller(ReadOnlySpan<byte> values, int width)
    {
        _trial.Truncate(0);
        compressor.Compress(values, _trial);
        var plain = _trial.Length;
        using var split = new ByteBuffer();
        WriteSplit(values, width, split);
        _trial.Truncate(0);
        compressor.Compress(split.Written, _trial);
        return _trial.Length < plain;
    }
}
