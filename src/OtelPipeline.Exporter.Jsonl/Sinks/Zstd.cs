using System.Runtime.InteropServices;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>Three functions of libzstd (https://facebook.github.io/zstd/zstd_manual.html), where the system has it.</summary>
internal static partial class Zstd
{
    private const string Library = "libzstd";
    private const int Level = 1;

    static Zstd() =>
        NativeLibrary.SetDllImportResolver(typeof(Zstd).Assembly, (name, _, _) => name == Library ? Handle.Value : IntPtr.Zero);

    private static readonly Lazy<IntPtr> Handle = new(LibZstd.Load);

    public static bool IsAvailable => Handle.Value != IntPtr.Zero;

    public static int Bound(int length) => checked((int)ZSTD_compressBound((nuint)length));

    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = ZSTD_compress(
            ref MemoryMarshal.GetReference(destination),
            (nuint)destination.Length,
            ref MemoryMarshal.GetReference(source),
            (nuint)source.Length,
            Level
        );
        if (ZSTD_isError(written) != 0)
            throw new IOException($"libzstd could not compress {source.Length} bytes (result {written}).");
        return checked((int)written);
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint ZSTD_compress(ref byte destination, nuint capacity, ref byte source, nuint length, int level);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint ZSTD_compressBound(nuint length);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint ZSTD_isError(nuint code);
}
