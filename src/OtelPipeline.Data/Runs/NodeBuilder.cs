namespace OtelPipeline.Data.Runs;

/// <summary>
/// What is known of one node so far. Spans and events tell the same story twice, and a sampler or a level may leave out either, so both are
/// added up apart and the fuller one is believed.
/// </summary>
internal sealed class NodeBuilder(string name)
{
    private Totals? _spans;
    private Totals? _events;
    private string? _type;
    private long _started;
    private long _retries;
    private DateTimeOffset? _firstStart;

    /// <summary>Passes all that is known through, one way or the other.</summary>
    public void Pass(Packing packing)
    {
        packing.Pass(ref _type);
        packing.Pass(ref _started);
        packing.Pass(ref _retries);
        packing.Pass(ref _firstStart);
        PassTotals(packing, ref _spans);
        PassTotals(packing, ref _events);
    }

    public void AddStart(DateTimeOffset time, Func<string, object?> attribute)
    {
        _started++;
        _type ??= Keys.Text(attribute, Keys.NodeType);
        SeeStart(time);
    }

    public void AddEnd(DateTimeOffset time, Func<string, object?> attribute)
    {
        _type ??= Keys.Text(attribute, Keys.NodeType);
        var duration = Keys.Seconds(attribute, Keys.NodeDuration);
        SeeStart(time - duration);
        (_events ??= new Totals()).Add(time, duration, attribute);
    }

    public void AddRetry() => _retries++;

    public void AddSpan(in SpanView span)
    {
        _type ??= Keys.Text(span.Attribute, Keys.NodeType);
        SeeStart(span.Start);
        (_spans ??= new Totals()).Add(span.Start + span.Duration, span.Duration, span.Attribute);
    }

    public NodeInfo Build(IReadOnlyList<Execution> own)
    {
        var totals = (_spans?.Executions >= (_events?.Executions ?? 0) ? _spans : _events) ?? Totals.None;
        var start = own.Count > 0 ? own.Min(static e => e.Start) : _firstStart ?? default;
        return new NodeInfo
        {
            Name = name,
            Type = _type,
            Result = totals.Result,
            Start = start,
            End = totals.Executions > 0 ? totals.LastEnd : start,
            Duration = totals.Duration,
            ExecutionDurations = [.. own.Select(static e => e.Duration)],
            Executions = totals.Executions,
            Active = Math.Max(0, _started - totals.Executions),
            Retries = _retries,
            DependsOn = [.. own.SelectMany(static e => e.Upstream).Select(static u => u.Node).Distinct(StringComparer.Ordinal)],
            Depth = own.Count > 0 ? own[0].Depth : 0,
            RecordsRead = totals.RecordsRead,
            RecordsWritten = totals.RecordsWritten,
            RecordsFiltered = totals.RecordsFiltered,
            RecordsRejected = totals.RecordsRejected,
            RecordsDeduplicated = totals.RecordsDeduplicated,
            BytesRead = totals.BytesRead,
            BytesWritten = totals.BytesWritten,
            MemoryPeak = totals.MemoryPeak,
        };
    }

    private void SeeStart(DateTimeOffset time)
    {
        if (_firstStart is null || time < _firstStart)
            _firstStart = time;
    }

    private static void PassTotals(Packing packing, ref Totals? totals)
    {
        long has = totals is null ? 0 : 1;
        packing.Pass(ref has);
        if (has == 1)
            (totals ??= new Totals()).Pass(packing);
    }

    private sealed class Totals
    {
        public static readonly Totals None = new();

        // worst first
        private static readonly string[] s_results = ["failure", "timeout", "error", "cancellation", "success", "skip"];

        public long Executions;
        public TimeSpan Duration;
        public DateTimeOffset LastEnd;
        public long RecordsRead;
        public long RecordsWritten;
        public long RecordsFiltered;
        public long RecordsRejected;
        public long RecordsDeduplicated;
        public long BytesRead;
        public long BytesWritten;
        public long MemoryPeak;
        private long _worst = int.MaxValue;

        public string? Result => _worst < s_results.Length ? s_results[_worst] : null;

        public void Pass(Packing packing)
        {
            packing.Pass(ref Executions);
            packing.Pass(ref Duration);
            packing.Pass(ref LastEnd);
            packing.Pass(ref RecordsRead);
            packing.Pass(ref RecordsWritten);
            packing.Pass(ref RecordsFiltered);
            packing.Pass(ref RecordsRejected);
            packing.Pass(ref RecordsDeduplicated);
            packing.Pass(ref BytesRead);
            packing.Pass(ref BytesWritten);
            packing.Pass(ref MemoryPeak);
            packing.Pass(ref _worst);
        }

        public void Add(DateTimeOffset end, TimeSpan duration, Func<string, object?> attribute)
        {
            Executions++;
            Duration += duration;
            if (end > LastEnd)
                LastEnd = end;
            if (Array.IndexOf(s_results, Keys.Text(attribute, Keys.NodeResult)) is var rank and >= 0)
                _worst = Math.Min(_worst, rank);
            RecordsRead += Keys.Count(attribute, Keys.RecordsRead);
            RecordsWritten += Keys.Count(attribute, Keys.RecordsWritten);
            RecordsFiltered += Keys.Count(attribute, Keys.RecordsFiltered);
            RecordsRejected += Keys.Count(attribute, Keys.RecordsRejected);
            RecordsDeduplicated += Keys.Count(attribute, Keys.RecordsDeduplicated);
            BytesRead += Keys.Count(attribute, Keys.BytesRead);
            BytesWritten += Keys.Count(attribute, Keys.BytesWritten);
            MemoryPeak = Math.Max(MemoryPeak, Keys.Count(attribute, Keys.NodeMemoryPeak));
        }
    }
}
