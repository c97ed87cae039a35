using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>Turns a batch into lines. One per exporter; not thread-safe.</summary>
internal abstract class BatchFormat<T>
    where T : class
{
    /// <summary>Writes all records of <paramref name="batch"/>; every record is either emitted or dropped in <paramref name="output"/>.</summary>
    public abstract void Write(in Batch<T> batch, LineOutput output);

    /// <summary>Called once, before the first batch: the resource is known only when the provider is complete.</summary>
    public abstract void SetResource(Resource resource, string instance);
}
