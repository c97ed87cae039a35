using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OtelPipeline.Signals;

namespace OtelPipeline.Slo.Live;

/// <summary>The event <c>pipeline.slo.evaluation</c>.</summary>
internal static class VerdictEvent
{
    private static readonly EventId WarningId = new(61, "pipeline.slo.warning");

    public static void Write(ILogger? logger, SloVerdict verdict, SloResult before)
    {
        var level =
            verdict.Result is SloResult.Fail or SloResult.Invalid || verdict.CountsAsFailure ? LogLevel.Warning : LogLevel.Information;
        if (logger?.IsEnabled(level) != true)
            return;
        var state = new State(Message(verdict))
        {
            { PipelineAttributes.SloName, verdict.Slo.Name },
            { PipelineAttributes.SloObjectiveName, verdict.ObjectiveName },
            { PipelineAttributes.SloResultState, Words.Of(verdict.Result) },
            { PipelineAttributes.SloResultPrevious, Words.Of(before) },
            { PipelineAttributes.SloWindow, Words.WindowOf(verdict) },
            { PipelineAttributes.SloSli, (double?)(verdict.Sli ?? verdict.Actual) },
            { PipelineAttributes.SloObjective, (double?)(verdict.Target ?? verdict.Objective?.Value) },
            { PipelineAttributes.SloGood, verdict.Sli is null ? null : (double)verdict.Good },
            { PipelineAttributes.SloBad, verdict.Sli is null ? null : (double)verdict.Bad },
            { PipelineAttributes.SloBudgetRemaining, (double?)verdict.RemainingBudget },
            { PipelineAttributes.SloReason, verdict.Reason ?? (verdict.Result == SloResult.Pass ? null : verdict.Why?.Summary) },
            { PipelineAttributes.SloFirstBadTrace, verdict.Why?.FirstBadTraceId },
            { PipelineAttributes.RunId, verdict.RunId },
        };
        Log(logger, level, PipelineEvents.SloEvaluation, state);
    }

    public static void Warn(ILogger? logger, string message)
    {
        if (logger?.IsEnabled(LogLevel.Warning) == true)
            Log(logger, LogLevel.Warning, WarningId, new State(message));
    }

    private static string Message(SloVerdict verdict)
    {
        var name = verdict.Objective?.ToString() ?? $"{verdict.Slo.Name}/composite";
        var text = string.Create(CultureInfo.InvariantCulture, $"objective {name}: {Words.Of(verdict.Result)}");
        return verdict.Reason is { } reason ? $"{text}, {reason}"
            : verdict.Result == SloResult.Fail && verdict.Why is { } why ? $"{text}, {why.Summary}"
            : text;
    }

    private static void Log(ILogger logger, LogLevel level, EventId id, State state)
    {
        try
        {
            logger.Log(level, id, state, null, static (s, _) => s.ToString());
        }
        catch (Exception e)
        {
            SloEventSource.Log.Failed("an event", e);
        }
    }

    private sealed class State(string message) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly List<KeyValuePair<string, object?>> _attributes = [];

        public int Count => _attributes.Count;

        public KeyValuePair<string, object?> this[int index] => _attributes[index];

        public void Add(string key, object? value)
        {
            if (value is not null)
                _attributes.Add(new(key, value));
        }

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _attributes.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => message;
    }
}
