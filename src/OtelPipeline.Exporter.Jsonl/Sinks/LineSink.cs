namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>Where lines go. Not thread-safe: the exporter serializes its calls.</summary>
internal abstract class LineSink : IDisposable
{
    /// <summary>The file or device, for messages.</summary>
    public abstract string Target { get; }

    /// <summary>Called once, before the first line.</summary>
    public virtual void SetInstance(string instance) { }

    /// <summary>Appends complete lines in one call; when it throws, none of them counts as written.</summary>
    public abstract void Write(ReadOnlySpan<byte> lines);

    /// <summary>Called at the end of every export that wrote something.</summary>
    public virtual void Flush() { }

    public abstract void Dispose();
}
