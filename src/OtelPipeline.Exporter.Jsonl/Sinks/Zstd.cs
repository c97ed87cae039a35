using System.Runtime.InteropServices;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>Three functions of libzstd (https://facebook.github.io/zstd/zstd_manual.html), where the system has it.</summary>
internal static partial class Zstd
{
    private const string Library = "libzstd";
    private const int Level = 1;

    static Zstd() =>
        NativeLibrary.SetDllImportResolver(typeof(Zstd).Assembly, (name, _, _) => name == Library ? Handle.Value : IntPtr.Zero);

    private static readonly Lazy<IntPtr> Handle = new(Load);

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

    // the plain name is that of the development package; libzstd.so.1 and libzstd.1.dylib come with the library alone
    private static IntPtr Load()
    {
        foreach (var name in new[] { "libzstd.so.1", "libzstd.1.dylib", "libzstd" })
        {
            if (NativeLibrary.TryLoad(name, out var handle))
                return handle;
        }

        return IntPtr.Zero;
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
