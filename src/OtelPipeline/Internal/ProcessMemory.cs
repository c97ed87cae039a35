namespace OtelPipeline.Internal;

/// <summary>The process' working set, asked of the system at most every 100 ms: a sample costs microseconds.</summary>
internal sealed class ProcessMemory(TimeProvider time)
{
    private readonly long _interval = time.TimestampFrequency / 10;
    private long _sampledAt = long.MinValue / 2;
    private long _bytes;

    public long Last => Volatile.Read(ref _bytes);

    public long Sample(long now)
    {
        var sampledAt = Volatile.Read(ref _sampledAt);
        if (now - sampledAt < _interval || Interlocked.CompareExchange(ref _sampledAt, now, sampledAt) != sampledAt)
            return Volatile.Read(ref _bytes);
        Volatile.Write(ref _bytes, Environment.WorkingSet);
        return _bytes;
    }
}
