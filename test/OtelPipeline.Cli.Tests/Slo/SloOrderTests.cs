using System.Globalization;

namespace OtelPipeline.Cli.Tests.Slo;

/// <summary>What is said of the same telemetry does not depend on the order in which it is read, nor on the kind of file.</summary>
internal sealed class SloOrderTests
{
    private const int Count = 3_000;

    private static readonly string[] Check =
    [
        "slo",
        "check",
        "-f",
        "slo.yaml",
        "--output",
        "json",
        "--at",
        DateTimeOffset.FromUnixTimeMilliseconds(Sample.Start / 1_000_000 + 400_000).ToString("O", CultureInfo.InvariantCulture),
    ];

    [Test]
    public async Task The_same_telemetry_in_any_order_and_form_gets_the_same_answer()
    {
        using var workspace = new Workspace();
        workspace.Write(
            "slo.yaml",
            string.Join(
                "---\n",
                Objectives.Ratio(),
                Objectives.Ratio(name: "in-an-hour", window: "1h"),
                Objectives.Threshold("lte", "0.25", "signal: spans, value: duration", name: "quick"),
                Objectives.Threshold(
                    "lte",
                    "0",
                    "signal: spans, where: '{ .pipeline.node.result = \"failure\" }', aggregate: count, over: window, empty: zero, "
                        + "liveness: '{ name = \"node work\" }'",
                    name: "failures"
                )
            )
        );
        var spans = Enumerable.Range(0, Count).Select(SpanOf).ToArray();
        WriteTo(workspace, "sorted", spans);
        new Random(1).Shuffle(spans);
        WriteTo(workspace, "shuffled", spans);
        foreach (var folder in (string[])["sorted", "shuffled"])
        {
            var converted = await workspace.RunAsync("convert", folder, "--to", "parquet", "--out", $"{folder}-parquet");
            Assert.That(converted.ExitCode, Is.Zero, converted.Error);
        }

        var sorted = await workspace.RunAsync([.. Check, "sorted"]);
        Assert.That(sorted.ExitCode, Is.EqualTo(1), sorted.Output + sorted.Error);
        var why = sorted.Json[0].GetProperty("why");
        Assert.That(why.GetProperty("causes")[0].ToString(), Does.Contain("server.address").And.Contain("host-77"), sorted.Output);
        foreach (var folder in (string[])["shuffled", "sorted-parquet", "shuffled-parquet"])
            Assert.That((await workspace.RunAsync([.. Check, folder])).Output, Is.EqualTo(sorted.Output), folder);
    }

    // several files, so that there is an order of files, too
    private static void WriteTo(Workspace workspace, string folder, string[] spans)
    {
        foreach (var (part, i) in spans.Chunk(Count / 4).Select(static (p, i) => (p, i)))
            workspace.Write($"{folder}/spans-{i}.jsonl", string.Concat(part.Chunk(50).Select(static c => Sample.Line("Spans", c))));
    }

    // one host of a hundred fails half the time, the others now and then; groups of four have the same time
    private static string SpanOf(int i)
    {
        var random = new Random(i);
        var host = random.Next(10) == 0 ? 77 : random.Next(100);
        var isBad = random.Next(100) < (host == 77 ? 50 : 4);
        return Sample.Span(
            (i + 1).ToString("x16", CultureInfo.InvariantCulture),
            null,
            "node work",
            i / 4 * 100,
            isBad ? 300 : 100,
            0,
            ("pipeline.node.result", isBad ? "failure" : "success"),
            ("server.address", $"host-{host}"),
            ("pipeline.item.id", $"i-{i}"),
            ("color", $"{(random.Next(3) == 0 ? "red" : "blue")}")
        );
    }
}
