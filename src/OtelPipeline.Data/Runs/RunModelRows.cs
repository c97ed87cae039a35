namespace OtelPipeline.Data.Runs;

/// <summary>Lets <see cref="RunModel"/> take in rows that a <see cref="TelemetryReader"/> reads.</summary>
public static class RunModelRows
{
    private static readonly Func<string, object?> NoAttributes = static _ => null;

    /// <summary>Takes in a span; nothing of the row is kept. One without <c>pipeline.run.id</c> is of no interest.</summary>
    public static void Add(this RunModel model, SpanRow span)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(span);
        if (!span.Attributes.TryGet(Keys.RunId, out _))
            return;
        var links = new LinkView[span.Links.Count];
        for (var i = 0; i < links.Length; i++)
            links[i] = new LinkView(span.Links[i].SpanId.ToString(), span.Links[i].Attributes.GetString("pipeline.link.type"));
        model.Add(
            new SpanView(
                span.Name,
                span.TraceId.ToString(),
                span.SpanId.ToString(),
                span.ParentSpanId.IsEmpty ? null : span.ParentSpanId.ToString(),
                UnixTime.ToDateTimeOffset(span.StartTimeUnixNano),
                TimeSpan.FromTicks(span.DurationNano / 100),
                span.StatusCode == SpanStatusCode.Error,
                span.StatusMessage,
                Of(span.Attributes),
                links
            )
        );
    }

    /// <summary>Takes in an event; nothing of the row is kept. One without <c>pipeline.run.id</c> is of no interest.</summary>
    public static void Add(this RunModel model, EventRow record)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(record);
        if (record.EventName is not { } name || !record.Attributes.TryGet(Keys.RunId, out _))
            return;
        model.Add(
            new EventView(
                name,
                UnixTime.ToDateTimeOffset(record.TimestampUnixNano),
                record.SeverityNumber,
                record.Body.Kind == AttributeKind.Empty ? null : record.Body.ToString(),
                record.TraceId.IsEmpty ? null : record.TraceId.ToString(),
                Of(record.Attributes)
            )
        );
    }

    private static Func<string, object?> Of(AttributeList attributes) =>
        attributes.Count == 0
            ? NoAttributes
            : key =>
                attributes.TryGet(key, out var value)
                    ? value.Kind switch
                    {
                        AttributeKind.String => value.AsString(),
                        AttributeKind.Int64 => value.AsInt64(),
                        AttributeKind.Double => value.AsDouble(),
                        AttributeKind.Boolean => value.AsBoolean(),
                        _ => null,
                    }
                    : null;
}
