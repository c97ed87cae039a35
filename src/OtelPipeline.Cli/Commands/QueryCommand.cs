using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Cli.Commands;

/// <summary>Runs TraceQL.</summary>
internal static class QueryCommand
{
    private static readonly Column[] Columns =
    [
        new("timestamp", "start (UTC)", Shrinks: true),
        new("duration_ms", "duration"),
        new("status"),
        new("service_name", "service", Shrinks: true, IsExtra: true),
        new("name", Shrinks: true),
        new("trace_id", "trace", Shrinks: true),
        new("span_id", "span", Shrinks: true, IsExtra: true),
    ];

    public static Command Build(Session session)
    {
        var command = new Command("query", "Finds spans, or computes time series of them, with TraceQL.");
        var text = new Argument<string>("QUERY")
        {
            Description = "TraceQL, such as '{ .pipeline.node.name = \"clean\" && duration > 2s }', in quotes of the shell.",
        };
        command.Add(text);
        var input = new InputOptions(session, command);
        var select = Selection.NewOption();
        var step = new Option<string?>("--step")
        {
            Description =
                "Width of the steps of time series, such as 1m; without it they are chosen. "
                + "A table has a line for each series, the other forms one for each step.",
            HelpName = "duration",
        };
        var limit = Limit.NewOption();
        var output = ResultWriter.NewOption();
        foreach (var option in (Option[])[select, step, limit, output])
            command.Add(option);
        command.SetAction(parsed =>
        {
            var query = TraceQLQuery.Parse(parsed.GetRequiredValue(text));
            var format = ResultWriter.Parse(parsed.GetValue(output));
            var most = Limit.Get(parsed, limit, format);
            var range = input.GetRange(parsed);
            var options = new TraceQLSearchOptions
            {
                Since = range.Since == long.MinValue ? null : UnixTime.ToDateTimeOffset(range.Since),
                // the end of a range is not in it, and times of .NET have 100 nanoseconds
                Until = range.Until == long.MaxValue ? null : UnixTime.ToDateTimeOffset(range.Until - 100),
                Step = parsed.GetValue(step) is { } width ? Times.ParseDuration("--step", width) : null,
                Limit = most >= int.MaxValue ? null : (int)most + 1,
                Read = input.GetOptions(parsed),
            };
            var paths = input.GetPaths(parsed);
            var found = query.IsMetrics
                ? Measure(session, format, query.Measure(paths, options, session.Cancellation))
                : Search(session, format, query, paths, options, parsed.GetValue(select) ?? [], most);
            return session.Finish(input.Report, found ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples(
            "otelpipe query '{ .pipeline.node.name = \"clean\" && duration > 2s }' telemetry",
            "otelpipe query '{ status = error } | select(.error.type)' telemetry --since 1d",
            "otelpipe query '{ name =~ \"node .*\" } | quantile_over_time(duration, .95) by (name)' telemetry --step 1h"
        );
    }

    private static bool Search(
        Session session,
        OutputFormat format,
        TraceQLQuery query,
        string[] paths,
        TraceQLSearchOptions options,
        string[] selected,
        long most
    )
    {
        // what the query computes, by the text of the function
        var computed = new AttributeList();
        var columns = query.Filter is null ? [.. Columns, new Column("query", "selected", Shrinks: true)] : Columns;
        using var records = new RecordWriter(
            session,
            format,
            columns,
            row => Cells((SpanRow)row, query.Filter is null ? computed : null),
            selected
        );
        var sets = 0L;
        query.Search(
            paths,
            set =>
            {
                if (++sets > most)
                    return;
                foreach (var (span, fields) in set.Spans)
                {
                    computed = [];
                    foreach (var (name, value) in set.Attributes.Concat(fields))
                        computed.Add(name, value);
                    records.Write(span, computed);
                }
            },
            options,
            session.Cancellation
        );
        records.End();
        if (sets > most)
            session.Error.WriteLine($"otelpipe: there are more than {most}; --limit 0 shows all");
        return records.Count > 0;
    }

    private static bool Measure(Session session, OutputFormat format, TimeSeriesResult result)
    {
        if (format == OutputFormat.Table)
            return SeriesTable.Write(session, result);
        var rows = ResultWriter.Create(
            session,
            format,
            new Column("timestamp", "until (UTC)", Shrinks: true),
            new Column("labels", Shrinks: true),
            new Column("value")
        );
        var any = false;
        foreach (var series in result.Series)
        {
            var labels = new AttributeList();
            foreach (var (name, value) in series.Labels)
                labels.Add(name, value);
            for (var i = 0; i < series.Values.Count; i++)
            {
                if (double.IsNaN(series.Values[i]))
                    continue;
                any = true;
                rows.Write(new Moment(result.TimesUnixNano[i]), labels, series.Values[i]);
            }
        }

        rows.End();
        return any;
    }

    private static object?[] Cells(SpanRow span, AttributeList? computed)
    {
        object?[] cells =
        [
            new Moment(span.StartTimeUnixNano),
            new Nanoseconds(span.DurationNano),
            span.StatusCode == SpanStatusCode.Unset ? null : span.StatusCode.ToString().ToLowerInvariant(),
            span.Resource.ServiceName,
            span.Name,
            span.TraceId.ToString(),
            span.SpanId.ToString(),
        ];
        return computed is null ? cells : [.. cells, computed];
    }
}
