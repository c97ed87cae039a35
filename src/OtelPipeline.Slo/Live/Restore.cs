using OtelPipeline.Data;

namespace OtelPipeline.Slo.Live;

/// <summary>Fills the windows of a new process with what earlier ones wrote.</summary>
internal static class Restore
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <summary>Reads in the background; what cannot be read lowers the coverage of verdicts.</summary>
    public static Task RunAsync(
        string folder,
        string? service,
        SloEvaluator evaluator,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        // what this process does is seen live
        var now = time.GetUtcNow();
        var (from, to) = (UnixTime.FromDateTimeOffset(now - Longest), evaluator.StartedAt);
        return Task.Run(
            () =>
            {
                var report = new TelemetryReadReport();
                try
                {
                    if (Directory.Exists(folder))
                        TelemetryReader.Read(
                            [folder],
                            row =>
                            {
                                if (TimeOf(row) is var at && at >= from && at < to && row.Resource.ServiceName == service)
                                    evaluator.Restore(row);
                            },
                            new TelemetryReadOptions { Report = report },
                            cancellationToken
                        );
                    evaluator.Observe(report);
                }
                catch (OperationCanceledException)
                {
                    // the process ends
                }
                catch (Exception e)
                {
                    SloEventSource.Log.Failed($"reading '{folder}'", e);
                }
            },
            CancellationToken.None
        );
    }

    private static long TimeOf(TelemetryRow row) =>
        row switch
        {
            SpanRow span => span.EndTimeUnixNano,
            EventRow record => record.TimeUnixNano != 0 ? record.TimeUnixNano : record.ObservedTimeUnixNano,
            MetricPointRow point => point.TimeUnixNano,
            _ => 0,
        };
}
