using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Commands;

/// <summary>Shows one trace.</summary>
internal static class TraceCommand
{
    private const int MaxSpans = 100_000;

    public static Command Build(Session session)
    {
        var command = new Command("trace", "Shows the spans of one trace as a waterfall.");
        var id = new Argument<string>("ID") { Description = "The trace id, or its beginning." };
        command.Add(id);
        var input = new InputOptions(session, command);
        var output = ResultWriter.NewOption();
        command.Add(output);
        command.SetAction(parsed =>
        {
            var prefix = parsed.GetRequiredValue(id).ToLowerInvariant();
            if (prefix.Length is 0 or > 32 || !prefix.All(char.IsAsciiHexDigit))
                throw new UsageException($"'{prefix}' is no trace id: up to 32 hexadecimal digits are expected");
            var range = input.GetRange(parsed);
            var spans = new List<SpanRow>();
            var omitted = 0L;
            TraceId? found = null;
            TelemetryReader.ReadSpans(
                input.GetPaths(parsed),
                span =>
                {
                    if (span.TraceId != found && !span.TraceId.ToString().StartsWith(prefix, StringComparison.Ordinal))
                        return;
                    if (!range.Contains(span.StartTimeUnixNano))
                        return;
                    if (found is { } other && other != span.TraceId)
                        throw new UsageException($"'{prefix}' is the beginning of several ids, such as {other} and {span.TraceId}");
                    found = span.TraceId;
                    if (spans.Count < MaxSpans)
                        spans.Add(span.Clone());
                    else
                        omitted++;
                },
                input.GetOptions(parsed),
                session.Cancellation
            );
            if (spans.Count == 0)
                session.Error.WriteLine($"otelpipe: there is no trace '{prefix}'");
            else
                Write(session, ResultWriter.Parse(parsed.GetValue(output)), spans);
            if (omitted > 0)
                session.Error.WriteLine($"otelpipe: {omitted} spans beyond {MaxSpans} were left out; narrow them with --since and --until");
            return session.Finish(input.Report, spans.Count > 0 ? ExitCodes.Success : ExitCodes.No);
        });
        return command.WithExamples(
            "otelpipe trace 0af7651916cd43dd8448eb211c80319c telemetry",
            "otelpipe trace 0af765 telemetry --output jsonl"
        );
    }

    private static void Write(Session session, OutputFormat format, List<SpanRow> spans)
    {
        var tree = TraceTree.Of(spans);
        if (format == OutputFormat.Table)
        {
            Waterfall.Write(session, tree);
            return;
        }

        using var records = new RecordWriter(
            session,
            format,
            [
                new("timestamp"),
                new("trace_id"),
                new("span_id"),
                new("parent_span_id"),
                new("name"),
                new("status"),
                new("duration_ms"),
                new("depth"),
            ],
            row =>
            {
                var span = (SpanRow)row;
                return
                [
                    new Moment(span.StartTimeUnixNano),
                    span.TraceId.ToString(),
                    span.SpanId.ToString(),
                    span.ParentSpanId.IsEmpty ? null : span.ParentSpanId.ToString(),
                    span.Name,
                    span.StatusCode == SpanStatusCode.Unset ? null : span.StatusCode.ToString().ToLowerInvariant(),
                    new Nanoseconds(span.DurationNano),
                    tree.Find(node => node.Span == span).Depth,
                ];
            },
            []
        );
        foreach (var (span, _) in tree)
            records.Write(span);
        records.End();
    }
}
