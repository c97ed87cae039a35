using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OtelPipeline.Data.Runs;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry;

/// <summary>Shows ended spans to a run model; it keeps nothing of them.</summary>
internal sealed class RunSummarySpanProcessor(RunModel model) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != PipelineSources.ActivitySource)
            return;
        try
        {
            model.Add(
                new SpanView(
                    data.DisplayName,
                    data.TraceId.ToHexString(),
                    data.SpanId.ToHexString(),
                    data.ParentSpanId == default ? null : data.ParentSpanId.ToHexString(),
                    new DateTimeOffset(data.StartTimeUtc),
                    data.Duration,
                    data.Status == ActivityStatusCode.Error,
                    data.StatusDescription,
                    data.GetTagItem,
                    [.. data.Links.Select(static l => new LinkView(l.Context.SpanId.ToHexString(), LinkType(l)))]
                )
            );
        }
        catch (Exception e)
        {
            // it would be thrown into the application's Dispose of the span
            PipelineEventSource.Report("a run summary", e);
        }
    }

    private static string? LinkType(ActivityLink link) =>
        link.Tags?.FirstOrDefault(static t => t.Key == PipelineAttributes.LinkType).Value as string;
}

/// <summary>Shows events to a run model; it keeps nothing of the pooled log records.</summary>
internal sealed class RunSummaryLogProcessor(RunModel model) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        if (data.CategoryName != PipelineSources.LoggerCategory || data.EventId.Name is not { } name)
            return;
        try
        {
            model.Add(
                new EventView(
                    name,
                    new DateTimeOffset(data.Timestamp.ToUniversalTime()),
                    (int)data.LogLevel * 4 + 1,
                    data.FormattedMessage ?? data.Body,
                    data.TraceId == default ? null : data.TraceId.ToHexString(),
                    key => Find(data, key)
                )
            );
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("a run summary", e);
        }
    }

    private static object? Find(LogRecord record, string key)
    {
        for (var i = 0; i < record.Attributes?.Count; i++)
        {
            if (record.Attributes[i].Key == key)
                return record.Attributes[i].Value;
        }

        return null;
    }
}
