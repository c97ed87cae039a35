using System.Runtime.InteropServices;
using OtelPipeline.Internal;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Decompresses zstd through the system's libzstd, frame after frame (<see href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</see>).
/// Memory is bounded by libzstd's own limit on windows (128 MiB).
/// </summary>
internal sealed class ZstdStream : Stream
{
    private const string Library = "zstd";

    // pinned, because the native side keeps addresses for the length of a call
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(128 * 1024, pinned: true);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(128 * 1024, pinned: true);
    private readonly Stream _inner;
    private nint _context;
    private Chunk _in;
    private int _outputStart;
    private int _outputEnd;
    private bool _insideFrame;
    private bool _flushed = true;

    static ZstdStream() =>
        NativeLibrary.SetDllImportResolver(typeof(ZstdStream).Assembly, static (name, _, _) => name == Library ? LibZstd.Load() : 0);

    /// <exception cref="DllNotFoundException">libzstd is not there.</exception>
    public ZstdStream(Stream inner)
    {
        _inner = inner;
        try
        {
            _context = ZSTD_createDStream();
        }
        catch (DllNotFoundException exception)
        {
            throw new DllNotFoundException(
                $"The data is compressed with zstd and the library libzstd was not found (tried {string.Join(", ", LibZstd.FileNames)}): install it, "
                    + "for example the package libzstd1, or decompress the file.",
                exception
            );
        }

        if (_context == 0)
            throw new IOException("libzstd could not allocate a decompression context.");
        _in.Address = Marshal.UnsafeAddrOfPinnedArrayElement(_input, 0);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_outputStart == _outputEnd)
        {
            if (_flushed && _in.Position == _in.Size && !Accept(_inner.Read(_input)))
                return 0;
            Decompress();
        }

        return TakeOutput(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_outputStart == _outputEnd)
        {
            if (_flushed && _in.Position == _in.Size && !Accept(await _inner.ReadAsync(_input, cancellationToken).ConfigureAwait(false)))
                return 0;
            Decompress();
        }

        return TakeOutput(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
            ZSTD_freeDStream(_context);
        _context = 0;
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private int TakeOutput(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _outputEnd - _outputStart);
        _output.AsSpan(_outputStart, count).CopyTo(buffer);
        _outputStart += count;
        return count;
    }

    private bool Accept(int read)
    {
        _in.Position = 0;
        _in.Size = (nuint)read;
        if (read == 0 && _insideFrame)
            throw new InvalidDataException("the zstd data ends inside a frame");
        return read > 0;
    }

    private void Decompress()
    {
        var output = new Chunk { Address = Marshal.UnsafeAddrOfPinnedArrayElement(_output, 0), Size = (nuint)_output.Length };
        var result = ZSTD_decompressStream(_context, ref output, ref _in);
        if (ZSTD_isError(result) != 0)
            throw new InvalidDataException($"the zstd data is broken: {Marshal.PtrToStringUTF8(ZSTD_getErrorName(result))}");
        _insideFrame = result != 0;
        _outputStart = 0;
        _outputEnd = (int)output.Position;
        // a full output buffer may hide more that waits inside
        _flushed = output.Position < output.Size;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Chunk
    {
        public nint Address;
        public nuint Size;
        public nuint Position;
    }

#pragma warning disable SYSLIB1054 // LibraryImport generates unsafe code; these signatures need no marshalling
    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ZSTD_createDStream();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nuint ZSTD_freeDStream(nint stream);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nuint ZSTD_decompressStream(nint stream, ref Chunk output, ref Chunk input);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint ZSTD_isError(nuint code);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ZSTD_getErrorName(nuint code);
#pragma warning restore SYSLIB1054
}
