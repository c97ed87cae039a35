using OpenTelemetry;
using OpenTelemetry.Logs;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Internal;

/// <summary>Stamps log records with the ambient run, node and item, and redacts them, before any exporter that was added later.</summary>
internal sealed class LogProcessor(bool stamp, Redactor? redactor, DeliveryLedger ledger) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        try
        {
            ledger.Offered(DeliveryLedger.Logs);
            if (redactor is not null)
                Redact(data, redactor);
            if (stamp && data.CategoryName != PipelineSources.LoggerCategory)
                Stamp(data);
        }
        catch (Exception e)
        {
            // better nothing than a secret
            data.Attributes = null;
            data.Body = data.FormattedMessage = "(left out: it could not be redacted)";
            data.Exception = null;
            PipelineEventSource.Report("redaction of a log record", e);
        }
    }

    private static void Stamp(LogRecord record)
    {
        var scope = PipelineScope.Current;
        if ((scope?.Run.Id ?? Traces.Inherited?.RunId) is not { } run)
            return;
        var attributes = new List<KeyValuePair<string, object?>>((record.Attributes?.Count ?? 0) + 4);
        if (record.Attributes is not null)
            attributes.AddRange(record.Attributes);
        attributes.Add(new(PipelineAttributes.RunId, run));
        if (scope is not null)
            attributes.Add(new(PipelineAttributes.PipelineName, scope.Run.PipelineName));
        if (PipelineNode.Current is { } node)
            attributes.Add(new(PipelineAttributes.NodeName, node.Name));
        if (PipelineItem.Current is { } item)
            attributes.Add(new(PipelineAttributes.ItemId, item.Id));
        record.Attributes = attributes;
    }

    private static void Redact(LogRecord record, Redactor redactor)
    {
        // the body is the formatted text where there is no template
        var message = record.FormattedMessage;
        if (
            record.Body is { } body
            && !ReferenceEquals(body, message)
            && redactor.Text(body) is var cleanBody
            && !ReferenceEquals(body, cleanBody)
        )
            record.Body = cleanBody;
        var clean = RedactAttributes(record, redactor, message) is { } text ? redactor.Text(text) : null;
        if (!ReferenceEquals(message, clean))
        {
            if (ReferenceEquals(record.Body, message))
                record.Body = clean;
            record.FormattedMessage = clean;
        }

        if (record.Exception is { } exception)
            RedactException(record, exception, redactor);
    }

    // returns the message without what an attribute's key gives away: the formatted text repeats the value without the key
    private static string? RedactAttributes(LogRecord record, Redactor redactor, string? message)
    {
        if (record.Attributes is not { } attributes)
            return message;
        KeyValuePair<string, object?>[]? copy = null;
        for (var i = 0; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            if (!Attributes.TryRedact(redactor, attribute, out var clean))
                continue;
            copy ??= [.. attributes];
            copy[i] = new(attribute.Key, clean);
            if (attribute.Value is string { Length: > 3 } secret && redactor.IsSecretKey(attribute.Key))
                message = message?.Replace(secret, Redactor.Mask, StringComparison.Ordinal);
        }

        if (copy is not null)
            record.Attributes = copy;
        return message;
    }

    // an exception's message cannot be changed: where it holds something to hide, its clean text takes its place (semantic conventions,
    // https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/)
    private static void RedactException(LogRecord record, Exception exception, Redactor redactor)
    {
        var full = exception.ToString();
        var clean = redactor.Text(full);
        if (ReferenceEquals(full, clean))
            return;
        record.Exception = null;
        record.Attributes =
        [
            .. record.Attributes ?? [],
            new("exception.type", exception.GetType().FullName),
            new("exception.message", redactor.Text(exception.Message)),
            new("exception.stacktrace", clean),
        ];
    }
}
