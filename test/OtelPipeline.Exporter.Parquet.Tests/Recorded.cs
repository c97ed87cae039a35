using System.Diagnostics;
using OpenTelemetry;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Parquet.Conversion;
using OtelPipeline.Exporter.Parquet.Sinks;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>Spans made without an SDK, and exporters that are fed by hand.</summary>
internal static class Recorded
{
    public static readonly ActivitySource Source = new("test.source", "1.2.3");

    static Recorded() =>
        ActivitySource.AddActivityListener(
            new ActivityListener
            {
                ShouldListenTo = source => ReferenceEquals(source, Source),
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            }
        );

    public static Activity Span(string name, DateTimeOffset? start = null, params KeyValuePair<string, object?>[] tags)
    {
        var activity = Source.CreateActivity(name, ActivityKind.Internal, default(ActivityContext))!;
        foreach (var tag in tags)
            activity.AddTag(tag.Key, tag.Value);
        if (start is { } time)
            activity.SetStartTime(time.UtcDateTime);
        activity.Start();
        if (start is { } begin)
            activity.SetEndTime(begin.UtcDateTime.AddMilliseconds(5));
        activity.Stop();
        return activity;
    }

    public static Activity[] Spans(int count, DateTimeOffset? start = null) =>
        [.. Enumerable.Range(0, count).Select(index => Span("span " + index, start?.AddMilliseconds(index)))];

    public static ExportResult Export(this BaseExporter<Activity> exporter, params Activity[] spans) =>
        exporter.Export(new Batch<Activity>(spans, spans.Length));

    public static ParquetExporter<Activity, SpanRow> Exporter(
        string directory,
        TimeProvider time,
        ParquetExporterOptions? options = null,
        Func<string, FileStream>? open = null
    )
    {
        options ??= new ParquetExporterOptions();
        options.Directory = directory;
        return new(new SpanConverter(), new ParquetSink<SpanRow>(RowTables.Spans, options, ParquetSignal.Spans, time, open));
    }
}
