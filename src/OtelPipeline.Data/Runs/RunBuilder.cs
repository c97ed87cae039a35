namespace OtelPipeline.Data.Runs;

/// <summary>What is known of one run so far. The model's lock guards it.</summary>
internal sealed class RunBuilder(string id, DateTimeOffset firstSeen, int maxExecutions)
{
    private const int MaxMessageLength = 4_096;

    private Dictionary<string, NodeBuilder>? _nodes = new(StringComparer.Ordinal);
    private byte[] _packed = [];
    private readonly List<Execution> _executions = [];
    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string? Node), (CheckInfo Check, string? Partition)> _checks = [];
    private readonly List<(string Name, string? Node)> _checkOrder = [];
    private readonly List<RunMessage> _warnings = [];
    private readonly List<RunMessage> _errors = [];
    private readonly List<RunMessage> _failedSpans = [];

    private string _pipeline = "";
    private string? _trigger;
    private string? _traceId;
    private string? _result;
    private int _attempt = 1;
    private DateTimeOffset _firstSeen = firstSeen;
    private DateTimeOffset _lastSeen = firstSeen;
    private DateTimeOffset? _spanStart;
    private DateTimeOffset? _startEvent;
    private TimeSpan? _duration;
    private bool _endIsFromSpan;
    private long _declaredWarnings;
    private long _declaredErrors;
    private long _warningCount;
    private long _errorCount;
    private long _omittedSpans;
    private long _omittedEnds;

    public string Id { get; } = id;

    public bool HasEnded => _result is not null;

    /// <summary>When more of it last came, by the count of the model.</summary>
    public long LastUse { get; set; }

    /// <summary>Whether the model counts it among those of which more comes at present.</summary>
    public bool IsInUse { get; set; }

    public DateTimeOffset Start => _spanStart ?? _startEvent ?? _firstSeen;

    public void Add(in SpanView span)
    {
        See(span.Start);
        See(span.Start + span.Duration);
        if (_parents.Count < maxExecutions && !string.IsNullOrEmpty(span.ParentSpanId))
            _parents[span.SpanId] = span.ParentSpanId;
        if (span.Name.StartsWith(Keys.RunSpan, StringComparison.Ordinal))
            AddRun(span);
        else if (
            span.Name.StartsWith(Keys.NodeSpan, StringComparison.Ordinal)
            && Keys.Text(span.Attribute, Keys.NodeName) is { Length: > 0 } name
        )
            AddNode(span, name);
    }

    public void Add(in EventView e)
    {
        See(e.Time);
        NamePipeline(e.Attribute);
        var node = Keys.Text(e.Attribute, Keys.NodeName);
        switch (e.Name)
        {
            case Keys.RunStartEvent when _startEvent is null || e.Time < _startEvent:
                _startEvent = e.Time;
                _traceId ??= string.IsNullOrEmpty(e.TraceId) ? null : e.TraceId;
                TakeDescription(e.Attribute);
                break;
            case Keys.RunEndEvent:
                AddRunEnd(e);
                break;
            case Keys.NodeStartEvent when node is not null:
                Node(node)?.AddStart(e.Time, e.Attribute);
                break;
            case Keys.NodeEndEvent when node is not null:
                if (Node(node) is { } ended)
                    ended.AddEnd(e.Time, e.Attribute);
                else
                    _omittedEnds++;
                break;
            case Keys.NodeRetryEvent when node is not null:
                Node(node)?.AddRetry();
                break;
            case Keys.RunWarningEvent:
                _warningCount++;
                Keep(_warnings, Message(e, node));
                break;
            case Keys.RunExceptionEvent or Keys.NodeExceptionEvent:
                _errorCount++;
                Keep(_errors, Message(e, node));
                break;
            case Keys.CheckResultEvent:
                AddCheck(e, node);
                break;
        }
    }

    public RunInfo Build()
    {
        Execution.Resolve(_executions, _parents);
        var byNode = _executions.ToLookup(static e => e.Node);
        var nodes = (_nodes ?? Unpack())
            .Select(n => n.Value.Build([.. byNode[n.Key]]))
            .OrderBy(static n => n.Start)
            .ThenBy(static n => n.Depth)
            .ThenBy(static n => n.Name, StringComparer.Ordinal)
            .ToList();
        var holders = _executions.Where(static e => e.Parent is not null).Select(static e => e.Parent!.Node).ToHashSet();
        var path = CriticalPath.Of(_executions);
        return new RunInfo
        {
            Id = Id,
            Pipeline = _pipeline,
            Result = _result,
            Start = Start,
            Duration = _duration ?? (_lastSeen > Start ? _lastSeen - Start : TimeSpan.Zero),
            Attempt = _attempt,
            Trigger = _trigger,
            TraceId = _traceId,
            Nodes = nodes,
            OmittedNodes = Math.Max(_omittedSpans, _omittedEnds),
            Slowest = nodes.Where(n => n.Executions > 0 && !holders.Contains(n.Name)).MaxBy(static n => n.Duration),
            CriticalPath = path.Steps,
            CriticalPathDuration = path.Length,
            RecordsRead = nodes.Sum(static n => n.RecordsRead),
            RecordsWritten = nodes.Sum(static n => n.RecordsWritten),
            RecordsRejected = nodes.Sum(static n => n.RecordsRejected),
            BytesRead = nodes.Sum(static n => n.BytesRead),
            BytesWritten = nodes.Sum(static n => n.BytesWritten),
            Checks = [.. _checkOrder.Select(k => _checks[k].Check)],
            Warnings = [.. _warnings.OrderBy(static w => w.Time)],
            WarningCount = Math.Max(_declaredWarnings, _warningCount),
            Errors = [.. (_errors.Count > 0 ? _errors : _failedSpans).OrderBy(static w => w.Time)],
            ErrorCount = Math.Max(_declaredErrors, _errorCount > 0 ? _errorCount : _failedSpans.Count),
            PeakMemory = nodes.Count == 0 ? 0 : nodes.Max(static n => n.MemoryPeak),
        };
    }

    /// <summary>Keeps what is known of nodes in a tenth of the memory until more comes: many runs may be in one model.</summary>
    public void Pack()
    {
        IsInUse = false;
        if (_nodes is not { Count: > 0 })
            return;
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var (name, node) in _nodes)
        {
            writer.Write(name);
            node.Pass(new Packing(writer, null));
        }

        _packed = bytes.ToArray();
        _nodes = null;
    }

    private Dictionary<string, NodeBuilder> Unpack()
    {
        var nodes = new Dictionary<string, NodeBuilder>(StringComparer.Ordinal);
        using var bytes = new MemoryStream(_packed);
        using var reader = new BinaryReader(bytes);
        while (bytes.Position < bytes.Length)
        {
            var name = reader.ReadString();
            nodes.Add(name, new NodeBuilder(name));
            nodes[name].Pass(new Packing(null, reader));
        }

        return nodes;
    }

    private void AddRun(in SpanView span)
    {
        // a child process continues the run under the same id: the outer run started first and says how it ended
        if (_spanStart is { } known && span.Start > known)
            return;
        _spanStart = span.Start;
        _traceId = span.TraceId;
        NamePipeline(span.Attribute);
        TakeDescription(span.Attribute);
        if (Keys.Text(span.Attribute, Keys.RunResult) is not { } result)
            return;
        _endIsFromSpan = true;
        _result = result;
        _duration = span.Duration;
        TakeCounts(span.Attribute);
    }

    private void AddRunEnd(in EventView e)
    {
        var duration = Keys.Seconds(e.Attribute, Keys.RunDuration);
        if (_endIsFromSpan || duration < _duration)
            return;
        _result = Keys.Text(e.Attribute, Keys.RunResult);
        _duration = duration;
        TakeCounts(e.Attribute);
        if (_startEvent is null)
            See(e.Time - duration);
    }

    private void AddNode(in SpanView span, string name)
    {
        NamePipeline(span.Attribute);
        if (Node(name) is not { } node)
        {
            _omittedSpans++;
            return;
        }

        node.AddSpan(span);
        if (_executions.Count < maxExecutions)
            _executions.Add(new Execution(name, span));
        if (span.IsError)
            AddFailedSpan(span, name);
    }

    // an exception passes through the nodes that hold the one it came from: the same text is one error
    private void AddFailedSpan(in SpanView span, string name)
    {
        var message = span.StatusMessage ?? Keys.Text(span.Attribute, Keys.ErrorType) ?? "failed";
        var text = $"node {name} failed: {message}";
        if (!_failedSpans.Exists(f => f.Message.EndsWith(": " + message, StringComparison.Ordinal)))
            Keep(_failedSpans, new RunMessage(span.Start + span.Duration, text, Keys.Text(span.Attribute, Keys.ErrorType), name));
    }

    private void AddCheck(in EventView e, string? node)
    {
        if (Keys.Text(e.Attribute, Keys.CheckName) is not { } name)
            return;
        var result = Keys.Text(e.Attribute, Keys.CheckResult) ?? "error";
        if (result != "pass")
            _warningCount++;
        var partition = Keys.Text(e.Attribute, Keys.PartitionKey);
        if (_checks.TryGetValue((name, node), out var known))
        {
            // a node that is tried again may mend what it checks, another partition does not
            if (known.Partition != partition && Severity(result) < Severity(known.Check.Result))
                return;
        }
        else if (_checks.Count >= RunModel.MaxChecks)
        {
            return;
        }
        else
        {
            _checkOrder.Add((name, node));
        }

        var check = new CheckInfo(
            name,
            result,
            Keys.Number(e.Attribute, Keys.CheckActual),
            Keys.Number(e.Attribute, Keys.CheckLimit),
            node,
            Keys.Count(e.Attribute, Keys.CheckFailedRecords)
        );
        _checks[(name, node)] = (check, partition);
    }

    private static int Severity(string result) =>
        result switch
        {
            "pass" => 0,
            "warn" => 1,
            "fail" => 2,
            _ => 3,
        };

    private NodeBuilder? Node(string name)
    {
        _nodes ??= Unpack();
        if (_nodes.TryGetValue(name, out var node))
            return node;
        if (_nodes.Count >= RunModel.MaxNodes)
            return null;
        _nodes.Add(name, node = new NodeBuilder(name));
        return node;
    }

    private void TakeDescription(Func<string, object?> attribute)
    {
        _attempt = (int)Math.Clamp(Keys.Count(attribute, Keys.RunAttempt), 1, int.MaxValue);
        _trigger = Keys.Text(attribute, Keys.RunTrigger) ?? _trigger;
    }

    private void TakeCounts(Func<string, object?> attribute)
    {
        _declaredWarnings = Keys.Count(attribute, Keys.RunWarningCount);
        _declaredErrors = Keys.Count(attribute, Keys.RunErrorCount);
    }

    private void NamePipeline(Func<string, object?> attribute)
    {
        if (_pipeline.Length == 0)
            _pipeline = Keys.Text(attribute, Keys.PipelineName) ?? "";
    }

    private void See(DateTimeOffset time)
    {
        if (time < _firstSeen)
            _firstSeen = time;
        if (time > _lastSeen)
            _lastSeen = time;
    }

    private static RunMessage Message(in EventView e, string? node) =>
        new(e.Time, e.Message ?? e.Name, Keys.Text(e.Attribute, Keys.ErrorType), node);

    private static void Keep(List<RunMessage> messages, RunMessage message)
    {
        if (messages.Count >= RunModel.MaxMessages)
            return;
        var text = message.Message;
        messages.Add(text.Length <= MaxMessageLength ? message : message with { Message = text[..MaxMessageLength] });
    }
}
