using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// Between a format and a sink: the buffer that lines are built in, and the count of what became of every record.
/// </summary>
internal sealed class LineOutput(FileSink sink, ExporterMetrics metrics)
{
    public JsonBuffer Json { get; } = new();

    /// <summary>Records lost since the last <see cref="Begin"/>.</summary>
    public long Dropped { get; private set; }

    /// <summary>Records written or lost since the last <see cref="Begin"/>.</summary>
    public long Handled { get; private set; }

    /// <summary>The first failure since the last <see cref="Begin"/>.</summary>
    public Exception? Failure { get; private set; }

    public void Begin()
    {
        Json.Position = 0;
        Dropped = 0;
        Handled = 0;
        Failure = null;
    }

    /// <summary>Hands the complete lines in <see cref="Json"/> to the sink in one call and empties the buffer.</summary>
    public void Emit(int records)
    {
        try
        {
            sink.Write(Json.Written);
            Handled += records;
            metrics.Exported(records);
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
        Handled += records;
        metrics.Failed(records, exception);
    }
}
