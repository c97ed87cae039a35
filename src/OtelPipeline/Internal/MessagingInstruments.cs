using System.Diagnostics;
using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The instruments of producers and consumers (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/), published when the first one is named.</summary>
internal static class MessagingInstruments
{
    private static readonly double[] s_bounds = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];

    public static readonly NameLimiter Systems = new();
    public static readonly NameLimiter Destinations = new();
    public static readonly NameLimiter Groups = new();
    public static readonly NameLimiter Partitions = new();

    public static readonly Counter<long> Sent = Instruments.Count(
        PipelineMetrics.MessagingSentMessages,
        "{message}",
        "Messages that producers tried to send"
    );
    public static readonly Counter<long> Consumed = Instruments.Count(
        PipelineMetrics.MessagingConsumedMessages,
        "{message}",
        "Messages that were delivered to consumers"
    );
    public static readonly Histogram<double> OperationDuration = Instruments.Seconds(
        PipelineMetrics.MessagingOperationDuration,
        "Duration of the operations of producers and consumers",
        s_bounds
    );
    public static readonly Histogram<double> ProcessDuration = Instruments.Seconds(
        PipelineMetrics.MessagingProcessDuration,
        "Duration of processing messages",
        s_bounds
    );
    public static readonly Histogram<long> BatchSize = Instruments.Amount(
        PipelineMetrics.ProducerBatchSize,
        "{record}",
        "Sizes of the batches that producers sent",
        Instruments.BatchBounds
    );
    public static readonly Counter<long> ProducerIo = Instruments.Count(PipelineMetrics.ProducerIo, "By", "Bytes that producers sent");
    public static readonly ObservedSums Lag = new(PipelineMetrics.ConsumerLag, "{message}", "Messages that consumers are behind");
    public static readonly Gauge<double> LagTime = Instruments.Meter.CreateGauge<double>(
        PipelineMetrics.ConsumerLagTime,
        "s",
        "Time that consumers are behind"
    );
    public static readonly Counter<long> Rebalances = Instruments.Count(
        PipelineMetrics.ConsumerRebalances,
        "{rebalance}",
        "Changes of the partitions that consumers have"
    );

    public static TimedOperation Operation(
        string system,
        string destination,
        string? group,
        string name,
        string? type,
        ActivityKind kind,
        Histogram<double> duration,
        params Instrument[] others
    )
    {
        List<KeyValuePair<string, object?>> span =
        [
            new(PipelineAttributes.MessagingSystem, system),
            new(PipelineAttributes.MessagingDestinationName, destination),
            new(PipelineAttributes.MessagingOperationName, name),
        ];
        List<KeyValuePair<string, object?>> metric =
        [
            new(PipelineAttributes.MessagingSystem, Systems.Fold(system)),
            new(PipelineAttributes.MessagingDestinationName, Destinations.Fold(destination)),
            new(PipelineAttributes.MessagingOperationName, name),
        ];
        if (group is not null)
        {
            span.Add(new(PipelineAttributes.MessagingConsumerGroupName, group));
            metric.Add(new(PipelineAttributes.MessagingConsumerGroupName, Groups.Fold(group)));
        }

        if (type is not null)
            span.Add(new(PipelineAttributes.MessagingOperationType, type));
        return new TimedOperation($"{name} {destination}", kind, [.. span], [.. metric], duration, others);
    }
}
