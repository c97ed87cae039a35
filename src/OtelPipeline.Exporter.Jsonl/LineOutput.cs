using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// Between a format and a sink: the buffer that lines are built in, and the count of what became of every record of an export.
/// </summary>
internal sealed class LineOutput(LineSink sink, ExporterMetrics metrics)
{
    private long _written;

    public JsonBuffer Json { get; } = new();

    /// <summary>Records lost in this export.</summary>
    public long Dropped { get; private set; }

    /// <summary>Records written or lost in this export.</summary>
    public long Handled => _written + Dropped;

    /// <summary>The first failure of this export.</summary>
    public Exception? Failure { get; private set; }

    public void Begin()
    {
        Json.Position = 0;
        Json.Shrinking = false;
        _written = 0;
        Dropped = 0;
        Failure = null;
    }

    /// <summary>Hands the complete lines in <see cref="Json"/> to the sink in one call and empties the buffer.</summary>
    public void Emit(int records)
    {
        try
        {
            sink.Write(Json.Written);
            _written += records;
        }
        catch (Exception exception)
        {
            Drop(records, exception);
        }

        Json.Position = 0;
    }

    public void Drop(long records, Exception exception)
    {
        Failure ??= exception;
        Dropped += records;
        metrics.Failed(records, exception);
    }

    /// <summary>Makes durable what was written, and counts it: records that could not be made durable are lost.</summary>
    public void End()
    {
        if (_written == 0)
            return;
        try
        {
            sink.Flush();
            metrics.Exported(_written);
        }
        catch (Exception exception)
        {
            var written = _written;
            _written = 0;
            Drop(written, exception);
        }
    }
}
