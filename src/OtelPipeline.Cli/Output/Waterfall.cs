using System.Text;
using OtelPipeline.Data;
using Spectre.Console;

namespace OtelPipeline.Cli.Output;

/// <summary>A line for each span: its place in the tree, its name, its duration, and a bar where it lies in time.</summary>
internal static class Waterfall
{
    private const int PlainWidth = 120;
    private const int DurationWidth = 9;
    private const int MaxDepth = 20;

    public static void Write(Session session, List<(SpanRow Span, int Depth)> tree)
    {
        session.Flush();
        var start = tree.Min(node => node.Span.StartTimeUnixNano);
        var end = tree.Max(node => Math.Max(node.Span.StartTimeUnixNano, node.Span.EndTimeUnixNano));
        var width = Session.IsTerminal ? Terminal.Console.Profile.Width : PlainWidth;
        var nameWidth = Math.Min(tree.Max(node => Name(node).Length), Math.Max(16, (width - DurationWidth - 4) / 2));
        var barWidth = Math.Max(10, width - nameWidth - DurationWidth - 5);
        var head = new TextBlock(session);
        head.Line($"trace {tree[0].Span.TraceId}", TextStyle.Title);
        head.Line(
            $"{Cell.Time(start)} UTC, {Cell.Duration(end - start)}, {tree.Count} spans, {tree.Count(node => node.Span.StatusCode == SpanStatusCode.Error)} errors"
        );
        head.End();
        foreach (var node in tree)
        {
            var name = Cell.Cut(Name(node), nameWidth).PadRight(nameWidth);
            var duration = Cell.Duration(node.Span.DurationNano).PadLeft(DurationWidth);
            var bar = Bar(node.Span, start, end, barWidth);
            WriteLine(session, node.Span, name, duration, bar);
        }
    }

    private static string Name((SpanRow Span, int Depth) node) =>
        new string(' ', Math.Min(node.Depth, MaxDepth) * 2)
        + Cell.Plain(node.Span.Name)
        + (node.Span.StatusCode == SpanStatusCode.Error ? " !" : "");

    private static string Bar(SpanRow span, long start, long end, int width)
    {
        var all = Math.Max(1, (double)(end - start));
        var from = Math.Clamp((int)((span.StartTimeUnixNano - start) / all * width), 0, width - 1);
        var length = Math.Clamp((int)Math.Round(Math.Max(0, span.DurationNano) / all * width), 1, width - from);
        return new string(' ', from) + new string('█', length);
    }

    private static void WriteLine(Session session, SpanRow span, string name, string duration, string bar)
    {
        if (!Session.IsTerminal)
        {
            session.Output.Write(Encoding.UTF8.GetBytes($"{name}  {duration}  {bar}\n"));
            return;
        }

        var isError = span.StatusCode == SpanStatusCode.Error;
        var console = Terminal.Console;
        console.Write(new Text(name, isError ? new Style(Color.Red) : null));
        console.Write(new Text("  " + duration + "  ", new Style(Color.Grey)));
        console.Write(new Text(bar, new Style(isError ? Color.Red : Color.Blue)));
        console.WriteLine();
    }
}
