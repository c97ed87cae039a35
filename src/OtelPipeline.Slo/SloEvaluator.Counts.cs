namespace OtelPipeline.Slo;

public sealed partial class SloEvaluator
{
    private (long Good, long Bad)[] _counts = [];

    /// <summary>
    /// How many good and bad events each objective has counted since the evaluator was made, whatever has left the windows since: what
    /// <c>slo.events</c> counts. In the order of <see cref="SloDocument.Objectives"/>; 0 for limits and for sources that are metrics.
    /// </summary>
    public IReadOnlyList<(long Good, long Bad)> EventCounts
    {
        get
        {
            lock (_lock)
            {
                var counts = new (long, long)[Document.Objectives.Count];
                _counts.CopyTo(counts, 0);
                return counts;
            }
        }
    }

    // within the lock
    private void CountEvent(int objective, bool isGood)
    {
        if (_counts.Length == 0)
            _counts = new (long, long)[_objectives.Length];
        ref var count = ref _counts[objective];
        if (isGood)
            count.Good++;
        else
            count.Bad++;
    }
}
