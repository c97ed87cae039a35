using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Files;

/// <summary>Takes the spans of one part of a file, on one thread.</summary>
internal abstract class SpanConsumer
{
    /// <summary>What looks at Parquet files; null when all rows must be read.</summary>
    public virtual SpanColumnSink? Sink => null;

    /// <summary>Takes a span, which is another one after the call.</summary>
    public abstract void Take(SpanRow row);
}
