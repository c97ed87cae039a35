using System.Runtime.CompilerServices;
using OpenTelemetry;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// Recognises a series from one collection to the next. A cumulative metric point keeps its tag array for life, and
/// <see cref="ReadOnlyTagCollection"/> is that one reference; comparing it costs a nanosecond where comparing tags costs one for each (see the
/// benchmarks). Should a version of the SDK change the struct, <see cref="IsAvailable"/> is false and every collection encodes anew: slower,
/// never wrong.
/// </summary>
internal static class TagIdentity
{
    /// <summary>A struct as large as one reference that contains a reference is exactly one reference.</summary>
    public static bool IsAvailable { get; } =
        Unsafe.SizeOf<ReadOnlyTagCollection>() == IntPtr.Size && RuntimeHelpers.IsReferenceOrContainsReferences<ReadOnlyTagCollection>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object Of(ref ReadOnlyTagCollection tags) =>
        IsAvailable ? Unsafe.As<ReadOnlyTagCollection, object>(ref tags) : new object();
}
