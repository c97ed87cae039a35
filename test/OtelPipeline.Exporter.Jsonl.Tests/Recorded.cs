using System.Diagnostics;
using OpenTelemetry;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>Spans made without an SDK, for tests that feed an exporter by hand.</summary>
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

    /// <summary>An exporter of spans without a provider, with a clock that stands still.</summary>
    public static JsonlExporter<Activity> Exporter(
        string directory,
        JsonlExporterOptions? options = null,
        TimeProvider? time = null,
        Func<string, FileStream>? open = null
    )
    {
        time ??= new FakeTimeProvider();
        options ??= new JsonlExporterOptions();
        var metrics = new ExporterMetrics(JsonlSignal.Spans);
        BatchFormat<Activity> format = options.Format == JsonlFormat.Flat ? new FlatSpanFormat(time, text: false) : new OtlpSpanFormat();
        return new JsonlExporter<Activity>(format, new FileSink(directory, options, time, metrics, open), metrics, time);
    }

    public static Activity Span(string name, params KeyValuePair<string, object?>[] tags)
    {
        var activity = Source.CreateActivity(name, ActivityKind.Internal, default(ActivityContext))!;
        foreach (var tag in tags)
            activity.AddTag(tag.Key, tag.Value);
        activity.Start();
        activity.Stop();
        return activity;
    }

    public static Activity[] Spans(int count) => [.. Enumerable.Range(0, count).Select(index => Span("span " + index))];

    public static ExportResult Export(this BaseExporter<Activity> exporter, params Activity[] spans) =>
        exporter.Export(new Batch<Activity>(spans, spans.Length));
}
