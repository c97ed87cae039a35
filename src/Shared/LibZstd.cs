using System.Runtime.InteropServices;

namespace OtelPipeline.Internal;

/// <summary>Finds the system's libzstd (https://facebook.github.io/zstd/), for the packages that call it when it is there.</summary>
internal static class LibZstd
{
    // the plain names are those of the development package; the ones with a version come with the library alone
    public static readonly string[] FileNames =
    [
        "libzstd.so.1",
        "libzstd.so",
        "libzstd.1.dylib",
        "libzstd.dylib",
        "libzstd.dll",
        "zstd.dll",
    ];

    /// <summary>The library, or 0 where it does not load.</summary>
    public static nint Load()
    {
        foreach (var name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(LibZstd).Assembly, null, out var handle))
                return handle;
        }

        return 0;
    }
}
