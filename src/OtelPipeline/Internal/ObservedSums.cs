using System.Diagnostics.Metrics;

namespace OtelPipeline.Internal;

/// <summary>
/// The values behind one observable up-down counter. Those that have the same tags, because their names are equal or folded, are added up: an
/// SDK would keep only the last one.
/// </summary>
internal sealed class ObservedSums
{
    private readonly string _name;
    private readonly HashSet<Observation> _observations = [];

    public ObservedSums(string name, string unit, string description)
    {
        _name = name;
        Instruments.Meter.CreateObservableUpDownCounter(name, Observe, unit, description);
    }

    /// <summary>Observes a value until the result is disposed of, or until <paramref name="value"/> returns null.</summary>
    public IDisposable Add(KeyValuePair<string, object?>[] tags, Func<long?> value)
    {
        var observation = new Observation(this, tags, value);
        lock (_observations)
            _observations.Add(observation);
        return observation;
    }

    private List<Measurement<long>> Observe()
    {
        Observation[] observations;
        lock (_observations)
            observations = [.. _observations];
        var sums = new Dictionary<string, (KeyValuePair<string, object?>[] Tags, long Sum)>(StringComparer.Ordinal);
        foreach (var observation in observations)
        {
            try
            {
                if (observation.Value() is not { } value)
                {
                    observation.Dispose();
                    continue;
                }

                var sum = sums.TryGetValue(observation.Key, out var known) ? known.Sum : 0;
                sums[observation.Key] = (observation.Tags, sum + value);
            }
            catch (Exception e)
            {
                // what is observed belongs to the application; the others shall be seen all the same
                PipelineEventSource.Report(_name, e);
            }
        }

        return [.. sums.Values.Select(static s => new Measurement<long>(s.Sum, s.Tags))];
    }

    private sealed class Observation(ObservedSums owner, KeyValuePair<string, object?>[] tags, Func<long?> value) : IDisposable
    {
        public string Key { get; } = string.Join('\0', tags.Select(static t => t.Value));
        public KeyValuePair<string, object?>[] Tags => tags;
        public Func<long?> Value => value;

        public void Dispose()
        {
            lock (owner._observations)
                owner._observations.Remove(this);
        }
    }
}

/// <summary>Several observations that end together.</summary>
internal sealed class Observations(params IDisposable?[] all) : IDisposable
{
    public void Dispose()
    {
        foreach (var observation in all)
            observation?.Dispose();
    }
}
