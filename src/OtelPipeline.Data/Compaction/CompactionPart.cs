using System.Globalization;
using OtelPipeline.Data.Files;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Compaction;

/// <summary>One compacted file: the rows of one signal and one hour.</summary>
internal sealed class CompactionPart : IDisposable
{
    private readonly FileStream _stream;
    private readonly TelemetryParquetWriter<SpanRow>? _spans;
    private readonly TelemetryParquetWriter<EventRow>? _events;
    private readonly TelemetryParquetWriter<MetricPointRow>? _points;

    public CompactionPart(string folder, string file, long hour, TelemetryRow first, TelemetryParquetOptions format)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{TelemetryPartition.Of(hour)}/{file}");
        Path = System.IO.Path.Combine(folder, Name.Replace('/', System.IO.Path.DirectorySeparatorChar));
        Temporary = Path + TelemetryFileName.Compacting;
        Folders.Create(System.IO.Path.GetDirectoryName(Path)!);
        _stream = Folders.CreateFile(Temporary);
        // the format is changed by the writer
        var options = new TelemetryParquetOptions
        {
            Promoted = format.Promoted,
            Instance = format.Instance,
            Exports = format.Exports,
            Format = new ParquetWriterOptions(),
        };
        switch (first)
        {
            case SpanRow:
                _spans = TelemetryParquetWriter.ForSpans(_stream, options);
                break;
            case EventRow:
                _events = TelemetryParquetWriter.ForEvents(_stream, options);
                break;
            default:
                _points = TelemetryParquetWriter.ForMetricPoints(_stream, options);
                break;
        }
    }

    /// <summary>The path relative to the folder of the signal, with slashes.</summary>
    public string Name { get; }

    public string Path { get; }

    public string Temporary { get; }

    public void Write(TelemetryRow row)
    {
        _spans?.Write((SpanRow)row);
        _events?.Write((EventRow)row);
        _points?.Write((MetricPointRow)row);
    }

    /// <summary>Writes the footer and waits until all of it is on the disk.</summary>
    public void Close(CompactedFile group)
    {
        var metadata = _spans?.Metadata ?? _events?.Metadata ?? _points!.Metadata;
        metadata[ParquetKeys.Compaction] = group.ToJson();
        _spans?.Close();
        _events?.Close();
        _points?.Close();
        _stream.Flush(flushToDisk: true);
        Dispose();
    }

    public void Dispose()
    {
        _spans?.Dispose();
        _events?.Dispose();
        _points?.Dispose();
        _stream.Dispose();
    }
}
