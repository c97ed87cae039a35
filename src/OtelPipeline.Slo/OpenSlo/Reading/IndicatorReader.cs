namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>Reads indicators and their metric sources.</summary>
internal sealed class IndicatorReader(DocumentReader objects, Errors errors)
{
    /// <summary>Reads an <c>SLI</c>, of its own or inline.</summary>
    public SloIndicator? Read(Fields fields)
    {
        var header = Header.Read(fields, specRequired: true);
        if (header?.Spec is not { } spec)
            return null;
        var threshold = spec.Object("thresholdMetric");
        var ratio = spec.Object("ratioMetric");
        spec.Done();
        if (threshold is null == ratio is null)
        {
            spec.Error(
                threshold is null
                    ? "an indicator has either 'thresholdMetric' or 'ratioMetric'; both are missing."
                    : "an indicator has either 'thresholdMetric' or 'ratioMetric', not both."
            );
            return null;
        }

        SloMetricSource? thresholdSource = null;
        var parts = new Ratio();
        var before = errors.Items.Count;
        if (threshold is not null)
        {
            thresholdSource = Source(threshold, isRatio: false);
            threshold.Done();
        }
        else
        {
            parts = ReadRatio(ratio!);
        }

        return errors.Items.Count > before
            ? null
            : new SloIndicator
            {
                Name = header.Name,
                DisplayName = header.DisplayName,
                Labels = header.Labels,
                Annotations = header.Annotations,
                Description = header.Description,
                Position = header.Position,
                Threshold = thresholdSource,
                Good = parts.Good,
                Bad = parts.Bad,
                Total = parts.Total,
                Raw = parts.Raw,
                RawIsFailure = parts.RawIsFailure,
                Counter = parts.Counter,
            };
    }

    private Ratio ReadRatio(Fields ratio)
    {
        var read = new Ratio
        {
            Counter = ratio.Boolean("counter"),
            Good = Part(ratio, "good"),
            Bad = Part(ratio, "bad"),
            Total = Part(ratio, "total"),
            Raw = Part(ratio, "raw"),
        };
        var rawType = ratio.Choice("rawType", false, ("success", false), ("failure", true));
        if (ratio.Has("raw"))
        {
            ratio.Forbid("cannot stand beside 'raw'", "good", "bad", "total");
            if (!ratio.Has("rawType"))
                ratio.Error(
                    "rawType",
                    "the required field 'rawType' (success or failure) is missing: 'raw' alone does not say what it counts."
                );
        }
        else
        {
            ratio.Forbid("says what 'raw' counts, and there is no 'raw'", "rawType");
            if (!ratio.Has("total"))
                ratio.Error("total", "the required field 'total' is missing: a ratio has 'total' and one of 'good' and 'bad', or 'raw'.");
            if (ratio.Has("good") && ratio.Has("bad"))
                ratio.Error("bad", "'good' and 'bad' cannot stand together: give one of them and 'total'.");
            else if (!ratio.Has("good") && !ratio.Has("bad"))
                ratio.Error("a ratio with 'total' needs one of 'good' and 'bad'.");
        }

        ratio.Done();
        read.RawIsFailure = rawType ?? false;
        CheckParts(ratio, read);
        return read;
    }

    // one source decides: what is said of the whole is said at the whole
    private static void CheckParts(Fields ratio, Ratio read)
    {
        if (
            read.Total is { Telemetry: null } != (read.Good ?? read.Bad) is { Telemetry: null }
            && (read.Good ?? read.Bad) is not null
            && read.Total is not null
        )
            ratio.Error("total", "the two sources of a ratio are both of type OtelPipeline or both of another type.");
        if (read is { Total.Telemetry: { } total } && (read.Good ?? read.Bad)?.Telemetry is { } part && part.Signal != total.Signal)
            ratio.Error(
                "total",
                $"the two sources of a ratio look at the same signal: these are {part.Signal.ToString().ToLowerInvariant()} and {total.Signal.ToString().ToLowerInvariant()}."
            );
        if (read.Raw?.Telemetry is not null)
            ratio.Error("raw", "a source of type OtelPipeline counts events itself: give 'total' and one of 'good' and 'bad'.");
    }

    private SloMetricSource? Part(Fields ratio, string key)
    {
        if (ratio.Object(key) is not { } part)
            return null;
        var source = Source(part, isRatio: true, isTotal: key == "total");
        part.Done();
        return source;
    }

    private SloMetricSource? Source(Fields metric, bool isRatio, bool isTotal = false)
    {
        if (metric.Object("metricSource", required: true) is not { } source)
            return null;
        var reference = source.Text("metricSourceRef");
        var dataSource = objects.Find(objects.DataSources, "DataSource", reference, source, "metricSourceRef");
        var type = source.Text("type") ?? dataSource?.Type;
        if (type is null && reference is null)
            source.Error(
                "type",
                "the required field 'type' is missing; it may be left out only where 'metricSourceRef' names a data source."
            );
        if (dataSource is not null && type != dataSource.Type)
            source.Error("type", $"'{type}' is not the type of the data source '{dataSource.Name}', which is '{dataSource.Type}'.");
        var spec = source.Object("spec", required: true);
        source.Done();
        if (type is null || spec is null)
            return null;
        TelemetrySource? telemetry = null;
        if (type == TelemetrySourceReader.Type)
        {
            telemetry = TelemetrySourceReader.Read(spec, isRatio, isTotal);
            spec.Done();
        }
        else if (type == "Prometheus" && !spec.Has("query"))
        {
            spec.Error("query", "the required field 'query' is missing: a PromQL expression.");
        }

        // what is unknown in it was said above
        var plain = spec.ToObject();
        return new SloMetricSource
        {
            Type = type,
            DataSource = dataSource,
            Spec = plain,
            Telemetry = telemetry,
            Position = source.Position,
        };
    }

    private struct Ratio
    {
        public SloMetricSource? Good;
        public SloMetricSource? Bad;
        public SloMetricSource? Total;
        public SloMetricSource? Raw;
        public bool RawIsFailure;
        public bool? Counter;
    }
}
