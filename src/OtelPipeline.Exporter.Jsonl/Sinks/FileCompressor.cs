using System.Buffers;
using System.IO.Compression;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// Compresses the files that one sink has closed, on the thread pool, one at a time. The result is written beside the file, renamed when it
/// is complete, and only then is the original deleted; where both exist, they hold the same records. Files of other series, of this
/// instance too, are left alone: only the process that closed a file knows for certain that it is closed.
/// </summary>
internal sealed class FileCompressor : IDisposable
{
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

    /// <summary>Starts on the files of the series before <paramref name="active"/>.</summary>
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
        foreach (var path in Directory.GetFiles(directory, $"{active.Start}-{active.Instance}-*{TelemetryFileName.Plain}"))
        {
            if (_stopping)
                return;
            if (
                TelemetryFileName.TryParse(path, out var name)
                && name.Sequence < active.Sequence
                && name with { Sequence = active.Sequence } == active
            )
                Replace(path, path[..^TelemetryFileName.Plain.Length] + _extension);
        }
    }

    private void Replace(string path, string target)
    {
        try
        {
            // a target without a temporary file is complete: what failed last time was the deletion
            if (File.Exists(target) || TryCompress(path, target))
                File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JsonlEventSource.Log.CompressionFailed(path, exception.Message);
        }
    }

    /// <summary>False when the exporter ends meanwhile.</summary>
    private bool TryCompress(string path, string target)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        var temporary = target + TelemetryFileName.Temporary;
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
