using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Cli.Tests;

/// <summary>The commands of docs/log-analysis.md, run as they stand there: the three tools must give the same answers.</summary>
internal sealed partial class LogAnalysisTests
{
    private static readonly string[] Sections = ["Find all errors", "Follow one run", "The durations of one operation"];

    private Workspace _workspace = null!;
    private string _run = "";

    [OneTimeSetUp]
    public async Task RunExample()
    {
        _workspace = new Workspace();
        _workspace.Write(
            "docs/a.xml",
            "<doc><assembly><name>A</name></assembly><members><member name=\"T:A\"><summary>Says something.</summary></member></members></doc>"
        );
        for (var i = 0; i < 3; i++)
            await Examples.RunAsync(
                "QuickStart",
                _workspace,
                i == 1 ? 1 : 0,
                ["--input", "docs", .. i == 1 ? (string[])["--fail-at", "parse"] : []]
            );
        var runs = await _workspace.RunAsync("runs", "list", "telemetry", "--result", "failure", "-o", "jsonl");
        _run = runs.Json.GetProperty("run_id").GetString()!;
    }

    [OneTimeTearDown]
    public void CleanUp() => _workspace.Dispose();

    [TestCaseSource(nameof(Sections))]
    public async Task Three_tools_give_the_same_answers(string section)
    {
        var commands = Commands(section);
        Assert.That(commands.Select(command => command.Split(' ')[0]), Is.EqualTo(new[] { "jq", "duckdb", "otelpipe" }));
        var answers = new List<string[]>();
        foreach (var command in commands)
            answers.Add(
                Rows(command.StartsWith("duckdb", StringComparison.Ordinal) ? await DuckDbAsync(command) : await BashAsync(command))
            );
        Assert.That(answers[0], Is.Not.Empty);
        Assert.That(answers[1], Is.EqualTo(answers[0]));
        Assert.That(answers[2], Is.EqualTo(answers[0]));
    }

    [Test]
    public void Every_section_is_tested() =>
        Assert.That(HeadingExpression().Matches(Document()).Select(match => match.Groups[1].Value), Is.EqualTo(Sections));

    /// <summary>What the three call the same, in one form.</summary>
    private static string[] Rows(IEnumerable<JsonElement> answer) =>
        [
            .. answer.Select(row =>
                row.TryGetProperty("executions", out var executions)
                    ? $"{Number(executions)} {Number(row.GetProperty("min_ms")):0.00} {Number(row.GetProperty("p50_ms")):0.00} {Number(row.GetProperty("max_ms")):0.00}"
                    : $"{(row.TryGetProperty("event", out var name) ? name : row.GetProperty("event_type"))}: {row.GetProperty("message")}"
            ),
        ];

    // DuckDB gives 64-bit integers as strings
    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? double.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : element.GetDouble();

    private async Task<JsonElement[]> BashAsync(string command)
    {
        var script = $"set -eu -o pipefail; otelpipe() {{ {Otelpipe.Quoted} \"$@\"; }}; {command}";
        var output = await RunAsync("bash", _workspace.Path, "-c", script);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private async Task<JsonElement[]> DuckDbAsync(string command)
    {
        var sql = DuckDbExpression().Match(command).Groups[1].Value.Replace("$RUN", _run, StringComparison.Ordinal);
        Assert.That(sql, Is.Not.Empty);
        var folder = Path.Combine(RepositoryPaths.Root, "test", "interop-npm");
        var output = await RunAsync(
            "node",
            folder,
            "query.mjs",
            sql.Replace("'telemetry/", $"'{_workspace.Path}/telemetry/", StringComparison.Ordinal)
        );
        var answer = JsonDocument.Parse(output).RootElement;
        Assert.That(answer.TryGetProperty("rows", out var rows), output);
        return [.. rows.EnumerateArray()];
    }

    private async Task<string> RunAsync(string program, string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RUN"] = _run;
        using var process = Process.Start(start)!;
        var run = await Otelpipe.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.Output;
    }

    private static string[] Commands(string section)
    {
        var text = Document();
        var start = text.IndexOf("## " + section, StringComparison.Ordinal);
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return [.. CommandExpression().Matches(end < 0 ? text[start..] : text[start..end]).Select(match => match.Groups[1].Value.Trim())];
    }

    private static string Document() =>
        File.ReadAllText(Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Cli", "docs", "log-analysis.md"));

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CommandExpression();

    [GeneratedRegex("^## (.*)$", RegexOptions.Multiline)]
    private static partial Regex HeadingExpression();

    [GeneratedRegex("duckdb -c \"(.*)\"", RegexOptions.Singleline)]
    private static partial Regex DuckDbExpression();
}
