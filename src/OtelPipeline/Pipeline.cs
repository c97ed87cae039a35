using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>
/// A data pipeline: a long-lived, thread-safe object that starts runs. Make one for each kind of work and keep it.
/// </summary>
/// <example>
/// <code>
/// var pipeline = new Pipeline("nightly_etl", new PipelineOptions { Version = "1.4.0" });
/// await pipeline.RunAsync(async run =>
/// {
///     var rows = await run.NodeAsync("load", NodeType.Source, node => LoadAsync(node));
///     await run.NodeAsync("publish", NodeType.Sink, node => PublishAsync(rows, node), dependsOn: ["load"]);
/// }, cancellationToken);
/// </code>
/// </example>
public sealed class Pipeline
{
    // a node is described by a place in the code; more than this many means that names are made of data, and caching them would leak
    private const int DescriptorLimit = 4_096;

    private readonly ConcurrentDictionary<NodeKey, NodeDescriptor> _descriptors = [];
    private readonly ILogger? _logger;
    private int _descriptorCount;

    /// <summary>Makes a pipeline.</summary>
    /// <param name="name">Its name, of low cardinality: it is on every metric.</param>
    /// <param name="options">Its settings, or null for the defaults.</param>
    /// <param name="loggerFactory">
    /// Where its events go; null for the logger of the OpenTelemetry SDK that <c>UsePipelineInstrumentation</c> set up, if any.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Pipeline(string name, PipelineOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Options = options ?? new PipelineOptions();
        Options.Validate();
        Name = name;
        State = PipelineStates.For(name);
        Names = new NameLimiter(Options.NameLimit);
        CheckNames = new NameLimiter(Options.NameLimit);
        DatasetNames = new NameLimiter(Options.NameLimit);
        ErrorTypes = new NameLimiter(Options.NameLimit);
        Memory = new ProcessMemory(Options.TimeProvider);
        SpanName = "run " + name;
        NameTag = new(PipelineAttributes.PipelineName, name);
        KindTag = new(PipelineAttributes.PipelineKind, Words.Of(Options.Type));
        SpanTags = Options.Version is null
            ? [NameTag, KindTag]
            : [NameTag, KindTag, new(PipelineAttributes.PipelineVersion, Options.Version)];
        _logger = loggerFactory?.CreateLogger(PipelineSources.LoggerCategory);
    }

    /// <summary>The name given at construction.</summary>
    public string Name { get; }

    internal PipelineOptions Options { get; }
    internal PipelineState State { get; }
    internal NameLimiter Names { get; }
    internal NameLimiter CheckNames { get; }
    internal NameLimiter DatasetNames { get; }
    internal NameLimiter ErrorTypes { get; }
    internal ProcessMemory Memory { get; }
    internal string SpanName { get; }
    internal KeyValuePair<string, object?> NameTag { get; }
    internal KeyValuePair<string, object?> KindTag { get; }
    internal KeyValuePair<string, object?>[] SpanTags { get; }
    internal TimeProvider Time => Options.TimeProvider;

    internal ILogger? Logger => _logger ?? EventLog.Default;

    /// <summary>Runs the pipeline once and returns what <paramref name="body"/> returns.</summary>
    /// <remarks>
    /// The outcome follows from how the body ends: returned = success, <see cref="OperationCanceledException"/> while
    /// <paramref name="cancellationToken"/> is cancelled = cancellation, <see cref="TimeoutException"/> = timeout, anything else = failure.
    /// Exceptions are rethrown as they are. Inside a run, this starts a run of its own whose parent is the outer one.
    /// </remarks>
    /// <param name="body">The work.</param>
    /// <param name="cancellationToken">Asks the run to stop; the body finds it as <see cref="PipelineScope.CancellationToken"/>.</param>
    /// <param name="options">What is known of this run, or null.</param>
    /// <param name="resumeFrom">The earlier run whose work this one continues, or null; the same as <see cref="RunOptions.ResumeFrom"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task<T> RunAsync<T>(
        Func<PipelineRun, Task<T>> body,
        CancellationToken cancellationToken = default,
        RunOptions? options = null,
        RunReference? resumeFrom = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return PipelineScope.ExecuteAsync(new PipelineRun(this, options, resumeFrom, cancellationToken), body);
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(
        Func<PipelineRun, Task> body,
        CancellationToken cancellationToken = default,
        RunOptions? options = null,
        RunReference? resumeFrom = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return PipelineScope.ExecuteAsync(new PipelineRun(this, options, resumeFrom, cancellationToken), body);
    }

    /// <summary>
    /// Starts a run for code that cannot nest; prefer <see cref="RunAsync{T}"/>. End it with <see cref="PipelineScope.Complete"/> or
    /// <see cref="PipelineScope.Fail"/>; disposed without either, its result is <see cref="PipelineResult.Error"/>, <c>abandoned</c>.
    /// </summary>
    public PipelineRun StartRun(CancellationToken cancellationToken = default, RunOptions? options = null, RunReference? resumeFrom = null)
    {
        var run = new PipelineRun(this, options, resumeFrom, cancellationToken);
        run.StartHandle();
        return run;
    }

    internal NodeDescriptor Describe(in NodeKey key, string? member)
    {
        if (_descriptors.TryGetValue(key, out var descriptor))
            return descriptor;
        descriptor = new NodeDescriptor(this, key, member);
        if (Volatile.Read(ref _descriptorCount) < DescriptorLimit && _descriptors.TryAdd(key, descriptor))
            Interlocked.Increment(ref _descriptorCount);
        return descriptor;
    }
}
