namespace OtelPipeline.Examples.Tests;

// what goes wrong, and how it shows
public sealed partial class QuickStartTests
{
    [TestCaseSource(nameof(s_nodes))]
    public async Task A_node_that_is_told_to_fail_fails_the_run(string node)
    {
        AddAlphaAndBeta();
        var (exitCode, output) = await RunAsync("--fail-at", node);

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(
            output,
            Does.Contain("xml_documentation failed after").And.Contains($"node {node} failed: Node '{node}' was told to fail")
        );
        var telemetry = JsonLines.Read(_workspace.Output);
        Assert.That(
            telemetry.Spans.Where(s => s.Status == 2).Select(s => s.Name),
            Is.EquivalentTo(new[] { "run xml_documentation", "node " + node })
        );
        Assert.That(telemetry.Node(node).Attributes, Does.Contain("pipeline.node.result=failure"));
        Assert.That(telemetry.Spans, Has.Count.EqualTo(Array.IndexOf(s_nodes, node) + 2), "nothing runs after it");
        Assert.That(telemetry.Logs.Count(l => l.EventName == "pipeline.node.exception"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_broken_file_is_rejected_with_its_line_and_the_run_goes_on()
    {
        AddAlphaAndBeta();
        _workspace.Add("Broken.xml", "<?xml version=\"1.0\"?>\n<doc>\n<assembly></doc>");
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.Zero, output);
        // the summary breaks its lines where the terminal and the length of the path want it
        var text = string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.That(text, Does.Contain("Broken.xml:3: not well-formed XML, left out."));
        var telemetry = JsonLines.Read(_workspace.Output);
        Assert.That(telemetry.Node("parse").Attributes, Does.Contain("pipeline.node.records.rejected=1"));
        Assert.That(telemetry.Run.Attributes, Does.Contain("pipeline.run.result=success"));
        Assert.That(Result("coverage.csv"), Does.Contain("Alpha,4,2"));
    }

    [Test]
    [Platform("Unix")]
    public async Task A_file_that_cannot_be_read_is_rejected_and_the_run_goes_on()
    {
        AddAlphaAndBeta();
        File.CreateSymbolicLink(Path.Combine(_workspace.Input, "Gone.xml"), Path.Combine(_workspace.Root, "nowhere"));
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Unwrapped(output), Does.Contain("Gone.xml: cannot be read, left out."));
        Assert.That(JsonLines.Read(_workspace.Output).Node("read").Attributes, Does.Contain("pipeline.node.records.rejected=1"));
        Assert.That(Result("coverage.json"), Does.Contain("\"files\": 3").And.Contains("\"rejected\": 1"));
    }

    [Test]
    public async Task Where_nothing_can_be_used_the_run_fails_and_says_what_to_do()
    {
        _workspace.Add("Broken.xml", "<doc>").Add("Other.xml", "<x/>").Add("Empty.xml", "Empty");
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(
            Unwrapped(output),
            Does.Contain("None of the 3 XML files").And.Contains("Name a folder with documentation files with --input DIR.")
        );
    }

    [Test]
    public async Task An_empty_input_folder_is_a_failed_run()
    {
        Directory.CreateDirectory(_workspace.Input);
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(Unwrapped(output), Does.Contain("holds no *.xml files. Name another one with --input DIR."));
    }

    [Test]
    public async Task A_missing_input_folder_is_a_failed_run()
    {
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(Unwrapped(output), Does.Contain("is no folder that exists. Name one that holds *.xml files with --input DIR."));
    }

    [Test]
    public async Task An_output_folder_that_cannot_be_written_ends_it_before_it_begins()
    {
        AddAlphaAndBeta();
        await File.WriteAllTextAsync(_workspace.Output, "a file in its place");
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.EqualTo(2), output);
        Assert.That(output, Does.StartWith("Cannot write to the output folder").And.Contains("Name another one with --output DIR."));
    }

    [Test]
    [Platform("Unix")]
    public async Task Ctrl_C_cancels_the_run_and_everything_is_written()
    {
        AddAlphaAndBeta();
        _workspace.AddEndless("Endless.xml");
        using var process = Start();
        await using var endless = await _workspace.WaitForReaderAsync("Endless.xml");
        process.Interrupt();
        await process.WaitForOutputAsync("Stopping");
        endless.Close();
        var exitCode = await process.WaitForExitAsync();

        Assert.That(exitCode, Is.EqualTo(1), process.Output);
        Assert.That(process.Output, Does.Contain("xml_documentation was cancelled after"));
        var telemetry = JsonLines.Read(_workspace.Output);
        Assert.That(telemetry.Run.Attributes, Does.Contain("pipeline.run.result=cancellation"));
        Assert.That(telemetry.Run.Status, Is.Not.EqualTo(2), "a cancellation is no error");
        Assert.That(telemetry.Logs.Select(l => l.EventName), Does.Contain("pipeline.run.end"));
        Assert.That(telemetry.Points.Select(p => p.Name), Does.Contain("pipeline.run.duration"));
    }

    [Test]
    [Platform("Unix")]
    public async Task A_killed_process_leaves_whole_lines_and_a_start_event_that_shows_the_run()
    {
        _workspace.AddEndless("Endless.xml");
        using var process = Start();
        await using var endless = await _workspace.WaitForReaderAsync("Endless.xml");
        using var patience = new CancellationTokenSource(ExampleProcess.Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!JsonLines.Read(_workspace.Output).Logs.Exists(l => l.EventName == "pipeline.run.start"))
            await poll.WaitForNextTickAsync(patience.Token);
        process.Kill();
        await process.WaitForExitAsync();

        var telemetry = JsonLines.Read(_workspace.Output);
        var start = telemetry.Logs.Single(l => l.EventName == "pipeline.run.start");
        Assert.That(start.Attributes, Does.Contain("pipeline.name=xml_documentation").And.Contains("pipeline.run.id="));
        Assert.That(start.TraceId, Has.Length.EqualTo(32));
        Assert.That(telemetry.Logs.Select(l => l.EventName), Does.Not.Contain("pipeline.run.end"));
    }
}
