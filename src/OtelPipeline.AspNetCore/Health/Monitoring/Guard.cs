namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>
/// Runs work that may block, hang or ignore its token, and returns in time all the same. While work that was given up has not returned,
/// nothing new is started: at most the calls of one moment can be stuck, however often somebody asks.
/// </summary>
internal sealed class Guard(TimeProvider time)
{
    private int _stuck;

    /// <exception cref="TimeoutException">The work, or earlier work, did not return within its limit.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan limit, CancellationToken cancel)
    {
        if (Volatile.Read(ref _stuck) > 0)
            throw new TimeoutException("An earlier call was given up and has not returned yet.");
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        // on the pool, since the work may block before it returns its task
        var running = Task.Run(() => work(stop.Token), CancellationToken.None);
        try
        {
            return await running.WaitAsync(limit, time, cancel).ConfigureAwait(false);
        }
        finally
        {
            if (running.IsCompleted)
                stop.Dispose();
            else
                _ = GiveUpAsync(running, stop);
        }
    }

    private async Task GiveUpAsync(Task running, CancellationTokenSource stop)
    {
        Interlocked.Increment(ref _stuck);
        try
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // nobody waits for it any longer; that it took too long has been reported
        }
        finally
        {
            stop.Dispose();
            Interlocked.Decrement(ref _stuck);
        }
    }
}
