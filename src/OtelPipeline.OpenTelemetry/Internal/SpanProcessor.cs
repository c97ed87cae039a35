using System.Diagnostics;
using OpenTelemetry;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Internal;

/// <summary>Stamps spans with the ambient run when they start, and redacts them when they end, before any exporter that was added later.</summary>
internal sealed class SpanProcessor(bool stamp, Redactor? redactor, DeliveryLedger ledger) : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (!stamp || !data.IsAllDataRequested || data.Source.Name == PipelineSources.ActivitySource)
            return;
        if ((PipelineRun.Current?.Id ?? Traces.Inherited?.RunId) is { } id)
            data.SetTag(PipelineAttributes.RunId, id);
    }

    public override void OnEnd(Activity data)
    {
        // a processor that throws would throw into the application's Dispose of the span
        try
        {
            if (redactor is not null && data.IsAllDataRequested)
                Redact(data, redactor);
            if (data.Recorded)
                ledger.Offered(DeliveryLedger.Spans);
        }
        catch (Exception e)
        {
            // better no span than a secret: exporters take recorded spans only
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            PipelineEventSource.Report("redaction of a span", e);
        }
    }

    private static void Redact(Activity span, Redactor redactor)
    {
        if (redactor.Text(span.DisplayName) is var name && !ReferenceEquals(name, span.DisplayName))
            span.DisplayName = name;
        if (span.StatusDescription is { } status && redactor.Text(status) is var text && !ReferenceEquals(text, status))
            span.SetStatus(span.Status, text);
        List<KeyValuePair<string, object?>>? changes = null;
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            if (Attributes.TryRedact(redactor, tag, out var clean))
                (changes ??= []).Add(new(tag.Key, clean));
        }

        if (changes is null)
            return;
        foreach (var (key, value) in changes)
            span.SetTag(key, value);
    }
}
