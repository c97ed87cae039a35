using System.Globalization;
using System.Text;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Verdicts;

/// <summary>Why an objective has bad events: what they have in common, where the first is, when the budget was used up.</summary>
internal static class Explain
{
    private const int MaxCauses = 5;

    // what names one thing, for a few bad events
    private static readonly string[] Names =
    [
        Signals.PipelineAttributes.ItemId,
        "file.path",
        "server.address",
        Signals.PipelineAttributes.FallbackTier,
        Signals.PipelineAttributes.CircuitBreakerName,
        "http.response.status_code",
        "error.type",
        Signals.PipelineAttributes.NodeName,
    ];

    public static SloExplanation? Of(in Measured measured, SloVerdict verdict)
    {
        if (measured.Findings is not { HasBad: true } findings)
            return null;
        var isLimit = measured.Objective.Kind == SloObjectiveKind.Limit;
        var (good, bad) = isLimit
            ? (Math.Max(0, (double)findings.Tally.Good - findings.Tally.Bad), (double)findings.Tally.Bad)
            : (measured.Cell.First, measured.Cell.Second);
        var causes = findings
            .Tally.Causes(bad, good, MaxCauses)
            .ConvertAll(static c => new SloCause(c.Key, c.Value, c.ShareOfBad, c.ShareOfAll));
        var crossed = verdict.Result == SloResult.Fail ? CrossedAt(measured, verdict) : 0;
        var explanation = new SloExplanation
        {
            Summary = "",
            FirstBadTraceId = findings.FirstBadTrace.IsEmpty ? null : findings.FirstBadTrace.ToString(),
            FirstBadTime = Nanoseconds.ToInstant(findings.FirstBadTime),
            WorstTraceIds = [.. findings.Worst.Select(static t => t.ToString())],
            Causes = causes,
            CrossedAt = crossed > 0 ? Nanoseconds.ToInstant(crossed) : null,
        };
        return explanation with { Summary = Summary(measured, verdict, explanation) };
    }

    private static string Summary(in Measured measured, SloVerdict verdict, SloExplanation why)
    {
        var text = new StringBuilder();
        var objective = measured.Objective.Objective;
        if (measured.Objective.Kind == SloObjectiveKind.Limit)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Text(verdict.Actual)} {Sign(objective.Op!.Value)} {Text(objective.Value)} {(verdict.Result == SloResult.Fail ? "is broken" : "holds")}"
            );
        else
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Text(verdict.Bad)} of {Text(verdict.Total)} are bad, {Text(verdict.AllowedBad)} are allowed"
            );
        var few = measured.Findings!.Tally.Bad <= 3;
        if (why.Causes.Count > 0 && !few)
        {
            text.Append(": ");
            text.AppendJoin(
                ", ",
                why.Causes.Take(3)
                    .Select(static c => $"{c.Key}={c.Value} ({Percent(c.ShareOfBad)} of the bad, {Percent(c.ShareOfAll)} of all)")
            );
        }

        var names = measured
            .Findings.FirstBadAttributes.Where(a =>
                Names.Contains(a.Key, StringComparer.Ordinal)
                && (few || a.Key is Signals.PipelineAttributes.ItemId or Signals.PipelineAttributes.CircuitBreakerName)
            )
            .OrderBy(static a => Array.IndexOf(Names, a.Key))
            .Select(static a => $"{a.Key}={a.Value}")
            .ToList();
        if (names.Count > 0)
            text.Append("; first: ").AppendJoin(", ", names);
        if (why.FirstBadTraceId is { } trace)
            text.Append(names.Count > 0 ? " in trace " : "; first in trace ").Append(trace);
        return text.ToString();
    }

    private static long CrossedAt(in Measured measured, SloVerdict verdict)
    {
        if (measured.Objective.SliceNanos > 0)
            return 0;
        var allowed =
            measured.Objective.Kind == SloObjectiveKind.Limit
                ? measured.Objective.Source!.Aggregate == SloAggregate.Count
                    ? (double)measured.Objective.Objective.Value!.Value
                    : double.NaN
                : (double)verdict.AllowedBad!.Value;
        if (double.IsNaN(allowed))
            return 0;
        if (measured.Rolling is not { } rolling || measured.Objective.Kind == SloObjectiveKind.Limit)
            return measured.Findings!.Tally.TimeOfBad(allowed);

        // the bucket in which the last that was allowed came
        double bad = 0;
        long crossed = 0;
        var (from, to) = (measured.From, measured.To);
        rolling.Window.Visit(
            measured.Objective.WindowNanos > 0 ? measured.Objective.WindowNanos : to - from,
            (start, cell) =>
            {
                if (crossed != 0 || start < from || start > to)
                    return;
                bad += cell.Second;
                if (bad > allowed)
                    crossed = start;
            }
        );
        return crossed;
    }

    private static string Text(decimal? number) =>
        number is { } value ? decimal.Round(value, 3).ToString("0.###", CultureInfo.InvariantCulture) : "";

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);

    private static string Sign(Comparison op) =>
        op switch
        {
            Comparison.Lte => "<=",
            Comparison.Gte => ">=",
            Comparison.Lt => "<",
            _ => ">",
        };
}
