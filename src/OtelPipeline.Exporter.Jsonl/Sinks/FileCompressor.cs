using System.Buffers;
using System.IO.Compression;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// Compresses the files that one sink has closed, on the thread pool, one at a time. The result is written beside the file, renamed when it
/// is complete, and only then is the original deleted; where both exist, they hold the same records. Files that an earlier process of this
/// instance left behind are compressed too, when two things say that nobody writes to them: they were last written longer ago than a file is
/// written to, and no process has them open (the lock of <see cref="Retention"/>), which is held while they are compressed.
/// </summary>
internal sealed class FileCompressor : IDisposable
{
    private static readonly string[] Compressed = [TelemetryFileName.Plain + ".gz", TelemetryFileName.Plain + ".zst"];

    private readonly TimeSpan _maxFileAge;
    private readonly TimeProvider _time;
    private readonly bool _zstd;
    private readonly string _extension;
    private volatile TelemetryFileName? _active;
    private int _requests;
    private volatile bool _stopping;

    public FileCompressor(JsonlExporterOptions options, TimeProvider time)
    {
        _maxFileAge = options.MaxFileAge;
        _time = time;
        var compression = options.Compression;
        _zstd = compression == JsonlCompression.Zstd && Zstd.IsAvailable;
        _extension = TelemetryFileName.Plain + (_zstd ? ".zst" : ".gz");
        if (compression == JsonlCompression.Zstd && !_zstd)
            JsonlEventSource.Log.ZstdMissing();
    }

    /// <summary>Starts on the files of the series before <paramref name="active"/>, and on those that earlier processes left.</summary>
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
        foreach (var path in Directory.GetFiles(directory, $"*-{active.Instance}-*{TelemetryFileName.Plain}"))
        {
            if (_stopping)
                return;
            if (
                !TelemetryFileName.TryParse(path, out var name)
                || name.Extension != TelemetryFileName.Plain
                || name.Instance != active.Instance
            )
                continue;
            if (name.Start != active.Start)
                Replace(path, left: true);
            else if (name.Sequence < active.Sequence)
                Replace(path, left: false);
        }
    }

    /// <param name="path">A file that is not written to any more.</param>
    /// <param name="left">Whether an earlier process may have left it, or one that lives still has it.</param>
    private void Replace(string path, bool left)
    {
        try
        {
            if (left && File.GetLastWriteTimeUtc(path) >= _time.GetUtcNow().UtcDateTime - _maxFileAge)
                return;
            // a compressed file that is not temporary is complete: what failed last time was the deletion
            if (IsCompressed(path) || TryCompress(path, left))
                File.Delete(path);
        }
        catch (IOException) when (left)
        {
            // a process has it open, or it is gone: the next file that is opened tries again
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JsonlEventSource.Log.CompressionFailed(path, exception.Message);
        }
    }

    private static bool IsCompressed(string path)
    {
        var stem = path[..^TelemetryFileName.Plain.Length];
        return Array.Exists(Compressed, extension => File.Exists(stem + extension));
    }

    /// <summary>False when the exporter ends meanwhile, or when the file is gone.</summary>
    private bool TryCompress(string path, bool left)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, left ? FileShare.None : FileShare.Read, 0);
        // while the lock was asked for, another process may have compressed the file, or deleted it
        if (left && (IsCompressed(path) || !File.Exists(path)))
            return IsCompressed(path);
        var target = path[..^TelemetryFileName.Plain.Length] + _extension;
        var temporary = target + TelemetryFileName.Temporary;
        var created = false;
        var complete = false;
        try
        {
            using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0))
            {
                created = true;
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(output.SafeFileHandle, File.GetUnixFileMode(source.SafeFileHandle));
                complete = _zstd ? CopyZstd(source, output) : CopyGzip(source, output);
            }

            if (complete)
                File.Move(temporary, target);
        }
        finally
        {
            // what another process is writing, or was when it was killed, is retention's
            if (created && !complete)
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
