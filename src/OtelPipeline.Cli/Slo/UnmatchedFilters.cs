using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Slo;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Looks which filters and instruments of a definition telemetry has; those that it has are not looked at again.</summary>
internal sealed class UnmatchedFilters
{
    private readonly List<Wanted> _wanted = [];

    public UnmatchedFilters(SloDocument document)
    {
        foreach (var indicator in document.Objectives.Select(static o => o.Indicator).Distinct())
        {
            foreach (var source in indicator.Sources)
            {
                // no bad events at all is what everybody hopes for, and so is an empty count of something bad
                if (source.Telemetry is not { } telemetry || source == indicator.Bad)
                    continue;
                if (!telemetry.EmptyIsZero)
                    Add(telemetry, source.Position, telemetry.Where);
                if (telemetry.Liveness is not null)
                    Add(telemetry, source.Position, telemetry.Liveness);
            }
        }
    }

    public void Look(TelemetryRow row)
    {
        for (var i = _wanted.Count - 1; i >= 0; i--)
        {
            if (_wanted[i].Matches(row))
                _wanted.RemoveAt(i);
        }
    }

    public IEnumerable<SloFinding> Find() =>
        _wanted.Select(static w => new SloFinding(
            w.Position,
            SloLinter.NoMatch,
            $"nothing matches {w.Description}: a name may be misspelt."
        ));

    private void Add(TelemetrySource source, SourcePosition position, string? filter) =>
        _wanted.Add(new Wanted(source.Signal, source.Metric, filter is null ? null : SpanFilter.Parse(filter), position));

    private sealed record Wanted(SloSignal Signal, string? Metric, SpanFilter? Filter, SourcePosition Position)
    {
        public string Description =>
            (Metric is null ? "" : $"the metric {Metric}{(Filter is null ? "" : " with ")}")
            + (Filter?.Text ?? (Metric is null ? $"any {Signal}" : ""));

        public bool Matches(TelemetryRow row) =>
            row switch
            {
                SpanRow span => Signal == SloSignal.Spans && Filter?.Matches(span) != false,
                EventRow record => Signal == SloSignal.Events && Filter?.Matches(record) != false,
                MetricPointRow point => Signal == SloSignal.Metrics && point.MetricName == Metric && Filter?.Matches(point) != false,
                _ => false,
            };
    }
}
