using System.Diagnostics;
using OpenTelemetry;

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
