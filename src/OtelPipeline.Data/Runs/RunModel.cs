namespace OtelPipeline.Data.Runs;

/// <summary>
/// Builds a picture of each run from spans and events, whatever their source (a live process, files) and in whatever order they come. Where
/// spans are missing (sampled out, or not yet ended) the events alone give what they hold, and the other way round. Thread-safe.
/// </summary>
/// <remarks>
/// Memory is bounded: see <see cref="MaxRuns"/> and the limits of one run. When a run too many starts, the oldest that has ended is
/// forgotten, or the oldest of all where none has ended; <see cref="ForgottenRuns"/> counts them.
/// </remarks>
public sealed class RunModel
{
    /// <summary>How many names of nodes one run keeps. Executions of further ones count in <see cref="RunInfo.OmittedNodes"/>.</summary>
    public const int MaxNodes = 1_000;

    /// <summary>How many executions one run keeps singly, for its critical path; further ones count in the totals of their node.</summary>
    public const int MaxExecutions = 2_000;

    /// <summary>How many warnings and how many errors one run keeps, with the first 4,096 characters of their text; all are counted.</summary>
    public const int MaxMessages = 100;

    /// <summary>How many checks one run keeps.</summary>
    public const int MaxChecks = 1_000;

    // of runs that nothing has come of for longer than of so many others, nodes are packed
    private const int MaxInUse = 16;

    private readonly Lock _lock = new();
    private readonly int _maxExecutions;
    private readonly Dictionary<string, RunBuilder> _runs = new(StringComparer.Ordinal);
    private readonly List<RunBuilder> _inUse = [];
    private long _uses;
    private long _forgotten;

    /// <summary>Makes an empty model.</summary>
    /// <param name="maxRuns">How many runs to keep. Range: 1 or more. Default: 100.</param>
    /// <param name="maxExecutions">
    /// How many executions of nodes each run keeps singly. Range: 0 to <see cref="MaxExecutions"/>, its default. With 0 a run takes a tenth of the memory
    /// and has no critical path.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public RunModel(int maxRuns = 100, int maxExecutions = MaxExecutions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRuns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maxExecutions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxExecutions, MaxExecutions);
        MaxRuns = maxRuns;
        _maxExecutions = maxExecutions;
    }

    /// <summary>How many runs are kept.</summary>
    public int MaxRuns { get; }

    /// <summary>How many runs were forgotten to stay within <see cref="MaxRuns"/>.</summary>
    public long ForgottenRuns => Interlocked.Read(ref _forgotten);

    /// <summary>The runs, the earliest start first.</summary>
    public IReadOnlyList<RunInfo> Runs
    {
        get
        {
            lock (_lock)
                return [.. EnumerateRuns()];
        }
    }

    /// <summary>
    /// The runs that there are when it begins, the earliest start first. Each is built when its turn comes, so that one at a time is in memory beside what
    /// the model holds.
    /// </summary>
    public IEnumerable<RunInfo> EnumerateRuns()
    {
        RunBuilder[] runs;
        lock (_lock)
            runs = [.. _runs.Values.OrderBy(static r => r.Start)];
        foreach (var run in runs)
        {
            RunInfo info;
            lock (_lock)
                info = run.Build();
            yield return info;
        }
    }

    /// <summary>The run that started last, or null.</summary>
    public RunInfo? Latest
    {
        get
        {
            lock (_lock)
                return _runs.Values.MaxBy(static r => r.Start)?.Build();
        }
    }

    /// <summary>The run with this id, or null.</summary>
    public RunInfo? Find(string runId)
    {
        lock (_lock)
            return _runs.TryGetValue(runId, out var run) ? run.Build() : null;
    }

    /// <summary>Takes in an ended span; one without <c>pipeline.run.id</c> is of no interest.</summary>
    public void Add(in SpanView span)
    {
        if (Keys.Text(span.Attribute, Keys.RunId) is not { Length: > 0 } id)
            return;
        lock (_lock)
            Get(id, span.Start).Add(span);
    }

    /// <summary>Takes in an event; one without <c>pipeline.run.id</c> is of no interest.</summary>
    public void Add(in EventView @event)
    {
        if (Keys.Text(@event.Attribute, Keys.RunId) is not { Length: > 0 } id)
            return;
        lock (_lock)
            Get(id, @event.Time).Add(@event);
    }

    private RunBuilder Get(string id, DateTimeOffset time)
    {
        var run = FindOrAdd(id, time);
        run.LastUse = ++_uses;
        if (run.IsInUse)
            return run;
        run.IsInUse = true;
        _inUse.Add(run);
        if (_inUse.Count <= MaxInUse)
            return run;
        _inUse.Sort(static (a, b) => b.LastUse.CompareTo(a.LastUse));
        foreach (var other in _inUse.Skip(MaxInUse / 2))
            other.Pack();
        _inUse.RemoveRange(MaxInUse / 2, _inUse.Count - (MaxInUse / 2));
        return run;
    }

    private RunBuilder FindOrAdd(string id, DateTimeOffset time)
    {
        if (_runs.TryGetValue(id, out var run))
            return run;
        if (_runs.Count >= MaxRuns)
        {
            var victim = _runs.Values.Where(static r => r.HasEnded).MinBy(static r => r.Start) ?? _runs.Values.MinBy(static r => r.Start)!;
            _runs.Remove(victim.Id);
            _forgotten++;
        }

        _runs.Add(id, run = new RunBuilder(id, time, _maxExecutions));
        return run;
    }
}
