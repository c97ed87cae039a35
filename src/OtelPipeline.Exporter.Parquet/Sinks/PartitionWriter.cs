using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Sinks;

/// <summary>
/// Writes rows to files of their hour. A file has a temporary name, and is locked, until it is complete and on the disk. Used by one thread.
/// </summary>
internal sealed class PartitionWriter<TRow>(
    RowTable<TRow> table,
    ParquetExporterOptions options,
    ParquetSignal signal,
    ExporterMetrics metrics,
    TimeProvider time,
    Func<string, FileStream>? open = null
)
    where TRow : TelemetryRow
{
    private const long NanosecondsPerHour = 3_600_000_000_000;
    private const int MaxAttempts = 10;

    private readonly Func<string, FileStream> _open = open ?? Create;

    private DateTime _start;
    private int _sequence;
    private bool _failing;

    /// <summary>The folder of the signal.</summary>
    public string Directory { get; } = Path.GetFullPath(Path.Combine(options.Directory, signal.Folder));

    /// <summary>
    /// Notes when the first export was, which file names say. The JSON lines exporter beside this one does so, too: readers know by it that both
    /// hold the same records.
    /// </summary>
    public void Begin() => _start = time.GetUtcNow().UtcDateTime;

    /// <summary>Writes all rows; those of files that cannot be written are lost and counted. Never throws.</summary>
    /// <param name="rows">The rows; they are sorted by time.</param>
    /// <param name="instance">The instance that exported them.</param>
    /// <param name="exports">The numbers of the first and last export.</param>
    public void Write(List<TRow> rows, string instance, (long First, long Last) exports)
    {
        var left = rows.Count;
        try
        {
            rows.Sort((a, b) => table.TimeUnixNano(a).CompareTo(table.TimeUnixNano(b)));
            for (var start = 0; start < rows.Count; )
            {
                var hour = Hour(rows[start]);
                var end = start + 1;
                while (end < rows.Count && Hour(rows[end]) == hour)
                    end++;
                WriteFile(rows, start..end, hour, instance, exports);
                left -= end - start;
                start = end;
            }
        }
        catch (Exception exception)
        {
            // nothing foreseen: the thread must go on, and the rows are counted
            Fail(Directory, left, exception);
        }
    }

    private long Hour(TRow row) => Math.Max(0, table.TimeUnixNano(row)) / NanosecondsPerHour;

    private void WriteFile(List<TRow> rows, Range range, long hour, string instance, (long First, long Last) exports)
    {
        var (offset, count) = range.GetOffsetAndLength(rows.Count);
        var begin = time.GetTimestamp();
        var folder = Path.Combine(Directory, ParquetFileName.Partition(hour));
        Exception? failure = null;
        try
        {
            var (stream, temporary, path) = Open(folder, ParquetFileName.ToInstance(instance));
            try
            {
                var format = ParquetRegistration.ToFormat(options);
                format.Instance = instance;
                format.Exports = exports;
                using var writer = table.Create(stream, format);
                for (var i = offset; i < offset + count; i++)
                    writer.Write(rows[i]);
                writer.Close();
                stream.Flush(flushToDisk: true);
                // while it is open, and so locked: nobody takes it for an orphan
                File.Move(temporary, path, overwrite: false);
            }
            catch (Exception)
            {
                Discard(stream, temporary);
                throw;
            }

            metrics.Exported(count);
            if (_failing)
                ParquetEventSource.Log.WriteRecovered(path);
            _failing = false;
        }
        catch (Exception exception)
        {
            failure = exception;
            Fail(folder, count, exception);
        }

        metrics.Operation(time.GetElapsedTime(begin), failure);
    }

    private void Fail(string path, int count, Exception exception)
    {
        _failing = true;
        metrics.Failed(count, exception.GetType().FullName!);
        ParquetEventSource.Log.WriteFailed(path, count, exception);
    }

    private (FileStream Stream, string Temporary, string Path) Open(string folder, string instance)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = Path.Combine(folder, ParquetFileName.Of(_start, instance, _sequence));
            var temporary = path + ParquetFileName.Temporary;
            if (File.Exists(path) || File.Exists(temporary))
            {
                // another exporter with the same instance id started in the same millisecond: a series of our own, from 0
                var now = time.GetUtcNow().UtcDateTime;
                _start = now > _start ? now : _start.AddMilliseconds(1);
                _sequence = 0;
                continue;
            }

            try
            {
                CreateDirectory(folder);
                var stream = _open(temporary);
                _sequence++;
                return (stream, temporary, path);
            }
            catch (IOException) when (attempt < MaxAttempts)
            {
                // another exporter was faster, or took the new file for an orphan, or somebody deleted the folder
            }
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            // so that it can be renamed while it is open; anything but None locks it against those who open it alone (see Orphans)
            Share = FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        var file = new FileStream(path, options);
        if (File.Exists(path))
            return file;
        // created, and deleted by another process as an orphan before the lock was ours
        file.Dispose();
        throw new IOException($"'{path}' was deleted while it was opened.");
    }

    private static void CreateDirectory(string folder)
    {
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(folder);
        else
            System.IO.Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupExecute
            );
    }

    private static void Discard(FileStream stream, string temporary)
    {
        try
        {
            File.Delete(temporary);
            stream.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // what is left behind is an orphan, which the next start deletes
        }
    }
}
