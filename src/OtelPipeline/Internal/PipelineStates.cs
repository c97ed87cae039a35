using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The times that the observable gauges report, by pipeline name: several <see cref="Pipeline"/> objects of one name share them.</summary>
internal sealed class PipelineState(string name)
{
    // seconds since the Unix epoch; 0 = not yet
    public double LastStart;
    public double LastSuccess;
    public double LastCheckpoint;

    public KeyValuePair<string, object?>[] Tags { get; } = [new(PipelineAttributes.PipelineName, name)];
}

internal static class PipelineStates
{
    // a process has a handful of pipelines; the bound is for those who put an id into the name
    private const int Limit = 1_000;

    private static readonly ConcurrentDictionary<string, PipelineState> s_states = new(StringComparer.Ordinal);
    private static readonly PipelineState s_other = new(NameLimiter.Other);

    public static PipelineState For(string name)
    {
        if (s_states.TryGetValue(name, out var state))
            return state;
        return s_states.Count < Limit ? s_states.GetOrAdd(name, static n => new PipelineState(n)) : s_other;
    }

    public static IEnumerable<Measurement<double>> Observe(Func<PipelineState, double> value)
    {
        foreach (var (_, state) in s_states)
        {
            if (value(state) is > 0 and var seconds)
                yield return new Measurement<double>(seconds, state.Tags);
        }

        if (value(s_other) is > 0 and var other)
            yield return new Measurement<double>(other, s_other.Tags);
    }
}
