namespace OtelPipeline.Cli;

/// <summary>
/// Collects what has become garbage after it had lived for a while: buffers of files that are closed, runs that are summed up. The collector waits with
/// that until a heap of a few megabytes has grown to several times its size, so that large inputs would take more memory than small ones.
/// </summary>
internal sealed class OldGarbage : IDisposable
{
    private const int Slack = 1 << 19;

    // from there on a collection costs more than the memory is worth, and the collector has its own ways
    private const int SmallHeap = 64 << 20;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly ITimer _timer;
    private long _kept;

    public OldGarbage(TimeProvider time) => _timer = time.CreateTimer(static self => ((OldGarbage)self!).Collect(), this, Period, Period);

    public void Dispose() => _timer.Dispose();

    private void Collect()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) is var size && (size > SmallHeap || size < _kept + Slack))
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        _kept = GC.GetTotalMemory(forceFullCollection: false);
    }
}
