using System.Buffers;
using System.Buffers.Binary;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Reading;

namespace OtelPipeline.Parquet;

/// <summary>
/// Reads one Parquet file. Every fault of the file is a <see cref="ParquetException"/>, whatever its bytes are. Not thread safe; open the file
/// once per thread.
/// </summary>
public sealed class ParquetReader : IDisposable
{
    /// <summary>Magic, length of the footer, magic.</summary>
    private const int SmallestFile = 12;

    private readonly FileMetadata _metadata;
    private readonly PageDecompressor _decompressor = new();

    private ParquetReader(FileSource source, ParquetReaderOptions options, FileMetadata? metadata = null)
    {
        Source = source;
        Options = options;
        _metadata = metadata ?? ReadFooter(source, options);
        RowGroups = [.. _metadata.RowGroups.Select((group, i) => new ParquetRowGroup(this, group, i))];
    }

    /// <summary>Fields and columns.</summary>
    public ParquetSchema Schema => _metadata.Schema;

    /// <summary>Rows of all row groups.</summary>
    public long RowCount => _metadata.RowCount;

    /// <summary>The row groups, in order.</summary>
    public IReadOnlyList<ParquetRowGroup> RowGroups { get; }

    /// <summary>The entries that the writer left in the footer.</summary>
    public IReadOnlyDictionary<string, string> KeyValueMetadata => _metadata.KeyValues;

    /// <summary>The program that wrote the file, if it says so.</summary>
    public string? CreatedBy => _metadata.CreatedBy;

    internal FileSource Source { get; }

    internal ParquetReaderOptions Options { get; }

    internal PageDecompressor Decompressor => _decompressor;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ParquetException">It is no Parquet file that can be read.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static ParquetReader Open(string path, ParquetReaderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(new FileSource(path), options);
    }

    /// <summary>Opens a stream that can seek; <paramref name="name"/> is what errors call it.</summary>
    /// <exception cref="ParquetException">It is no Parquet file that can be read.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static ParquetReader Open(Stream stream, string name = "stream", ParquetReaderOptions? options = null, bool leaveOpen = false)
    {
        ThrowIfCannotSeek(stream);
        return Open(new FileSource(stream, name, leaveOpen), options);
    }

    /// <summary>
    /// A reader of the same file through another stream, for another thread: the footer, which is long where row groups are many, is not read again. This
    /// reader may be closed. Errors and options are those of this reader.
    /// </summary>
    /// <param name="stream">The same bytes, in a stream that can seek; nobody checks that they are the same.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is closed. Default: false.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public ParquetReader Reopen(Stream stream, bool leaveOpen = false)
    {
        ThrowIfCannotSeek(stream);
        return new ParquetReader(new FileSource(stream, Source.Name, leaveOpen), Options, _metadata);
    }

    private static void ThrowIfCannotSeek(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException(
                "A Parquet file is read from its end: copy the stream to memory or to a file first.",
                nameof(stream)
            );
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _decompressor.Dispose();
        Source.Dispose();
    }

    private static ParquetReader Open(FileSource source, ParquetReaderOptions? options)
    {
        try
        {
            return new ParquetReader(source, options ?? new ParquetReaderOptions());
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static FileMetadata ReadFooter(FileSource source, ParquetReaderOptions options)
    {
        if (source.Length < SmallestFile)
            throw source.Corrupt(0, $"{source.Length} bytes are too few for a Parquet file");
        Span<byte> ends = stackalloc byte[8];
        source.Read(0, ends[..4]);
        if (ends[..4].SequenceEqual("PARE"u8))
            throw source.Corrupt(0, "the file is encrypted, which this library does not read");
        if (!ends[..4].SequenceEqual("PAR1"u8))
            throw source.Corrupt(0, "the file does not start with PAR1: it is no Parquet file");
        source.Read(source.Length - 8, ends);
        if (ends[4..].SequenceEqual("PARE"u8))
            throw source.Corrupt(source.Length - 4, "the footer is encrypted, which this library does not read");
        if (!ends[4..].SequenceEqual("PAR1"u8))
            throw source.Corrupt(source.Length - 4, "the file does not end with PAR1: it is cut off, or was never closed");
        var length = BinaryPrimitives.ReadInt32LittleEndian(ends);
        var start = source.Length - 8 - length;
        if (length < 0 || start < 4)
            throw source.Corrupt(source.Length - 8, $"a footer of {length} bytes does not fit the file");
        if (length > options.MaxFooterBytes)
            throw source.Corrupt(source.Length - 8, $"the footer has {length} bytes, more than {nameof(options.MaxFooterBytes)} allows");
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            source.Read(start, buffer.AsSpan(0, length));
            return FooterReader.Read(buffer.AsSpan(0, length));
        }
        catch (CorruptException error)
        {
            throw source.Corrupt(start + error.Position, $"footer: {error.Message}", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
