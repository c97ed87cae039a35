using System.Collections;
using Microsoft.Extensions.Logging;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>
/// The state of one event's log call: a message for people and attributes with dotted names, which <c>[LoggerMessage]</c> cannot carry.
/// A class, since a provider would box a struct once for each interface it asks for.
/// </summary>
internal sealed class PipelineEvent(string message, int capacity) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private KeyValuePair<string, object?>[] _attributes = new KeyValuePair<string, object?>[capacity];

    public int Count { get; private set; }

    public KeyValuePair<string, object?> this[int index] => _attributes.AsSpan(0, Count)[index];

    public PipelineEvent Add(string key, object? value)
    {
        if (value is null)
            return this;
        if (Count == _attributes.Length)
            Array.Resize(ref _attributes, Count * 2);
        _attributes[Count++] = new(key, value);
        return this;
    }

    public bool Has(string key)
    {
        foreach (var attribute in _attributes.AsSpan(0, Count))
        {
            if (ReferenceEquals(attribute.Key, key))
                return true;
        }

        return false;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return _attributes[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => message;
}

/// <summary>Writes events without ever letting a logger's exception through.</summary>
internal static class EventLog
{
    private static readonly Func<PipelineEvent, Exception?, string> s_format = static (state, _) => state.ToString();

    /// <summary>The logger that <c>UsePipelineInstrumentation</c> registers; used where a pipeline has none of its own.</summary>
    public static volatile ILogger? Default;

    /// <summary>Where an event goes that belongs to no pipeline: to the logger of the object that writes it, of the run of this flow of control, or of the SDK.</summary>
    public static ILogger? For(ILogger? own) =>
        own ?? (PipelineRun.AnyObserved ? PipelineScope.Current?.Run.Owner.Logger : null) ?? Default;

    /// <summary>An event that carries what is current, if anything is.</summary>
    public static PipelineEvent New(string message, int capacity) =>
        PipelineScope.Current is { } scope ? scope.NewEvent(message, capacity) : new PipelineEvent(message, capacity);

    // in two, so that where there is no logger there is no call
    public static bool IsEnabled(ILogger? logger, LogLevel level) => logger is not null && Ask(logger, level);

    private static bool Ask(ILogger logger, LogLevel level)
    {
        try
        {
            return logger.IsEnabled(level);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("ILogger.IsEnabled", e);
            return false;
        }
    }

    public static void Write(ILogger? logger, LogLevel level, EventId id, PipelineEvent state, Exception? exception = null)
    {
        try
        {
            logger?.Log(level, id, state, exception, s_format);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report(id.Name ?? PipelineSources.LoggerCategory, e);
        }
    }
}
