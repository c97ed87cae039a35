using System.Globalization;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Slo.Indicators;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>Reads the <c>spec</c> of a metric source of type <c>OtelPipeline</c>.</summary>
internal static class TelemetrySourceReader
{
    public const string Type = "OtelPipeline";

    public static TelemetrySource? Read(Fields spec, bool isRatio, bool isTotal)
    {
        var signal = spec.Choice(
            "signal",
            required: true,
            ("spans", SloSignal.Spans),
            ("events", SloSignal.Events),
            ("metrics", SloSignal.Metrics)
        );
        var where = Filter(spec, "where");
        var metric = spec.Text("metric");
        var value = spec.Text("value");
        if (value is not null && (ValueField.TryParse(value) is not { } field || (field.IsDuration && signal != SloSignal.Spans)))
            spec.Error(
                "value",
                $"'{value}' is no field to measure: 'duration' (of spans) or an attribute such as .http.request.body.size is expected."
            );
        var aggregate = spec.Choice(
            "aggregate",
            required: false,
            ("count", SloAggregate.Count),
            ("rate", SloAggregate.Rate),
            ("min", SloAggregate.Min),
            ("max", SloAggregate.Max),
            ("avg", SloAggregate.Avg),
            ("sum", SloAggregate.Sum),
            ("age", SloAggregate.Age)
        );
        var per = Duration(spec, "per");
        spec.Choice("over", required: false, ("window", 0));
        var minEvents = spec.Whole("minEvents");
        var noData = spec.Choice(
            "noData",
            required: false,
            ("ignore", SloNoData.Ignore),
            ("fail", SloNoData.Fail),
            ("pass", SloNoData.Pass)
        );
        var empty = spec.Choice("empty", required: false, ("zero", true), ("absent", false));
        var liveness = Filter(spec, "liveness");
        var unit = spec.Text("unit");

        if (signal == SloSignal.Metrics)
        {
            if (metric is null)
                spec.Error("metric", "the required field 'metric' is missing: the name of the instrument.");
            spec.Forbid("is not for metrics: an instrument has one value", "value");
        }
        else
        {
            spec.Forbid("is only for 'signal: metrics'", "metric");
        }

        if (isRatio)
            CheckRatio(spec, isTotal);
        else
            CheckThreshold(spec, signal, value, aggregate);
        return signal is null
            ? null
            : new TelemetrySource
            {
                Signal = signal.Value,
                Where = where,
                Metric = metric,
                Value = value,
                Aggregate = aggregate,
                Per = per ?? TimeSpan.FromHours(1),
                MinEvents = minEvents ?? 1,
                NoData = noData ?? SloNoData.Ignore,
                EmptyIsZero = empty ?? false,
                Liveness = liveness,
                Unit = unit,
            };
    }

    private static void CheckRatio(Fields spec, bool isTotal)
    {
        spec.Forbid("is only for a thresholdMetric: a ratio counts", "value", "aggregate", "per", "over", "empty", "unit");
        if (!isTotal)
            spec.Forbid("belongs to 'total'", "minEvents", "noData", "liveness");
    }

    private static void CheckThreshold(Fields spec, SloSignal? signal, string? value, SloAggregate? aggregate)
    {
        var counts = aggregate is SloAggregate.Count or SloAggregate.Rate or SloAggregate.Age;
        if (signal is SloSignal.Spans or SloSignal.Events)
        {
            if (!counts && value is null)
                spec.Error(
                    "value",
                    "the required field 'value' is missing: the field that is measured, such as duration or .http.request.body.size."
                );
            if (counts)
                spec.Forbid($"is of no use with 'aggregate: {aggregate.ToString()!.ToLowerInvariant()}', which counts events", "value");
        }

        if (aggregate is null)
            spec.Forbid("is only for an aggregate over the window", "over", "empty");
        if (aggregate != SloAggregate.Rate)
            spec.Forbid("is only for 'aggregate: rate'", "per");
        if (aggregate is not (SloAggregate.Count or SloAggregate.Rate or SloAggregate.Sum))
            spec.Forbid("is only for a count, a rate or a sum: nothing else has a value of nothing", "empty");
    }

    private static string? Filter(Fields spec, string key)
    {
        if (spec.Text(key) is not { } text)
            return null;
        if (!SpanFilter.TryParse(text, out _, out var error))
            spec.Error(key, $"this is no TraceQL filter such as {{ name = \"item download\" }}: {error.Message.TrimEnd('.')}.");
        return text;
    }

    // the shorthand of the specification has no seconds
    private static TimeSpan? Duration(Fields spec, string key)
    {
        if (spec.Node(key) is not { } node)
            return null;
        if (
            node is YamlText { Value: [.. var number, 's'] }
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0
        )
            return TimeSpan.FromSeconds(seconds);
        if (node is YamlText text && SloDuration.TryParse(text.Value, out var duration))
            return duration.ToTimeSpan();
        spec.Error(key, $"a duration such as 30s, 5m, 1h or 1d is expected here, not {node.Description}.");
        return null;
    }
}
