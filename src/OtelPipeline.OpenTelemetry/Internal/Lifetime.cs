using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Internal;

/// <summary>
/// What one container gives to the process while it lives: the logger of pipelines that have none, the parent that the environment names,
/// and the flush when the process is told to end.
/// </summary>
internal sealed class Lifetime : IDisposable
{
    private readonly IServiceProvider _services;
    private readonly ContainerLogger _logger;
    private readonly List<PosixSignalRegistration> _signals = [];
    private RemoteParent? _inherited;
    private int? _nameLimit;
    private int _started;

    public Lifetime(IServiceProvider services)
    {
        _services = services;
        _logger = new ContainerLogger(services);
    }

    public DeliveryLedger Ledger { get; } = new();

    /// <summary>Registers in the process; called by each provider, done once.</summary>
    public void Start(PipelineInstrumentationOptions options, bool isHosted)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;
        EventLog.Default = _logger;
        _nameLimit = NameLimiter.OfProcess = options.NameLimit;
        if (options.ContinueFromEnvironment && ReadEnvironment() is { } parent)
            Traces.Inherited = _inherited = parent;

        // a host stops its services and disposes of the providers by itself
        if (isHosted || options.ShutdownTimeout == TimeSpan.Zero)
            return;
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Flush(context.Signal, options.ShutdownTimeout)));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Flush(context.Signal, options.ShutdownTimeout)));
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        Ledger.Dispose();
        _logger.Withdraw();
        if (_nameLimit == NameLimiter.OfProcess)
            NameLimiter.OfProcess = NameLimiter.Default;
        if (_inherited is not null && ReferenceEquals(Traces.Inherited, _inherited))
            Traces.Inherited = null;
    }

    private static RemoteParent? ReadEnvironment()
    {
        var carrier = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["traceparent"] = Environment.GetEnvironmentVariable("TRACEPARENT"),
            ["tracestate"] = Environment.GetEnvironmentVariable("TRACESTATE"),
            ["baggage"] = Environment.GetEnvironmentVariable("BAGGAGE"),
        };
        static IEnumerable<string> Get(Dictionary<string, string?> from, string key) =>
            from.TryGetValue(key, out var value) && value is not null ? [value] : [];
        var context = new TraceContextPropagator().Extract(default, carrier, Get);
        context = new BaggagePropagator().Extract(context, carrier, Get);
        var runId = context.Baggage.GetBaggage(PipelineAttributes.RunId);

        // an id is written on every span: nothing else may come in by this door
        if (runId is not null && !Guid.TryParse(runId, out _))
            runId = null;
        return context.ActivityContext == default && runId is null ? null : new RemoteParent(context.ActivityContext, runId);
    }

    private void Flush(PosixSignal signal, TimeSpan timeout)
    {
        try
        {
            var milliseconds = (int)timeout.TotalMilliseconds;
            bool spansFlushed = false,
                logsFlushed = false,
                metricsFlushed = false;

            // side by side: one dead endpoint must not use up the time of the others
            Parallel.Invoke(
                () =>
                    spansFlushed = (_services.GetService(typeof(TracerProvider)) as TracerProvider)?.ForceFlush(milliseconds) is not false,
                () => logsFlushed = (_services.GetService(typeof(LoggerProvider)) as LoggerProvider)?.ForceFlush(milliseconds) is not false,
                () => metricsFlushed = (_services.GetService(typeof(MeterProvider)) as MeterProvider)?.ForceFlush(milliseconds) is not false
            );
            var spans = Ledger.Outstanding(DeliveryLedger.Spans, spansFlushed);
            var logs = Ledger.Outstanding(DeliveryLedger.Logs, logsFlushed);
            if (spans + logs > 0 || !metricsFlushed)
            {
                Console.Error.WriteLine(
                    $"OtelPipeline: {signal}: up to {spans} spans and {logs} log records{(metricsFlushed ? "" : " and the last metrics")} did not reach an exporter within {timeout.TotalSeconds:0.#} s"
                );
            }
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("a flush at shutdown", e);
        }
    }

    /// <summary>
    /// Asks the container for a logger when the first event is written: the factory needs the providers that are being built now. That logger then
    /// takes its place, which saves each event a call.
    /// </summary>
    private sealed class ContainerLogger(IServiceProvider services) : ILogger
    {
        private ILogger? _inner;

        private ILogger Inner
        {
            get
            {
                if (_inner is { } logger)
                    return logger;
                var factory = (ILoggerFactory?)services.GetService(typeof(ILoggerFactory));
                if (factory is null)
                    return _inner = NullLogger.Instance;
                _inner = factory.CreateLogger(PipelineSources.LoggerCategory);
                Interlocked.CompareExchange(ref EventLog.Default, _inner, this);
                return _inner;
            }
        }

        public void Withdraw()
        {
            Interlocked.CompareExchange(ref EventLog.Default, null, this);
            if (_inner is not null)
                Interlocked.CompareExchange(ref EventLog.Default, null, _inner);
        }

        public bool IsEnabled(LogLevel logLevel) => Inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Inner.Log(logLevel, eventId, state, exception, formatter);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
