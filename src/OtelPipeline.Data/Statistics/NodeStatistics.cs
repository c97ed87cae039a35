namespace OtelPipeline.Data.Statistics;

/// <summary>What spans and events say of one node.</summary>
public sealed class NodeStatistics
{
    internal NodeStatistics(string pipeline, string name)
    {
        Pipeline = pipeline;
        Name = name;
    }

    /// <summary>The pipeline; empty where it is not said.</summary>
    public string Pipeline { get; }

    /// <summary>The node; empty stands for all nodes beyond the first <see cref="TelemetryStatistics.MaxNodes"/>.</summary>
    public string Name { get; }

    /// <summary>All spans that carry its name, those of requests and attempts included.</summary>
    public long Spans { get; internal set; }

    /// <summary>Events that carry its name.</summary>
    public long Events { get; internal set; }

    /// <summary>Executions of the node that failed: spans named <c>node …</c> with status Error.</summary>
    public long Errors { get; internal set; }

    /// <summary>Durations of its executions.</summary>
    public DurationDistribution Duration { get; } = new();
}
