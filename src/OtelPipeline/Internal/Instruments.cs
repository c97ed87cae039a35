using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The activity source, the meter and every instrument, one of each per process.</summary>
internal static class Instruments
{
    private static readonly string s_version =
        typeof(Instruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0.0.0";

    // seconds
    private static readonly double[] s_runBounds = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400];
    private static readonly double[] s_nodeBounds = [.005, .025, .1, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600, 14400];
    public static readonly double[] WaitBounds = [.001, .005, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30];
    private static readonly double[] s_itemBounds = [.1, .25, .5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300];

    // records, and bytes from 1 KiB to 1 GiB
    public static readonly long[] BatchBounds = [1, 5, 10, 50, 100, 500, 1000, 5000, 10000, 50000];
    public static readonly long[] ByteBounds =
    [
        1L << 10,
        1L << 12,
        1L << 14,
        1L << 16,
        1L << 18,
        1L << 20,
        1L << 22,
        1L << 24,
        1L << 26,
        1L << 28,
        1L << 30,
    ];

    public static readonly ActivitySource Source = new(PipelineSources.ActivitySource, s_version);
    public static readonly Meter Meter = new(PipelineSources.Meter, s_version);

    public static readonly Histogram<double> RunDuration = Seconds(PipelineMetrics.RunDuration, "Duration of runs", s_runBounds);
    public static readonly UpDownCounter<long> RunActive = Meter.CreateUpDownCounter<long>(
        PipelineMetrics.RunActive,
        "{run}",
        "Runs that have started and not ended"
    );
    public static readonly Counter<long> RunErrors = Count(PipelineMetrics.RunErrors, "{error}", "Errors in runs");
    public static readonly Counter<long> RunWarnings = Count(PipelineMetrics.RunWarnings, "{warning}", "Warnings in runs");

    public static readonly Histogram<double> NodeDuration = Seconds(PipelineMetrics.NodeDuration, "Duration of nodes", s_nodeBounds);
    public static readonly UpDownCounter<long> NodeActive = Meter.CreateUpDownCounter<long>(
        PipelineMetrics.NodeActive,
        "{node}",
        "Nodes that have started and not ended"
    );
    public static readonly Histogram<double> NodeQueueDuration = Seconds(
        PipelineMetrics.NodeQueueDuration,
        "Time that nodes waited before they started",
        WaitBounds
    );
    public static readonly Counter<long> NodeRetries = Count(PipelineMetrics.NodeRetries, "{retry}", "Attempts after the first");
    public static readonly Counter<long> NodeRecords = Count(PipelineMetrics.NodeRecords, "{record}", "Records by what became of them");
    public static readonly Counter<long> NodeIo = Count(PipelineMetrics.NodeIo, "By", "Bytes read and written");
    public static readonly Histogram<long> NodeBatchSize = Amount(
        PipelineMetrics.NodeBatchSize,
        "{record}",
        "Sizes of batches",
        BatchBounds
    );
    public static readonly Histogram<long> NodeMemoryPeak = Amount(
        PipelineMetrics.NodeMemoryPeak,
        "By",
        "Largest sampled working set of the process while a node ran",
        ByteBounds
    );
    public static readonly Counter<double> NodeCpuTime = Meter.CreateCounter<double>(
        PipelineMetrics.NodeCpuTime,
        "s",
        "Processor time of the process while a node ran"
    );

    public static readonly Counter<long> Items = Count(PipelineMetrics.Items, "{item}", "Items by result");
    public static readonly Histogram<double> ItemDuration = Seconds(PipelineMetrics.ItemDuration, "Duration of items", s_itemBounds);
    public static readonly Histogram<double> ItemTimeToFirstResult = Seconds(
        PipelineMetrics.ItemTimeToFirstResult,
        "Time until the first result of an item",
        s_itemBounds
    );

    public static readonly Gauge<long> DatasetRecords = Meter.CreateGauge<long>(
        PipelineMetrics.DatasetRecords,
        "{record}",
        "Records of the last read or write of a dataset"
    );
    public static readonly Gauge<double> DatasetLastUpdate = Meter.CreateGauge<double>(
        PipelineMetrics.DatasetLastUpdate,
        "s",
        "When a dataset was last written"
    );

    public static readonly Counter<long> Checks = Count(PipelineMetrics.Checks, "{check}", "Data-quality checks by result");
    public static readonly Counter<long> CheckFailedRecords = Count(
        PipelineMetrics.CheckFailedRecords,
        "{record}",
        "Records that did not pass a check"
    );

    public static readonly Histogram<double> CheckpointDuration = Seconds(
        PipelineMetrics.CheckpointDuration,
        "Duration of saving checkpoints",
        s_nodeBounds
    );
    public static readonly Histogram<long> CheckpointSize = Amount(
        PipelineMetrics.CheckpointSize,
        "By",
        "Sizes of checkpoints",
        ByteBounds
    );

    public static readonly Counter<long> TelemetryErrors = Count(
        PipelineMetrics.TelemetryErrors,
        "{error}",
        "Failures of telemetry that were kept from the application"
    );

    static Instruments()
    {
        Meter.CreateObservableGauge(
            PipelineMetrics.RunLastSuccess,
            static () => PipelineStates.Observe(static s => s.LastSuccess),
            "s",
            "When a run last ended with success"
        );
        Meter.CreateObservableGauge(
            PipelineMetrics.RunLastStart,
            static () => PipelineStates.Observe(static s => s.LastStart),
            "s",
            "When a run last started"
        );
        Meter.CreateObservableGauge(
            PipelineMetrics.CheckpointLast,
            static () => PipelineStates.Observe(static s => s.LastCheckpoint),
            "s",
            "When a checkpoint was last saved"
        );
    }

    /// <summary>Whether anybody would see a node; checked before any work is done.</summary>
    public static bool NodesObserved =>
        Source.HasListeners()
        || NodeDuration.Enabled
        || NodeActive.Enabled
        || NodeRecords.Enabled
        || NodeIo.Enabled
        || NodeRetries.Enabled
        || NodeMemoryPeak.Enabled
        || NodeCpuTime.Enabled
        || NodeBatchSize.Enabled
        || NodeQueueDuration.Enabled
        || RunErrors.Enabled;

    public static Histogram<double> Seconds(string name, string description, double[] bounds) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    public static Histogram<long> Amount(string name, string unit, string description, long[] bounds) =>
        Meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = bounds });

    public static Counter<long> Count(string name, string unit, string description) => Meter.CreateCounter<long>(name, unit, description);
}
