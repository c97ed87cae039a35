using System.Diagnostics.Metrics;

namespace OtelPipeline.Internal;

/// <summary>Measurements that keep what a listener's callback throws from the application.</summary>
internal static class SafeInstruments
{
    public static void TryAdd<T>(this Counter<T> counter, T delta, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            counter.Add(delta, tags);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report(counter.Name, e);
        }
    }

    public static void TryAdd<T>(this UpDownCounter<T> counter, T delta, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            counter.Add(delta, tags);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report(counter.Name, e);
        }
    }

    public static void TryRecord<T>(this Histogram<T> histogram, T value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report(histogram.Name, e);
        }
    }

    public static void TryRecord<T>(this Gauge<T> gauge, T value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            gauge.Record(value, tags);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report(gauge.Name, e);
        }
    }
}
