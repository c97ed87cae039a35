using System.Buffers;
using System.IO.Compression;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// Compresses closed files of one signal and instance on the thread pool, one at a time. The result is written beside the file, renamed
/// when it is complete, and only then is the original deleted; where both exist, they hold the same records.
/// </summary>
internal sealed class FileCompressor : IDisposable
{
    private const string Temporary = TelemetryFileName.Temporary;

    private readonly bool _zstd;
    private readonly string _extension;
    private volatile TelemetryFileName? _active;
    private int _requests;
    private volatile bool _stopping;

    public FileCompressor(JsonlCompression compression)
    {
        _zstd = compression == JsonlCompression.Zstd && Zstd.IsAvailable;
        _extension = TelemetryFileName.Plain + (_zstd ? ".zst" : ".gz");
        if (compression == JsonlCompression.Zstd && !_zstd)
            JsonlEventSource.Log.ZstdMissing();
    }

    /// <summary>Starts on whatever is closed and not compressed, left behind by an earlier process too.</summary>
    public void Start(string directory, TelemetryFileName active)
    {
        _active = active;
        if (Interlocked.Increment(ref _requests) == 1)
            ThreadPool.UnsafeQueueUserWorkItem(Run, directory, preferLocal: false);
    }

    public void Dispose() => _stopping = true;

    private void Run(string directory)
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _requests);
            try
            {
                CompressClosed(directory, _active!);
            }
            catch (Exception exception)
            {
                // a thread pool callback must not throw; the next file that is opened tries again
                JsonlEventSource.Log.CompressionFailed(directory, exception.Message);
            }
        } while (Interlocked.CompareExchange(ref _requests, 0, seen) != seen);
    }

    private void CompressClosed(string directory, TelemetryFileName active)
    {
        // what a killed process left half done goes first: it is in the way of doing it again
        var files = Directory.GetFiles(directory, $"*-{active.Instance}-*.jsonl*");
        foreach (var path in files.OrderByDescending(path => path.EndsWith(Temporary, StringComparison.Ordinal)))
        {
            if (_stopping)
                return;
            if (TelemetryFileName.TryParse(path, out var name) && name.Instance == active.Instance && name != active)
                Handle(path, name);
        }
    }

    private void Handle(string path, TelemetryFileName name)
    {
        var file = new FileInfo(path);
        if (name.Extension.EndsWith(Temporary, StringComparison.Ordinal))
        {
            Retention.TryDelete(file); // left behind by a process that was killed here
            return;
        }

        if (name.Extension != TelemetryFileName.Plain)
            return;
        var target = path[..^TelemetryFileName.Plain.Length] + _extension;
        try
        {
            if (!File.Exists(target) && !TryCompress(path, target))
                return;
            Retention.TryDelete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JsonlEventSource.Log.CompressionFailed(path, exception.Message);
        }
    }

    /// <summary>False when a process has the file open, or when the exporter ends meanwhile.</summary>
    private bool TryCompress(string path, string target)
    {
        if (!Retention.IsClosed(path))
            return false;
        using (var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0))
        {
            var temporary = target + Temporary;
            var complete = false;
            try
            {
                using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0))
                {
                    if (!OperatingSystem.IsWindows())
                        File.SetUnixFileMode(output.SafeFileHandle, File.GetUnixFileMode(source.SafeFileHandle));
                    complete = _zstd ? CopyZstd(source, output) : CopyGzip(source, output);
                }

                if (complete)
                    File.Move(temporary, target);
            }
            finally
            {
                if (!complete)
                    File.Delete(temporary);
            }

            return complete;
        }
    }

    private bool CopyGzip(FileStream source, FileStream output)
    {
        using var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int read;
            while (!_stopping && (read = source.Read(buffer)) > 0)
                gzip.Write(buffer, 0, read);
            return !_stopping;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One frame for each block: frames that follow each other are one zstd stream.</summary>
    private bool CopyZstd(FileStream source, FileStream output)
    {
        const int block = 1024 * 1024;
        var buffer = ArrayPool<byte>.Shared.Rent(block);
        var compressed = ArrayPool<byte>.Shared.Rent(Zstd.Bound(block));
        try
        {
            int read;
            while (!_stopping && (read = source.ReadAtLeast(buffer.AsSpan(0, block), block, throwOnEndOfStream: false)) > 0)
                output.Write(compressed, 0, Zstd.Compress(buffer.AsSpan(0, read), compressed));
            return !_stopping;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }
}
