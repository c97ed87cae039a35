using OtelPipeline;

namespace StreamBroker.Storage;

/// <summary>An object store in a folder. Requests that fail are tried again, and what fails for good is counted: then data is on one disk only.</summary>
internal sealed class ObjectStore(string directory, bool isBroken)
{
    private const int Attempts = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    // a store at Amazon would give its bucket, too: then spans have aws.s3.bucket and aws.s3.key
    private readonly ObjectStoreTelemetry _telemetry = new("archive");

    /// <summary>Uploads that failed for good.</summary>
    public long Failed => Volatile.Read(ref _failed);

    public long Uploaded => Volatile.Read(ref _uploaded);

    private long _failed;
    private long _uploaded;

    /// <summary>
    /// Puts an object where nobody looks, compares its size and only then gives it its name: a process that is killed meanwhile leaves no half of
    /// it.
    /// </summary>
    public async Task UploadAsync(string key, byte[] content, CancellationToken cancel)
    {
        var staged = "staging/" + key;
        try
        {
            await TryAsync(ObjectStoreOperation.Put, staged, c => PutAsync(staged, content, c), cancel);
            var size = await TryAsync(ObjectStoreOperation.Head, staged, _ => Task.FromResult(new FileInfo(PathOf(staged)).Length), cancel);
            if (size != content.Length)
                throw new InvalidDataException($"The object '{staged}' has {size} bytes instead of {content.Length}.");
            await TryAsync(
                ObjectStoreOperation.Copy,
                key,
                _ => Done(() => File.Copy(PathOf(staged), PathOf(key), overwrite: true)),
                cancel
            );
            await TryAsync(ObjectStoreOperation.Delete, staged, _ => Done(() => File.Delete(PathOf(staged))), cancel);
            Interlocked.Increment(ref _uploaded);
        }
        catch (IOException)
        {
            Interlocked.Increment(ref _failed);
            throw;
        }
    }

    public Task<byte[]> GetAsync(string key, CancellationToken cancel) =>
        TryAsync(ObjectStoreOperation.Get, key, c => ReadAsync(key, c), cancel);

    /// <summary>The keys that begin with a folder, in order.</summary>
    public Task<List<string>> ListAsync(string folder, CancellationToken cancel) =>
        TryAsync(
            ObjectStoreOperation.List,
            folder,
            _ =>
                Task.FromResult(
                    Directory.Exists(PathOf(folder))
                        ? Directory
                            .GetFiles(PathOf(folder))
                            .Select(f => folder + Path.GetFileName(f))
                            .Order(StringComparer.Ordinal)
                            .ToList()
                        : []
                ),
            cancel
        );

    private async Task<T> TryAsync<T>(
        ObjectStoreOperation operation,
        string key,
        Func<CancellationToken, Task<T>> request,
        CancellationToken cancel
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _telemetry.RequestAsync(operation, request, key, cancel);
            }
            catch (IOException e) when (attempt < Attempts)
            {
                _telemetry.Retried(operation, e);
            }
            catch (IOException e)
            {
                _telemetry.GaveUp(operation, e);
                throw;
            }

            await Task.Delay(s_pause * attempt, cancel);
        }
    }

    private async Task<bool> PutAsync(string key, byte[] content, CancellationToken cancel)
    {
        if (isBroken)
            throw new IOException("The object store does not answer (--fault object-store).");
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key))!);
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key["staging/".Length..]))!);
        await File.WriteAllBytesAsync(PathOf(key), content, cancel);
        _telemetry.Transferred(ObjectStoreOperation.Put, content.Length);
        return true;
    }

    private async Task<byte[]> ReadAsync(string key, CancellationToken cancel)
    {
        var content = await File.ReadAllBytesAsync(PathOf(key), cancel);
        _telemetry.Transferred(ObjectStoreOperation.Get, content.Length);
        return content;
    }

    private string PathOf(string key) => Path.Combine(directory, key);

    private static Task<bool> Done(Action action)
    {
        action();
        return Task.FromResult(true);
    }
}
