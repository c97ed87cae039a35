using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OtelPipeline;

/// <summary>Names a run from outside its process: what a checkpoint file keeps, so that a later run can say what it resumes.</summary>
/// <param name="RunId">Id of the run.</param>
/// <param name="Attempt">Which try of the same work it was, from 1.</param>
/// <param name="Context">Context of its span; default where it had none.</param>
public readonly record struct RunReference(string RunId, int Attempt, ActivityContext Context)
{
    /// <summary>The text form, <c>run-id;attempt;traceparent</c>, that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{RunId};{Attempt};00-{Context.TraceId.ToHexString()}-{Context.SpanId.ToHexString()}-0{(int)(Context.TraceFlags & ActivityTraceFlags.Recorded)}"
        );

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is no such text.</exception>
    public static RunReference Parse(string text) =>
        TryParse(text, out var reference)
            ? reference
            : throw new FormatException(
                $"'{text}' is no run reference; expected 'run-id;attempt;traceparent' as PipelineRun.Reference gives it."
            );

    /// <summary>Reads what <see cref="ToString"/> wrote; false where <paramref name="text"/> is something else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RunReference reference)
    {
        reference = default;
        var parts = text?.Split(';');
        if (
            parts is not [{ Length: > 0 } id, var attemptText, var parent]
            || !int.TryParse(attemptText, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            || attempt < 1
        )
        {
            return false;
        }

        // a run that nobody traced has the all-zero context, which traceparent does not allow
        if (
            !ActivityContext.TryParse(parent, null, out var context)
            && !parent.StartsWith("00-00000000000000000000000000000000-", StringComparison.Ordinal)
        )
            return false;
        reference = new RunReference(id, attempt, context);
        return true;
    }
}
