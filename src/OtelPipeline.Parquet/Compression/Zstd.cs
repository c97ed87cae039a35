using System.Runtime.InteropServices;
using OtelPipeline.Internal;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Compression;

/// <summary>Zstandard through the system's libzstd, version 1.0 or later; <see cref="IsAvailable"/> says whether it loads.</summary>
internal static partial class Zstd
{
    private const string Library = "libzstd";
    private static readonly nint Handle = Load();

    public static bool IsAvailable => Handle != 0;

    public static void Compress(CompressionContext context, ReadOnlySpan<byte> source, ByteBuffer destination, int level)
    {
        var bound = (int)ZSTD_compressBound((nuint)source.Length);
        var span = destination.Reserve(bound);
        var size = ZSTD_compressCCtx(context, span, (nuint)span.Length, source, (nuint)source.Length, level);
        if (ZSTD_isError(size) != 0)
            throw new InvalidOperationException($"libzstd could not compress {source.Length} bytes: {Name(size)}.");
        destination.Advance((int)size);
    }

    /// <summary>Fills <paramref name="destination"/> exactly, or throws <see cref="CorruptException"/>.</summary>
    public static void Decompress(DecompressionContext context, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var size = ZSTD_decompressDCtx(context, destination, (nuint)destination.Length, source, (nuint)source.Length);
        if (ZSTD_isError(size) != 0)
            throw new CorruptException($"ZSTD data is damaged: {Name(size)}", 0);
        if ((int)size != destination.Length)
            throw new CorruptException($"ZSTD data gives {size} bytes, not {destination.Length}", 0);
    }

    private static string Name(nuint code) => Marshal.PtrToStringUTF8(ZSTD_getErrorName(code)) ?? "unknown error";

    private static nint Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(Zstd).Assembly, (name, _, _) => name == Library ? Handle : 0);
        return LibZstd.Load();
    }

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressBound(nuint size);

    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    private static partial nint ZSTD_getErrorName(nuint code);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressCCtx(
        CompressionContext context,
        Span<byte> destination,
        nuint capacity,
        ReadOnlySpan<byte> source,
        nuint size,
        int level
    );

    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressDCtx(
        DecompressionContext context,
        Span<byte> destination,
        nuint capacity,
        ReadOnlySpan<byte> source,
        nuint size
    );

    [LibraryImport(Library)]
    private static partial CompressionContext ZSTD_createCCtx();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    private static partial DecompressionContext ZSTD_createDCtx();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeDCtx(nint context);

    internal sealed class CompressionContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static CompressionContext Create() => ZSTD_createCCtx();

        protected override bool ReleaseHandle() => ZSTD_freeCCtx(handle) == 0;
    }

    internal sealed class DecompressionContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static DecompressionContext Create() => ZSTD_createDCtx();

        protected override bool ReleaseHandle() => ZSTD_freeDCtx(handle) == 0;
    }
}
