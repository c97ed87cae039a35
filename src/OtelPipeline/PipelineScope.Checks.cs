using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using static System.FormattableString;

namespace OtelPipeline;

public abstract partial class PipelineScope
{
    /// <summary>Records the result of a data-quality check. One that does not pass is a warning of the run; throw if the run must not go on.</summary>
    /// <param name="name">Name of the check, of low cardinality.</param>
    /// <param name="passed">Whether the data is as it should be.</param>
    /// <param name="actual">The value that was checked, or null.</param>
    /// <param name="limit">What it was held against, or null.</param>
    /// <param name="severity">What not passing means.</param>
    /// <param name="failedRecords">Records that did not pass, 0 if unknown.</param>
    /// <returns>Pass, warn or fail.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public CheckResult Check(
        string name,
        bool passed,
        double? actual = null,
        double? limit = null,
        CheckSeverity severity = CheckSeverity.Error,
        long failedRecords = 0
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var result =
            passed ? CheckResult.Pass
            : severity == CheckSeverity.Warning ? CheckResult.Warn
            : CheckResult.Fail;
        Report(name, result, actual, limit, failedRecords);
        return result;
    }

    /// <summary>Holds a value against a threshold and records the result.</summary>
    /// <inheritdoc cref="Check(string, bool, double?, double?, CheckSeverity, long)"/>
    /// <param name="name">Name of the check, of low cardinality.</param>
    /// <param name="actual">The value to check; NaN never passes.</param>
    /// <param name="threshold">The limits.</param>
    /// <param name="failedRecords">Records that did not pass, 0 if unknown.</param>
    public CheckResult Check(string name, double actual, CheckThreshold threshold, long failedRecords = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var result = threshold.Judge(actual);
        Report(name, result, actual, threshold.LimitFor(result), failedRecords);
        return result;
    }

    /// <summary>Carries out a check that takes time, as a span of its own. An exception other than the run's cancellation is the result <see cref="CheckResult.Error"/>; all are rethrown.</summary>
    /// <param name="name">Name of the check, of low cardinality.</param>
    /// <param name="check">The check; it returns whether the data is as it should be.</param>
    /// <param name="severity">What not passing means.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="check"/> is null.</exception>
    public async Task<CheckResult> CheckAsync(
        string name,
        Func<CancellationToken, Task<bool>> check,
        CheckSeverity severity = CheckSeverity.Error
    )
    {
        CheckArguments(name, check);
        var span =
            Pipeline.Options.SpanGranularity >= SpanGranularity.Node
                ? StartChild("check " + name, [new(PipelineAttributes.CheckName, name)])
                : null;
        Exception? exception = null;
        try
        {
            var result = Check(name, await check(CancellationToken).ConfigureAwait(false), severity: severity);
            span?.SetTag(PipelineAttributes.CheckResult, Words.Of(result));
            return result;
        }
        catch (Exception e)
        {
            exception = e;
            if (Failures.ResultOf(e, CancellationToken) == PipelineResult.Cancellation)
                throw;
            Report(name, CheckResult.Error, null, null, 0);
            span?.SetTag(PipelineAttributes.CheckResult, Words.Of(CheckResult.Error));
            throw;
        }
        finally
        {
            Close(span, exception);
        }
    }

    private void Report(string name, CheckResult result, double? actual, double? limit, long failedRecords)
    {
        var level = result switch
        {
            CheckResult.Pass => LogLevel.Information,
            CheckResult.Warn => LogLevel.Warning,
            _ => LogLevel.Error,
        };
        var logger = Logger;
        if (result != CheckResult.Pass)
            Run.CountWarning(
                result == CheckResult.Warn ? "check_warn"
                : result == CheckResult.Fail ? "check_fail"
                : "check_error"
            );
        if (Instruments.Checks.Enabled || Instruments.CheckFailedRecords.Enabled)
        {
            KeyValuePair<string, object?> nameTag = new(PipelineAttributes.CheckName, Pipeline.CheckNames.Fold(name));
            KeyValuePair<string, object?> resultTag = new(PipelineAttributes.CheckResult, Words.Of(result));
            Instruments.Checks.TryAdd(1, nameTag, resultTag);
            if (failedRecords > 0)
                Instruments.CheckFailedRecords.TryAdd(failedRecords, nameTag, resultTag);
        }

        if (logger is not null && EventLog.IsEnabled(logger, level))
            Write(logger, level, name, result, actual, limit, failedRecords);
    }

    private void Write(ILogger? logger, LogLevel level, string name, CheckResult result, double? actual, double? limit, long failedRecords)
    {
        var values = (actual, limit) switch
        {
            ({ } a, { } l) => Invariant($" ({a:0.######}, limit {l:0.######})"),
            ({ } a, null) => Invariant($" ({a:0.######})"),
            _ => "",
        };
        var state = NewEvent($"check {name}: {Words.Of(result)}{values} in {this}", 6)
            .Add(PipelineAttributes.CheckName, name)
            .Add(PipelineAttributes.CheckResult, Words.Of(result))
            .Add(
                PipelineAttributes.CheckSeverity,
                result == CheckResult.Warn ? "warning"
                    : result == CheckResult.Pass ? null
                    : "error"
            )
            .Add(PipelineAttributes.CheckActual, actual)
            .Add(PipelineAttributes.CheckLimit, limit)
            .Add(PipelineAttributes.CheckFailedRecords, failedRecords == 0 ? null : failedRecords);
        EventLog.Write(logger, level, PipelineEvents.CheckResult, state);
    }
}
