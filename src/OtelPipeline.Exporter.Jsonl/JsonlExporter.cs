using OpenTelemetry;
using OpenTelemetry.Resources;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// Writes batches of one signal. When <see cref="Export"/> returns, everything it could write is with the operating system: nothing is
/// left to flush, since processors and readers do not pass <c>ForceFlush</c> on to their exporter.
/// </summary>
internal sealed class JsonlExporter<T> : BaseExporter<T>
    where T : class
{
    private static readonly string ProcessInstance = Guid.NewGuid().ToString();

    private readonly Lock _lock = new();
    private readonly BatchFormat<T> _format;
    private readonly LineSink _sink;
    private readonly TimeProvider _time;
    private readonly ExporterMetrics _metrics;
    private readonly LineOutput _output;
    private bool _ready;
    private bool _disposed;
    private bool _failing;

    public JsonlExporter(BatchFormat<T> format, LineSink sink, ExporterMetrics metrics, TimeProvider time)
    {
        _format = format;
        _sink = sink;
        _time = time;
        _metrics = metrics;
        _output = new LineOutput(sink, metrics);
    }

    public ExporterMetrics Metrics => _metrics;

    /// <summary>Whether anything is written; false where the configuration turns everything off.</summary>
    public bool Enabled { get; init; } = true;

    public Func<string, object?, object?>? Redaction
    {
        init => _output.Json.Redaction = value;
    }

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
                var begin = _time.GetTimestamp();
                Write(in batch);
                _metrics.Operation(_time.GetElapsedTime(begin), _output.Failure);
                Report();
                return _output.Failure is null ? ExportResult.Success : ExportResult.Failure;
            }
        }
        catch (Exception exception)
        {
            JsonlEventSource.Log.ExportFailed(_sink.Target, 0, exception);
            return ExportResult.Failure;
        }
    }

    private void Write(in Batch<T> batch)
    {
        _output.Begin();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_ready)
                Prepare();
            _format.Write(in batch, _output);
        }
        catch (Exception exception)
        {
            // what was not reached is lost; a metric counts as one point here, for its points cannot be read any more
            _output.Drop(Math.Max(0, batch.Count - _output.Handled), exception);
        }

        _output.End();
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

        _format.SetResource(resource, instance);
        _sink.SetInstance(instance);
        _ready = true;
    }

    private void Report()
    {
        if (_output.Failure is { } failure)
        {
            _failing = true;
            JsonlEventSource.Log.ExportFailed(_sink.Target, _output.Dropped, failure);
        }
        else if (_failing)
        {
            _failing = false;
            JsonlEventSource.Log.ExportRecovered(_sink.Target);
        }
    }

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        lock (_lock)
            _sink.Dispose();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                _disposed = true;
                _sink.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
