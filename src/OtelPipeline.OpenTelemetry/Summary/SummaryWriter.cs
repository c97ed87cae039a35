using System.Globalization;
using OtelPipeline.Data.Runs;
using OtelPipeline.Internal;

namespace OtelPipeline.OpenTelemetry;

/// <summary>Lays out one run as text: how it ended, its nodes on a time line, and what else a person wants to know.</summary>
internal sealed class SummaryWriter(TextWriter writer, Ink ink, int width)
{
    public const int MinWidth = 40;

    private const int LabelWidth = 14;
    private const int MaxRows = 50;
    private const int MaxMessages = 10;

    public void Write(RunInfo run)
    {
        writer.WriteLine();
        WriteHeader(run);
        if (run.Nodes.Count > 0)
        {
            writer.WriteLine();
            new NodeTable(writer, ink, width).Write(run, MaxRows);
            writer.WriteLine();
        }

        WriteFigures(run);
        WriteChecks(run.Checks);
        WriteMessages("warnings", run.Warnings, run.WarningCount - run.Checks.Count(static c => c.Result != "pass"), ink.Yellow(ink.Alert));
        WriteMessages("errors", run.Errors, run.ErrorCount, ink.Red(ink.Bad));
        writer.WriteLine();
    }

    private void WriteHeader(RunInfo run)
    {
        var (mark, words) = run.Result switch
        {
            "success" => (ink.Green(ink.Ok), "succeeded in"),
            "failure" => (ink.Red(ink.Bad), "failed after"),
            "timeout" => (ink.Red(ink.Bad), "timed out after"),
            "error" => (ink.Red(ink.Bad), "ended without an outcome after"),
            "cancellation" => (ink.Yellow(ink.Stopped), "was cancelled after"),
            "skip" => (ink.Dim(ink.Nothing), "had nothing to do, in"),
            _ => (ink.Cyan(ink.Going), "has not ended; last seen after"),
        };
        var name = run.Pipeline.Length == 0 ? "(unnamed)" : Ink.Clean(run.Pipeline);
        var counts = string.Join(
            " and ",
            new[] { Some(run.WarningCount, "warning"), Some(run.ErrorCount, "error") }.Where(static c => c.Length > 0)
        );
        writer.WriteLine(
            $" {mark} {ink.Bold(name)} {words} {ink.Bold(Durations.Text(run.Duration))}{(counts.Length == 0 ? "" : ", with " + counts)}"
        );
        var about = new List<string> { "run " + Ink.Clean(run.Id) };
        if (run.TraceId is not null)
            about.Add("trace " + run.TraceId);
        if (run.Attempt > 1)
            about.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {run.Attempt}"));
        if (run.Trigger is { } trigger and not "manual")
            about.Add("started by " + Ink.Clean(trigger));
        var line = "";
        foreach (var part in about)
        {
            if (line.Length > 0 && 3 + line.Length + 3 + part.Length > width)
            {
                writer.WriteLine("   " + ink.Dim(line));
                line = "";
            }

            line += (line.Length == 0 ? "" : "   ") + part;
        }

        writer.WriteLine("   " + ink.Dim(line));
    }

    private void WriteFigures(RunInfo run)
    {
        if (run.CriticalPath.Count > 1)
        {
            var share = run.Duration > TimeSpan.Zero ? run.CriticalPathDuration / run.Duration : 0;
            var names = string.Join(ink.Step, run.CriticalPath.Select(s => Ink.Clean(s.Node)));
            var figures = string.Create(
                CultureInfo.InvariantCulture,
                $"{Durations.Text(run.CriticalPathDuration)}, {Math.Min(1, share):0%} of the run"
            );
            WriteWrapped("longest path", "", $"{names} ({figures})");
        }

        if (run.RecordsRead + run.RecordsWritten > 0)
        {
            var rejected = run.RecordsRejected == 0 ? "" : $", {Ink.Number(run.RecordsRejected)} rejected";
            WriteLabelled("records", $"{Ink.Number(run.RecordsRead)} read, {Ink.Number(run.RecordsWritten)} written{rejected}");
            var bytes = run.BytesPerSecond > 0 ? $", {Ink.Bytes(run.BytesPerSecond)}/s" : "";
            WriteLabelled("throughput", $"{Ink.Rate(run.RecordsPerSecond).Replace("/s", " records/s", StringComparison.Ordinal)}{bytes}");
        }

        if (run.PeakMemory > 0)
            WriteLabelled("peak memory", Ink.Bytes(run.PeakMemory));
    }

    private void WriteChecks(IReadOnlyList<CheckInfo> checks)
    {
        // those that a person must see first
        var shown = checks.OrderBy(static c => c.Result == "pass").ThenBy(static c => c.Result == "warn").Take(MaxRows).ToList();
        var nameWidth = shown.Count == 0 ? 0 : Math.Min(32, shown.Max(static c => c.Name.Length));
        for (var i = 0; i < shown.Count; i++)
        {
            var check = shown[i];
            var mark = check.Result switch
            {
                "pass" => ink.Green(ink.Ok),
                "warn" => ink.Yellow(ink.Alert),
                _ => ink.Red(ink.Bad),
            };
            var value = check.Actual is { } actual ? Value(actual) : check.Result;
            var limit = check.Limit is { } bound ? ink.Dim($" (limit {Value(bound)})") : "";
            var failed = check.FailedRecords == 0 ? "" : $", {Some(check.FailedRecords, "record")} did not pass";
            WriteLabelled(
                i == 0 ? "checks" : "",
                $"{mark} {ink.Cut(Ink.Clean(check.Name), 32).PadRight(nameWidth)}  {value}{limit}{failed}"
            );
        }

        if (checks.Count > shown.Count)
            WriteLabelled("", ink.Dim($"and {Ink.Number(checks.Count - shown.Count)} more"));
    }

    private void WriteMessages(string label, IReadOnlyList<RunMessage> messages, long count, string mark)
    {
        foreach (var message in messages.Take(MaxMessages))
        {
            var type = message.Type is { } named && !message.Message.Contains(named, StringComparison.Ordinal) ? $" ({named})" : "";
            WriteWrapped(label, mark + " ", Ink.Clean(message.Message + type));
            label = "";
        }

        var rest = count - Math.Min(messages.Count, MaxMessages);
        if (rest > 0)
            WriteLabelled(label, ink.Dim(messages.Count == 0 ? $"{Ink.Number(rest)}, told in the events" : $"and {Ink.Number(rest)} more"));
    }

    private void WriteLabelled(string label, string text) => writer.WriteLine($"   {ink.Dim(label.PadRight(LabelWidth))}{text}");

    // breaks between words, or inside one that is longer than a line
    private void WriteWrapped(string label, string mark, string text)
    {
        var indent = mark.Length == 0 ? 0 : 2;
        var room = Math.Max(20, width - 3 - LabelWidth - indent);
        while (text.Length > 0)
        {
            var length =
                text.Length <= room ? text.Length
                : text.LastIndexOf(' ', room) is > 0 and var blank ? blank
                : room;
            WriteLabelled(label, (mark.Length == 0 ? new string(' ', indent) : mark) + text[..length].TrimEnd());
            text = text[length..].TrimStart();
            (label, mark) = ("", "");
        }
    }

    private static string Some(long count, string what) => count == 0 ? "" : $"{Ink.Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Value(double value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);
}
