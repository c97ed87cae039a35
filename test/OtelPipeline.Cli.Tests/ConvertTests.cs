using System.Text;

namespace OtelPipeline.Cli.Tests;

internal sealed class ConvertTests
{
    [TestCase("otlp")]
    [TestCase("flat")]
    [TestCase("parquet")]
    public async Task What_was_converted_says_the_same(string form)
    {
        using var workspace = CommandTests.NewWorkspace();
        var converted = await workspace.RunAsync("convert", "t", "--to", form, "--out", "out");
        Assert.That(converted.ExitCode, Is.Zero, converted.Error);
        Assert.That(converted.Lines, Has.Length.EqualTo(4));
        foreach (
            var command in (string[][])
                [
                    ["runs", "show"],
                    ["metrics"],
                    ["events"],
                ]
        )
        {
            var before = await workspace.RunAsync([.. command, "t", "-o", "json"]);
            var after = await workspace.RunAsync([.. command, "out", "-o", "json"]);
            Assert.That(after.Output, Is.EqualTo(before.Output));
        }

        Assert.That(Directory.GetFiles(workspace.Of("out"), "*.tmp", SearchOption.AllDirectories), Is.Empty);
        var inside = await workspace.RunAsync("convert", "t", "--to", form, "--out", "t/out");
        Assert.That(inside.ExitCode, Is.EqualTo(2));
        Assert.That(inside.Error, Does.Contain("choose a directory outside"));
    }

    // an hour ends while the next one begins, and comes back when its file is complete
    [Test]
    public async Task Hours_may_come_in_any_order()
    {
        const int Hour = 3_600_000;
        using var workspace = new Workspace();
        var lines = new List<string>();
        for (var i = 0; i < 40_000; i++)
        {
            var hour = i switch
            {
                < 15_000 => 0,
                < 16_000 => i % 2,
                15_999 + 17_000 or 39_999 => 0,
                < 39_000 => 1,
                _ => 2 + (i % 3),
            };
            lines.Add(Sample.Line("Spans", Sample.Span($"{i + 1:x16}", null, $"work-{i % 7}", (hour * Hour) + (i % 60_000), i % 1_000, 0)));
        }

        workspace.Write("t/spans/all.jsonl", Encoding.UTF8.GetBytes(string.Concat(lines)));
        var converted = await workspace.RunAsync("convert", "t", "--to", "parquet", "--out", "out");
        Assert.That(converted.ExitCode, Is.Zero, converted.Error);
        foreach (var command in new[] { "query", "stats" })
        {
            string[] arguments =
                command == "query"
                    ? ["query", "{ duration > 500ms } | quantile_over_time(duration, .9) by (name)", "--step", "10m"]
                    : ["stats"];
            var before = await workspace.RunAsync([.. arguments, "t", "-o", "csv"]);
            var after = await workspace.RunAsync([.. arguments, "out", "-o", "csv"]);
            Assert.That(WithoutFiles(after.Output), Is.EqualTo(WithoutFiles(before.Output)));
        }

        foreach (var file in Directory.GetFiles(workspace.Of("out"), "*", SearchOption.AllDirectories))
            Assert.That(file, Does.Match(@"date=\d{4}-\d\d-\d\d.hour=\d\d.[^/\\]+\.parquet$"));
        Assert.That(Directory.GetFiles(workspace.Of("out"), "*", SearchOption.AllDirectories), Has.Length.InRange(6, 9));
    }

    private static string WithoutFiles(string csv) =>
        string.Join(
            '\n',
            csv.Split('\n')
                .Where(line => !line.StartsWith("files", StringComparison.Ordinal) && !line.StartsWith("bytes", StringComparison.Ordinal))
        );
}
