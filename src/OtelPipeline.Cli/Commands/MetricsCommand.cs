using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Commands;

/// <summary>Shows the last point of each series.</summary>
internal static class MetricsCommand
{
    private static readonly Column[] Columns =
    [
        new("metric_name", "metric", Shrinks: true, Least: 24),
        new("metric_type", "type", IsExtra: true),
        new("attributes", Shrinks: true, Least: 24),
        new("value"),
        new("count"),
        new("sum"),
        new("points", IsExtra: true),
        new("timestamp", "time (UTC)", Shrinks: true, IsExtra: true),
    ];

    public static Command Build(Session session)
    {
        var command = new Command("metrics", "Shows the series of metrics: the last point, of delta ones the total.");
        var input = new InputOptions(session, command);
        var name = new Option<string[]>("--name")
        {
            Description = "Metrics of this name; * and ? stand for any characters; may be repeated.",
            HelpName = "name",
        };
        var limit = Limit.NewOption();
        var output = ResultWriter.NewOption("prom");
        foreach (var option in (Option[])[name, limit, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var names = new NamePattern(parsed.GetValue(name));
            var range = input.GetRange(parsed);
            var format = ResultWriter.Parse(parsed.GetValue(output));
            var most = Limit.Get(parsed, limit, format);
            var series = new MetricSeries();
            TelemetryReader.ReadMetricPoints(
                input.GetPaths(parsed),
                point =>
                {
                    if (range.Contains(point.TimeUnixNano) && names.Matches(point.MetricName))
                        series.Add(point);
                },
                input.GetOptions(parsed),
                session.Cancellation
            );
            var all = series.InOrder();
            var shown = all.Take((int)Math.Min(most, int.MaxValue)).ToList();
            if (format == OutputFormat.Prom)
                PrometheusText.Write(session.Output, shown);
            else
                Write(session, format, shown);
            if (shown.Count < all.Count)
                session.Error.WriteLine($"otelpipe: {all.Count - shown.Count} more series; --limit 0 shows all");
            return session.Finish(input.Report, all.Count > 0 ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples(
            "otelpipe metrics telemetry --name 'pipeline.node.*'",
            "otelpipe metrics telemetry --output prom | promtool check metrics"
        );
    }

    private static void Write(Session session, OutputFormat format, List<MetricSeries.Entry> shown)
    {
        using var records = new RecordWriter(session, format, [], _ => [], []);
        if (format is OutputFormat.Json or OutputFormat.Jsonl)
        {
            foreach (var entry in shown)
                records.Write(entry.Point);
            records.End();
            return;
        }

        var rows = ResultWriter.Create(session, format, Columns);
        var telling =
            format == OutputFormat.Table ? shown.GroupBy(entry => entry.Point.MetricName).ToDictionary(metric => metric.Key, Telling) : [];
        foreach (var (point, points) in shown)
            rows.Write(
                point.MetricName,
                TypeName(point.MetricType),
                telling.TryGetValue(point.MetricName, out var first) ? InOrder(point.Attributes, first) : point.Attributes,
                point.ValueDouble ?? (object?)point.ValueInt,
                point.Count,
                point.Sum,
                points,
                new Moment(point.TimeUnixNano)
            );
        rows.End();
    }

    /// <summary>The attributes that tell the series of a metric apart: they come first, since what is last is cut on a narrow terminal.</summary>
    private static HashSet<string> Telling(IEnumerable<MetricSeries.Entry> metric)
    {
        var series = metric.Select(entry => entry.Point.Attributes).ToList();
        return
        [
            .. series
                .SelectMany(attributes => attributes.Select(attribute => attribute.Key))
                .Distinct()
                .Where(key => series.Select(attributes => attributes[key]).Distinct().Take(2).Count() > 1),
        ];
    }

    private static AttributeList InOrder(AttributeList attributes, HashSet<string> first)
    {
        var ordered = new AttributeList();
        foreach (var (key, value) in attributes.OrderBy(attribute => !first.Contains(attribute.Key)))
            ordered.Add(key, value);
        return ordered;
    }

    private static string TypeName(MetricType type) =>
        type switch
        {
            MetricType.ExponentialHistogram => "exp histogram",
            _ => type.ToString().ToLowerInvariant(),
        };
}
