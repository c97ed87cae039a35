namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>Standard output, past the buffers of <see cref="Console.Out"/>: one call for each block of lines.</summary>
internal sealed class ConsoleSink : LineSink
{
    private readonly Stream _stream = Console.OpenStandardOutput();

    public override string Target => JsonlExporterOptions.Stdout;

    public override void Write(ReadOnlySpan<byte> lines) => _stream.Write(lines);

    public override void Dispose() => _stream.Dispose();
}
