using System.Text.Json;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;
using OtelPipeline.Slo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Verdicts as a JSON array; times are RFC 3339, windows seconds, parts between 0 and 1.</summary>
internal static class SloVerdictJson
{
    public static void Write(Stream output, IReadOnlyList<SloVerdict> verdicts, IReadOnlyList<SloVerdict>? baseline)
    {
        using (var json = new Utf8JsonWriter(output, JsonResultWriter.Options with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var verdict in verdicts)
            {
                json.WriteStartObject();
                Write(json, verdict);
                if (SloVerdictWriter.Find(baseline, verdict) is { } before)
                {
                    json.WriteStartObject("baseline");
                    json.WriteString("result", SloVerdictWriter.Result(before.Result));
                    Number(json, "sli", before.Sli);
                    Number(json, "actual", before.Actual);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, SloVerdict verdict)
    {
        json.WriteString("slo", verdict.Slo.Name);
        json.WriteString("objective", verdict.ObjectiveName);
        json.WriteString("result", SloVerdictWriter.Result(verdict.Result));
        json.WriteBoolean("counts_as_failure", verdict.CountsAsFailure);
        Text(json, "reason", verdict.Reason);
        json.WriteNumber("good", verdict.Good);
        json.WriteNumber("bad", verdict.Bad);
        json.WriteNumber("total", verdict.Total);
        Number(json, "sli", verdict.Sli);
        Number(json, "target", verdict.Target);
        Number(json, "limit", verdict.Objective?.Value);
        Number(json, "actual", verdict.Actual);
        Number(json, "allowed_bad", verdict.AllowedBad);
        Number(json, "excess_bad", verdict.ExcessBad);
        Number(json, "remaining_budget", verdict.RemainingBudget);
        json.WriteStartArray("burn_rates");
        foreach (var burn in verdict.BurnRates)
        {
            json.WriteStartObject();
            json.WriteNumber("window_s", burn.Window.TotalSeconds);
            Number(json, "rate", burn.Rate);
            json.WriteNumber("coverage", burn.Coverage);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("coverage", verdict.Coverage);
        Text(json, "run_id", verdict.RunId);
        Time(json, "window_start", verdict.WindowStart);
        Time(json, "window_end", verdict.WindowEnd);
        Time(json, "first_event", verdict.FirstEvent);
        Time(json, "last_event", verdict.LastEvent);
        if (verdict.Why is { } why)
            Write(json, why);
    }

    private static void Write(Utf8JsonWriter json, SloExplanation why)
    {
        json.WriteStartObject("why");
        json.WriteString("summary", why.Summary);
        Text(json, "first_bad_trace_id", why.FirstBadTraceId);
        Time(json, "first_bad_time", why.FirstBadTime);
        Time(json, "crossed_at", why.CrossedAt);
        json.WriteStartArray("worst_trace_ids");
        foreach (var trace in why.WorstTraceIds)
            json.WriteStringValue(trace);
        json.WriteEndArray();
        json.WriteStartArray("causes");
        foreach (var cause in why.Causes)
        {
            json.WriteStartObject();
            json.WriteString("key", cause.Key);
            json.WriteString("value", cause.Value);
            json.WriteNumber("share_of_bad", cause.ShareOfBad);
            json.WriteNumber("share_of_all", cause.ShareOfAll);
            json.WriteNumber("lift", cause.Lift);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
            json.WriteString(name, UnixTime.Text(UnixTime.FromDateTimeOffset(time)));
    }
}
