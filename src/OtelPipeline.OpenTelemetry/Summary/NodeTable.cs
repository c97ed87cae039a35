using OtelPipeline.Data.Runs;
using OtelPipeline.Internal;

namespace OtelPipeline.OpenTelemetry;

/// <summary>The nodes of a run, one to a line, each with a bar where it lies in the time of the run.</summary>
internal sealed class NodeTable(TextWriter writer, Ink ink, int width)
{
    private const int MaxBar = 32;
    private const int MinBar = 8;

    public void Write(RunInfo run, int maxRows)
    {
        var rows = run.Nodes.Take(maxRows).Select(n => RowOf(n, n.Name == run.Slowest?.Name && run.Nodes.Count > 1)).ToList();
        var name = Math.Min(32, rows.Max(static r => r.Name.Length));
        var time = rows.Max(static r => r.Time.Length);
        var records = rows.Max(static r => r.Records.Length);
        var rate = rows.Max(static r => r.Rate.Length);
        var note = rows.Max(static r => r.Note.Length);
        var taken = 3 + 2 + name + 2 + time + (records == 0 ? 0 : 2 + records) + (rate == 0 ? 0 : 2 + rate) + (note == 0 ? 0 : 2 + note);
        var bar = Math.Min(MaxBar, width - taken - 2);

        // in a narrow window the bars go first, then the rates
        if (bar < MinBar)
            bar = 0;
        if (taken > width)
            rate = 0;
        foreach (var row in rows)
        {
            var line = $" {row.Mark} {row.Paint(ink.Cut(row.Name, name).PadRight(name))}  {row.Time.PadLeft(time)}";
            if (bar > 0)
                line += "  " + row.PaintBar(Bar(run, row.Node, bar));
            if (records > 0)
                line += "  " + row.Records.PadRight(records);
            if (rate > 0)
                line += "  " + ink.Dim(row.Rate.PadLeft(rate));
            if (row.Note.Length > 0)
                line += "  " + row.Paint(row.Note);
            writer.WriteLine("  " + line.TrimEnd());
        }

        var more = run.Nodes.Count - rows.Count;
        if (more > 0)
            writer.WriteLine(ink.Dim($"     and {Ink.Number(more)} more nodes"));
        if (run.OmittedNodes > 0)
            writer.WriteLine(
                ink.Dim($"     and {Ink.Number(run.OmittedNodes)} executions of nodes past the limit of {Ink.Number(RunModel.MaxNodes)}")
            );
    }

    private string Bar(RunInfo run, NodeInfo node, int cells)
    {
        if (run.Duration <= TimeSpan.Zero)
            return ink.Bar(0, 0, cells);
        var end = node.Active > 0 ? run.Start + run.Duration : node.End;
        return ink.Bar((node.Start - run.Start) / run.Duration, (end - run.Start) / run.Duration, cells);
    }

    private Row RowOf(NodeInfo node, bool isSlowest)
    {
        var notes = new List<string>();
        if (isSlowest)
            notes.Add("slowest");
        if (node.Result is "failure" or "timeout" or "error" or "cancellation" or "skip")
            notes.Add(
                node.Result switch
                {
                    "failure" => "failed",
                    "timeout" => "timed out",
                    "error" => "no outcome",
                    "cancellation" => "cancelled",
                    _ => "nothing to do",
                }
            );
        if (node.Active > 0)
            notes.Add("not ended");
        if (node.Executions > 1)
            notes.Add(ink.Times + Ink.Number(node.Executions));
        if (node.Retries > 0)
            notes.Add($"{Ink.Number(node.Retries)} {(node.Retries == 1 ? "retry" : "retries")}");
        if (node.RecordsRejected > 0)
            notes.Add($"{Ink.Number(node.RecordsRejected)} rejected");
        if (node.RecordsFiltered > 0)
            notes.Add($"{Ink.Number(node.RecordsFiltered)} filtered");
        if (node.RecordsDeduplicated > 0)
            notes.Add($"{Ink.Number(node.RecordsDeduplicated)} duplicate{(node.RecordsDeduplicated == 1 ? "" : "s")}");
        var records = (node.RecordsRead, node.RecordsWritten) switch
        {
            (0, 0) => "",
            (var read, 0) => Ink.Number(read),
            (0, var written) => ink.Arrow.TrimStart() + Ink.Number(written),
            var (read, written) => Ink.Number(read) + ink.Arrow + Ink.Number(written),
        };
        Func<string, string> paint = node.Result switch
        {
            "failure" or "timeout" or "error" => ink.Red,
            "cancellation" => ink.Yellow,
            "skip" => ink.Dim,
            _ when isSlowest => ink.Yellow,
            _ => static text => text,
        };
        return new Row(
            node,
            Mark(node),
            new string(' ', Math.Min(node.Depth, 8) * 2) + Ink.Clean(node.Name),
            node.Executions == 0 ? "" : Durations.Text(node.Duration),
            records,
            RateOf(node),
            string.Join(", ", notes),
            paint,
            node.Result is "success" or null && !isSlowest ? ink.Cyan : paint
        );
    }

    private string Mark(NodeInfo node) =>
        node.Result switch
        {
            "success" => ink.Green(ink.Ok),
            "failure" or "timeout" or "error" => ink.Red(ink.Bad),
            "cancellation" => ink.Yellow(ink.Stopped),
            "skip" => ink.Dim(ink.Nothing),
            _ => ink.Cyan(ink.Going),
        };

    private static string RateOf(NodeInfo node) =>
        node.BytesPerSecond > 0 ? Ink.Bytes(node.BytesPerSecond) + "/s"
        : node.RecordsPerSecond > 0 ? Ink.Rate(node.RecordsPerSecond)
        : "";

    private sealed record Row(
        NodeInfo Node,
        string Mark,
        string Name,
        string Time,
        string Records,
        string Rate,
        string Note,
        Func<string, string> Paint,
        Func<string, string> PaintBar
    );
}
