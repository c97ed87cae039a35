using System.Globalization;
using System.Text;
using OtelPipeline.Slo;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Cli.Slo;

/// <summary>The metrics of objectives in Prometheus' text format, with the names that a process' own exporter gives them.</summary>
/// <seealso href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format"/>
internal sealed class SloMetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public static string Write(SloEvaluator evaluator, IReadOnlyList<SloVerdict> verdicts, long rows, long errors, DateTimeOffset polled)
    {
        var text = new SloMetricsText();
        text.Events(evaluator);
        text.Results(verdicts);
        text.Values("slo_sli_value", "Indicators of objectives", verdicts, static v => v.Sli ?? v.Actual);
        text.Values("slo_objective_value", "What indicators are compared with", verdicts, static v => v.Target ?? v.Objective?.Value);
        text.Family("slo_error_budget_remaining_ratio", "gauge", "Part of the error budget that is left");
        foreach (var verdict in verdicts)
        {
            if (verdict.RemainingBudget is { } left)
                text.Sample("slo_error_budget_remaining_ratio", verdict, ("slo_window", verdict.Slo.TimeWindow?.Duration.ToString() ?? "run"), left);
        }

        text.BurnRates(verdicts);
        text.Own("otelpipe_rows_read_total", "counter", "Rows that were read", rows);
        text.Own("otelpipe_read_errors_total", "counter", "Lines and files that could not be read", errors);
        text.Own("otelpipe_last_poll_timestamp_seconds", "gauge", "When the directory was last looked at", polled.ToUnixTimeMilliseconds() / 1000m);
        return text._text.ToString();
    }

    private void Events(SloEvaluator evaluator)
    {
        Family("slo_events_total", "counter", "Events that objectives judged");
        var counts = evaluator.EventCounts;
        for (var i = 0; i < counts.Count; i++)
        {
            var objective = evaluator.Document.Objectives[i];
            if (objective.Kind == SloObjectiveKind.Limit || !objective.Indicator.IsTelemetry)
                continue;
            Sample("slo_events_total", objective.Slo.Name, objective.Name, ("slo_outcome", "good"), counts[i].Good);
            Sample("slo_events_total", objective.Slo.Name, objective.Name, ("slo_outcome", "bad"), counts[i].Bad);
        }
    }

    private void Results(IReadOnlyList<SloVerdict> verdicts)
    {
        Family("slo_result", "gauge", "1 for the current result of an objective");
        foreach (var verdict in verdicts)
        {
            foreach (var result in Enum.GetValues<SloResult>())
                Sample("slo_result", verdict, ("slo_result_state", SloVerdictWriter.Result(result)), verdict.Result == result ? 1 : 0);
        }
    }

    // half a window of experience must not page anybody
    private void BurnRates(IReadOnlyList<SloVerdict> verdicts)
    {
        Family("slo_burn_rate_ratio", "gauge", "How fast the error budget burns");
        foreach (var verdict in verdicts)
        {
            foreach (var burn in verdict.BurnRates)
            {
                if (burn is { Rate: { } rate, Coverage: >= 1 })
                    Sample("slo_burn_rate_ratio", verdict, ("slo_window", Window(burn.Window)), rate);
            }
        }
    }

    private void Values(string name, string help, IReadOnlyList<SloVerdict> verdicts, Func<SloVerdict, decimal?> value)
    {
        Family(name, "gauge", help);
        foreach (var verdict in verdicts)
        {
            if (value(verdict) is { } number)
                Sample(name, verdict, null, number);
        }
    }

    private void Own(string name, string type, string help, decimal value)
    {
        Family(name, type, help);
        _text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private void Family(string name, string type, string help) => _text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private void Sample(string name, SloVerdict verdict, (string Key, string Value)? label, decimal value) =>
        Sample(name, verdict.Slo.Name, verdict.ObjectiveName, label, value);

    private void Sample(string name, string slo, string objective, (string Key, string Value)? label, decimal value)
    {
        _text.Append($"{name}{{slo_name=\"{Escaped(slo)}\",slo_objective_name=\"{Escaped(objective)}\"");
        if (label is { } more)
            _text.Append($",{more.Key}=\"{Escaped(more.Value)}\"");
        _text.Append(CultureInfo.InvariantCulture, $"}} {(double)value:R}\n");
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    // in the largest unit that divides it, as the processor in a process does it
    private static string Window(TimeSpan window)
    {
        var seconds = (long)window.TotalSeconds;
        var (count, unit) =
            seconds % 86_400 == 0 ? (seconds / 86_400, "d")
            : seconds % 3_600 == 0 ? (seconds / 3_600, "h")
            : seconds % 60 == 0 ? (seconds / 60, "m")
            : (seconds, "s");
        return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }
}
