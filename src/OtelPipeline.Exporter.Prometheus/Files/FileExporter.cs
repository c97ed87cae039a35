using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Prometheus.Exposition;

namespace OtelPipeline.Exporter.Prometheus.Files;

/// <summary>Replaces one file by the state of the metrics. A reader sees the old file or the new one, never a part.</summary>
internal sealed class FileExporter(FileFormat? format, string path, PrometheusFileOptions options, TimeProvider time) : BaseExporter<Metric>
{
    private readonly ExporterMetrics _metrics = new("OtelPipeline.Exporter.Prometheus.FileExporter");
    private readonly List<Metric> _batch = [];
    private readonly ByteBuffer _buffer = new(4096);

    // beside the file, for a rename does not cross file systems; no .prom at its end, for node_exporter reads every such file
    private readonly string _temporary = $"{path}.{Environment.ProcessId}.tmp";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (format is null)
            return ExportResult.Success; // switched off

        // an exception that left this method would be the reader's, which writes it to a log nobody reads
        try
        {
            using var suppressed = SuppressInstrumentationScope.Begin();
            var started = time.GetTimestamp();
            _batch.Clear();
            foreach (var metric in batch)
                _batch.Add(metric);
            _buffer.Clear();
            var points = format.Write(_batch, ParentProvider?.GetResource() ?? Resource.Empty, _buffer, _metrics);
            var error = TryReplace();
            if (error is null)
                _metrics.Exported(points);
            else
                _metrics.Lost(points, error.GetType().FullName!);
            _metrics.Written(time.GetElapsedTime(started), error?.GetType().FullName);
            return error is null ? ExportResult.Success : ExportResult.Failure;
        }
        catch (Exception exception)
        {
            PrometheusEventSource.Log.FileFailed(path, exception);
            return ExportResult.Failure;
        }
    }

    private Exception? TryReplace()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = new FileStream(_temporary, Creation()))
                file.Write(_buffer.Written);
            File.Move(_temporary, path, overwrite: true);
            return null;
        }
        catch (Exception exception)
        {
            PrometheusEventSource.Log.FileFailed(path, exception);
            Forget();
            return exception;
        }
    }

    private void Forget()
    {
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception)
        {
            // the disk that failed to write may fail to delete; the next attempt overwrites the file
        }
    }

    private FileStreamOptions Creation()
    {
        var creation = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            if (options.ReadableByAll)
                creation.UnixCreateMode |= UnixFileMode.OtherRead;
        }

        return creation;
    }
}
