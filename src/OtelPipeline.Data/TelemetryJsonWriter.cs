using OtelPipeline.Data.Json;

namespace OtelPipeline.Data;

/// <summary>
/// Writes rows as JSON lines that <see cref="TelemetryReader"/> and, in the OTLP form, every OpenTelemetry collector reads. Nothing of a row is
/// kept, and every line goes to the stream in one call. Not thread-safe.
/// </summary>
public abstract class TelemetryJsonWriter : IDisposable
{
    private readonly Stream _stream;

    private protected TelemetryJsonWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <summary>Bytes written to the stream.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>
    /// Writes <see href="https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/">OTLP/JSON lines</see>, exact: all that a row holds
    /// comes back. A line holds up to 512 rows that follow each other and come from one resource, and stays under 900,000 bytes unless a single
    /// row is longer. Spans, events and metric points never share a line; a file should hold one of them.
    /// </summary>
    /// <param name="stream">Where to; it is disposed of with the writer.</param>
    public static TelemetryJsonWriter ForOtlp(Stream stream) => new OtlpLineWriter(stream);

    /// <summary>
    /// Writes flat lines for people and <c>jq</c>, a row each, in the properties of <see cref="TelemetrySchema.Flat"/>. Of the resource it keeps
    /// the <c>service.*</c> attributes; quantiles of summaries and exemplars are left out.
    /// </summary>
    /// <inheritdoc cref="ForOtlp"/>
    public static TelemetryJsonWriter ForFlat(Stream stream) => new FlatLineWriter(stream);

    /// <summary>Writes a row; OTLP rows may wait in memory for their line to fill.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public abstract void Write(TelemetryRow row);

    /// <summary>Writes what waits.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public abstract void Flush();

    /// <summary>Releases memory and the stream; what was not flushed is lost.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected virtual void Dispose(bool disposing) => _stream.Dispose();

    private protected void WriteLine(ReadOnlySpan<byte> line)
    {
        _stream.Write(line);
        BytesWritten += line.Length;
    }
}
