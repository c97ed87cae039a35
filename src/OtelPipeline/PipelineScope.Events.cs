using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using static System.FormattableString;

namespace OtelPipeline;

public abstract partial class PipelineScope
{
    /// <summary>Reports something that a person should look at but that does not change the outcome.</summary>
    /// <param name="message">What it is, for people.</param>
    /// <param name="type">Kind of warning, of low cardinality, or null; on <c>pipeline.run.warnings</c> as <c>error.type</c>.</param>
    public void Warn(string message, string? type = null)
    {
        Run.CountWarning(type ?? NameLimiter.Other);
        var logger = Logger;
        if (!EventLog.IsEnabled(logger, LogLevel.Warning))
            return;
        var state = NewEvent(message ?? "", 1).Add(PipelineAttributes.ErrorType, type);
        EventLog.Write(logger, LogLevel.Warning, PipelineEvents.RunWarning, state);
    }

    /// <summary>Names a dataset that is read or written here.</summary>
    /// <param name="name">Name of the dataset, of low cardinality.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <example><code>node.Dataset("orders").Wrote(rows, bytes);</code></example>
    public PipelineDataset Dataset(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new PipelineDataset(this, name);
    }

    /// <summary>Reports that a checkpoint was saved by other means than <see cref="CheckpointAsync"/>.</summary>
    /// <param name="name">Name of the checkpoint. It is on the event, never on a metric.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="duration">How long saving it took.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public void Checkpoint(string name, long bytes, TimeSpan duration)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Pipeline.State.LastCheckpoint = Pipeline.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        if (Instruments.CheckpointDuration.Enabled)
            Instruments.CheckpointDuration.TryRecord(duration.TotalSeconds, Pipeline.NameTag);
        if (Instruments.CheckpointSize.Enabled)
            Instruments.CheckpointSize.TryRecord(bytes, Pipeline.NameTag);
        WriteCheckpoint(PipelineEvents.CheckpointSave, "saved", name, bytes, duration);
    }

    /// <summary>Saves a checkpoint and records how long that took and how large it is.</summary>
    /// <param name="name">Name of the checkpoint.</param>
    /// <param name="save">Saves it and returns its size in bytes. What it throws is rethrown.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="save"/> is null.</exception>
    public async Task CheckpointAsync(string name, Func<CancellationToken, Task<long>> save)
    {
        CheckArguments(name, save);
        await CheckpointSpanAsync(
                name,
                save,
                (bytes, elapsed, span) =>
                {
                    span?.SetTag(PipelineAttributes.CheckpointSize, bytes);
                    Checkpoint(name, bytes, elapsed);
                }
            )
            .ConfigureAwait(false);
    }

    /// <summary>Restores a checkpoint, records that, and returns what it held.</summary>
    /// <param name="name">Name of the checkpoint.</param>
    /// <param name="restore">Restores it. What it throws is rethrown.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="restore"/> is null.</exception>
    public async Task<T> RestoreAsync<T>(string name, Func<CancellationToken, Task<T>> restore)
    {
        CheckArguments(name, restore);
        return await CheckpointSpanAsync(
                name,
                restore,
                (_, elapsed, _) => WriteCheckpoint(PipelineEvents.CheckpointRestore, "restored", name, null, elapsed)
            )
            .ConfigureAwait(false);
    }

    private async Task<T> CheckpointSpanAsync<T>(
        string name,
        Func<CancellationToken, Task<T>> body,
        Action<T, TimeSpan, System.Diagnostics.Activity?> done
    )
    {
        var startedAt = Pipeline.Time.GetTimestamp();
        var span =
            Pipeline.Options.SpanGranularity >= SpanGranularity.Node
                ? StartChild("checkpoint " + name, [new(PipelineAttributes.CheckpointName, name)])
                : null;
        Exception? exception = null;
        try
        {
            var result = await body(CancellationToken).ConfigureAwait(false);
            done(result, Pipeline.Time.GetElapsedTime(startedAt), span);
            return result;
        }
        catch (Exception e)
        {
            exception = e;
            throw;
        }
        finally
        {
            Close(span, exception);
        }
    }

    private void WriteCheckpoint(EventId id, string what, string name, long? bytes, TimeSpan duration)
    {
        var logger = Logger;
        if (!EventLog.IsEnabled(logger, LogLevel.Information))
            return;
        var state = NewEvent($"checkpoint {name} {what} in {Durations.Text(duration)}", 3)
            .Add(PipelineAttributes.CheckpointName, name)
            .Add(PipelineAttributes.CheckpointSize, bytes)
            .Add(PipelineAttributes.CheckpointDuration, duration.TotalSeconds);
        EventLog.Write(logger, LogLevel.Information, id, state);
    }

    internal void WriteDataset(string name, bool isWrite, long records, long bytes)
    {
        var logger = Logger;
        if (!EventLog.IsEnabled(logger, LogLevel.Information))
            return;
        var state = NewEvent(Invariant($"dataset {name}: {records:N0} records {(isWrite ? "written" : "read")}"), 3)
            .Add(PipelineAttributes.DatasetName, name)
            .Add(PipelineAttributes.DatasetRecords, records)
            .Add(PipelineAttributes.DatasetSize, bytes == 0 ? null : bytes);
        EventLog.Write(logger, LogLevel.Information, isWrite ? PipelineEvents.DatasetWrite : PipelineEvents.DatasetRead, state);
    }

    /// <summary>Counts a request of a cache on the innermost node that still runs or, outside of nodes, on the run.</summary>
    internal static void CountCacheRequest(bool isHit)
    {
        for (var scope = Current; scope is not null; scope = scope._parent)
        {
            if (scope is PipelineNode { HasEnded: false } node)
            {
                node.AddCacheRequest(isHit);
                return;
            }

            if (scope is PipelineRun run)
                run.AddCacheRequests(isHit ? 1 : 0, isHit ? 0 : 1);
        }
    }

    internal bool ObservesDatasets =>
        Instruments.DatasetRecords.Enabled
        || Instruments.DatasetLastUpdate.Enabled
        || Logger is { } logger && EventLog.IsEnabled(logger, LogLevel.Information);

    internal void MeasureDataset(string name, bool isWrite, long records)
    {
        KeyValuePair<string, object?> tag = new(PipelineAttributes.DatasetName, Pipeline.DatasetNames.Fold(name));
        Instruments.DatasetRecords.TryRecord(records, tag);
        if (isWrite && Instruments.DatasetLastUpdate.Enabled)
            Instruments.DatasetLastUpdate.TryRecord(Pipeline.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, tag);
    }
}
