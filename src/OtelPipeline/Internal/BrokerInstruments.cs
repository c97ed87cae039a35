using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The instruments of brokers, published when the first one is named.</summary>
internal static class BrokerInstruments
{
    private static readonly List<Uptime> s_uptimes = [];

    public static readonly NameLimiter Agents = new(NameLimiter.Default);

    public static readonly ObservedSums Connections = new(
        PipelineMetrics.ConnectionsActive,
        "{connection}",
        "Connections that clients have to the broker"
    );
    public static readonly ObservedSums Topics = new(PipelineMetrics.Topics, "{topic}", "Topics that the broker has");
    public static readonly ObservedSums Partitions = new(
        PipelineMetrics.Partitions,
        "{partition}",
        "Partitions of a topic that an agent serves"
    );
    public static readonly ObservedSums AgentsActive = new(
        PipelineMetrics.AgentsActive,
        "{agent}",
        "Agents of the broker that are at work"
    );

    static BrokerInstruments() =>
        Instruments.Meter.CreateObservableGauge(PipelineMetrics.Uptime, ObserveUptime, "s", "How long the broker has been up");

    /// <summary>A broker is up until the result is disposed of.</summary>
    public static IDisposable Start(TimeProvider time)
    {
        var uptime = new Uptime(time, time.GetTimestamp());
        lock (s_uptimes)
            s_uptimes.Add(uptime);
        return uptime;
    }

    // of several brokers in one process the one that is up longest: the series has no attribute to tell them by
    private static Measurement<double>[] ObserveUptime()
    {
        lock (s_uptimes)
            return s_uptimes.Count == 0 ? [] : [new(s_uptimes.Max(static u => u.Elapsed.TotalSeconds))];
    }

    private sealed record Uptime(TimeProvider Time, long StartedAt) : IDisposable
    {
        public TimeSpan Elapsed => Time.GetElapsedTime(StartedAt);

        public void Dispose()
        {
            lock (s_uptimes)
                s_uptimes.RemoveAll(u => ReferenceEquals(u, this));
        }
    }
}
