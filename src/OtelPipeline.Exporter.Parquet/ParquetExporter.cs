using OpenTelemetry;
using OpenTelemetry.Resources;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Parquet.Conversion;
using OtelPipeline.Exporter.Parquet.Sinks;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>
/// Turns batches of one signal into rows; nothing of a record is kept when <see cref="Export"/> returns. Sorting, compressing and writing
/// happen on the sink's thread.
/// </summary>
internal sealed class ParquetExporter<T, TRow>(RowConverter<T, TRow> converter, ParquetSink<TRow> sink) : BaseExporter<T>
    where T : class
    where TRow : TelemetryRow
{
    private static readonly string ProcessInstance = Guid.NewGuid().ToString();

    private readonly Lock _lock = new();
    private bool _ready;

    public ExporterMetrics Metrics => sink.Metrics;

    /// <summary>Whether anything is written; false where the configuration turns everything off.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whose telemetry it gets, where the SDK does not tell: an exporter that shares its reader with others.</summary>
    public BaseProvider? Provider { get; set; }

    public override ExportResult Export(in Batch<T> batch)
    {
        if (!Enabled)
            return ExportResult.Success;

        // an exception that left this method would end the process under a batch processor
        try
        {
            using var suppressed = SuppressInstrumentationScope.Begin();
            lock (_lock)
            {
                sink.BeginExport();
                Convert(in batch);
                sink.EndExport();
                return sink.Dropped == 0 ? ExportResult.Success : ExportResult.Failure;
            }
        }
        catch (Exception exception)
        {
            ParquetEventSource.Log.RecordsFailed(sink.Directory, 0, exception);
            return ExportResult.Failure;
        }
    }

    private void Convert(in Batch<T> batch)
    {
        if (!_ready)
            Prepare();
        foreach (var record in batch)
        {
            var handled = sink.Handled;
            try
            {
                converter.Convert(record, sink);
            }
            catch (Exception exception)
            {
                // one record that cannot be read (a user's list that changes while it is read) must not take the others with it
                if (sink.Handled == handled)
                    sink.Drop(1, exception);
            }
        }
    }

    private void Prepare()
    {
        var resource = (Provider ?? ParentProvider)?.GetResource() ?? Resource.Empty;
        var instance = ProcessInstance;
        foreach (var (key, value) in resource.Attributes)
        {
            if (key == "service.instance.id" && value is string { Length: > 0 } id)
                instance = id;
        }

        converter.SetResource(resource, instance);
        sink.Instance = instance;
        _ready = true;
    }

    protected override bool OnShutdown(int timeoutMilliseconds) =>
        sink.Close(timeoutMilliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(timeoutMilliseconds));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            sink.Dispose();
        base.Dispose(disposing);
    }
}
