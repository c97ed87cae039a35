using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>A check whose result a test sets.</summary>
internal sealed class ScriptedCheck(HealthStatus status = HealthStatus.Healthy) : IHealthCheck
{
    private int _calls;

    public volatile Func<CancellationToken, Task<HealthCheckResult>> Answer = _ => Task.FromResult(new HealthCheckResult(status));

    public int Calls => Volatile.Read(ref _calls);

    public void Set(HealthStatus next) => Answer = _ => Task.FromResult(new HealthCheckResult(next));

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return Answer(cancellationToken);
    }
}

/// <summary>A database that does on opening and asking what a test wants.</summary>
internal sealed class FakeDatabase
{
    private int _opened;
    private int _asked;
    private int _disposed;

    public Func<CancellationToken, Task> OnOpen { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnQuery { get; set; } = _ => Task.CompletedTask;

    public int Opened => Volatile.Read(ref _opened);

    public int Asked => Volatile.Read(ref _asked);

    public int Disposed => Volatile.Read(ref _disposed);

    public string? LastQuery { get; private set; }

    public DbConnection Connect() => new Connection(this);

    private sealed class Connection(FakeDatabase database) : DbConnection
    {
        [AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "";

        public override string DataSource => "";

        public override string ServerVersion => "";

        public override ConnectionState State => ConnectionState.Open;

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        public override void Close() { }

        public override void Open() => throw new NotSupportedException("The check must open asynchronously.");

        public override Task OpenAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref database._opened);
            return database.OnOpen(cancellationToken);
        }

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

        protected override DbCommand CreateDbCommand() => new Command(database);

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref database._disposed);
            base.Dispose(disposing);
        }
    }

    private sealed class Command(FakeDatabase database) : DbCommand
    {
        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel() { }

        public override int ExecuteNonQuery() => throw new NotSupportedException();

        public override object? ExecuteScalar() => throw new NotSupportedException("The check must ask asynchronously.");

        public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref database._asked);
            database.LastQuery = CommandText;
            await database.OnQuery(cancellationToken);
            return 1;
        }

        public override void Prepare() { }

        protected override DbParameter CreateDbParameter() => throw new NotSupportedException();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();
    }
}

/// <summary>Keeps every log record as one line of text, and the health events apart.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    public sealed record Event(LogLevel Level, string Message, Dictionary<string, object?> Attributes, Exception? Exception)
    {
        public string? this[string key] => Attributes.GetValueOrDefault(key) as string;
    }

    private readonly SemaphoreSlim _written = new(0);

    public ConcurrentQueue<Event> Events { get; } = new();

    public ILogger CreateLogger(string categoryName) =>
        categoryName == "OtelPipeline" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    /// <summary>Waits until one more event has been written than waited for so far.</summary>
    public async Task NextAsync() =>
        Assert.That(await _written.WaitAsync(TimeSpan.FromSeconds(30)), Is.True, "no further health event came");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (eventId.Name != "pipeline.health.state_change")
            return;
        var attributes = ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary(a => a.Key, a => a.Value);
        Events.Enqueue(new Event(logLevel, formatter(state, exception), attributes, exception));
        _written.Release();
    }

    public void Dispose() => _written.Dispose();
}
