namespace OtelPipeline.Examples.Tests;

[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class QuickStartTests : IDisposable
{
    private static readonly string[] s_nodes = ["discover", "read", "parse", "aggregate", "check", "write"];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Test]
    public async Task Without_arguments_it_measures_the_documentation_of_dotnet()
    {
        var (exitCode, output) = await ExampleProcess.RunAsync("QuickStart", _workspace.Root, []);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("xml_documentation succeeded in").And.Contains("head ./telemetry/results/coverage.csv"));
        var telemetry = JsonLines.Read(_workspace.Output);
        Assert.That(telemetry.Node("parse").Attributes, Does.Not.Contain("rejected"), "the SDK's own files all parse");
        Assert.That(File.ReadLines(Path.Combine(_workspace.Output, "results", "coverage.csv")).Count(), Is.GreaterThan(100));
    }

    [Test]
    public async Task The_spans_of_a_run_form_the_graph_of_the_code()
    {
        AddAlphaAndBeta();
        await RunAsync();
        var telemetry = JsonLines.Read(_workspace.Output);

        Assert.That(telemetry.Spans.Select(s => s.Name), Is.EquivalentTo(s_nodes.Select(n => "node " + n).Append("run xml_documentation")));
        Assert.That(telemetry.Spans.Select(s => s.TraceId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(s_nodes.Select(n => telemetry.Node(n).ParentSpanId), Is.All.EqualTo(telemetry.Run.SpanId));
        var names = telemetry.Spans.ToDictionary(s => s.SpanId, s => s.Name);
        var edges = telemetry.Spans.SelectMany(s => s.Links.Select(l => $"{names[l.SpanId]} > {s.Name}".Replace("node ", "")));
        Assert.That(
            edges,
            Is.EquivalentTo(
                new[] { "discover > read", "read > parse", "parse > aggregate", "aggregate > check", "aggregate > write", "check > write" }
            )
        );
        Assert.That(telemetry.Spans.SelectMany(s => s.Links).Select(l => l.Attributes), Is.All.EqualTo("pipeline.link.type=depends_on"));
    }

    [Test]
    public async Task Its_figures_for_one_folder_can_be_counted_by_hand()
    {
        AddAlphaAndBeta();
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            Result("coverage.csv"),
            Is.EqualTo(
                """
                assembly,members,documented,share,longest_text_member,longest_text_characters
                Alpha,4,2,0.5,T:Alpha.One,12
                Beta,1,1,1,"M:Beta.B.Go(System.Int32,System.Int32)",6

                """
            )
        );
        Assert.That(
            Result("coverage.json"),
            Does.Contain("\"members\": 5").And.Contains("\"documented\": 3").And.Contains("\"share\": 0.6")
        );
        Assert.That(output, Does.Contain("documented_share").And.Contains("0.6 (limit 0.9), 2 records did not pass"));
    }

    [Test]
    public async Task Its_figures_for_another_folder_are_others()
    {
        _workspace
            .Add(
                "one/Gamma.xml",
                "Gamma",
                ("T:G", "<summary>abc</summary><remarks>defgh</remarks>"),
                ("F:G.X", "<remarks>long remarks</remarks>")
            )
            .Add("two/Gamma.xml", "Gamma", ("T:G", "<summary>abc</summary><remarks>defgh</remarks>"), ("F:G.Y", "<summary/>"))
            .Add("FileList.xml", "<FileList><File Path=\"a\"/></FileList>");
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Result("coverage.csv"), Does.EndWith("Gamma,3,1,0.3333,F:G.X,12\n"));
        Assert.That(Result("coverage.json"), Does.Contain("\"files\": 3").And.Contains("\"duplicates\": 1"));
        var telemetry = JsonLines.Read(_workspace.Output);
        Assert.That(telemetry.Node("parse").Attributes, Does.Contain("pipeline.node.records.filtered=1").And.Contains("records.read=3"));
        Assert.That(telemetry.Node("aggregate").Attributes, Does.Contain("records.deduplicated=1").And.Contains("records.read=4"));
    }

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
        Assert.That(output, Does.Contain("Broken.xml:3: not well-formed XML, left out."));
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

    [TestCase("--fail-at", "nowhere")]
    [TestCase("--unknown", "option")]
    [TestCase("--input", "")]
    [TestCase("--output", " ")]
    public async Task Bad_arguments_are_told_apart_from_failed_runs(string option, string value)
    {
        var (exitCode, output) = await ExampleProcess.RunAsync(
            "QuickStart",
            _workspace.Root,
            value.Length == 0 ? [option] : [option, value.Trim()]
        );

        Assert.That(exitCode, Is.EqualTo(2), output);
        Assert.That(Directory.Exists(_workspace.Output), Is.False);
    }

    [Test]
    public async Task Help_names_the_options()
    {
        var (exitCode, output) = await ExampleProcess.RunAsync("QuickStart", _workspace.Root, ["--help"]);

        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.Contain("--input").And.Contains("--output").And.Contains("--fail-at"));
    }

    [Test]
    public async Task Switched_off_it_does_its_work_all_the_same()
    {
        AddAlphaAndBeta();
        var (exitCode, output) = await RunAsync([], ("OTEL_SDK_DISABLED", "true"));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("No run was seen."));
        Assert.That(Result("coverage.csv"), Does.Contain("Alpha,4,2"));

        (exitCode, output) = await RunAsync(["--fail-at", "parse"], ("OtelPipeline__Enabled", "false"));
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("Node 'parse' was told to fail"));
    }

    [Test]
    [Platform("Unix")]
    public async Task Ctrl_C_cancels_the_run_and_everything_is_written()
    {
        AddAlphaAndBeta();
        await using var endless = _workspace.AddEndless("Endless.xml");
        using var process = Start();
        await process.WaitForOutputAsync("read ...");
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
        await using var endless = _workspace.AddEndless("Endless.xml");
        using var process = Start();
        await process.WaitForOutputAsync("read ...");
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

    [Test]
    public async Task Over_OTLP_go_the_same_spans_logs_and_points_as_into_the_files()
    {
        AddAlphaAndBeta();
        await using var receiver = await OtlpReceiver.StartAsync();
        var (exitCode, output) = await RunAsync(
            [],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        );
        Assert.That(exitCode, Is.Zero, output);
        var files = JsonLines.Read(_workspace.Output);

        Assert.That(Lines(receiver.Received.Spans), Is.EqualTo(Lines(files.Spans)));
        Assert.That(Lines(receiver.Received.Logs), Is.EqualTo(Lines(files.Logs)));
        Assert.That(files.Spans, Has.Count.EqualTo(7));

        // what .NET itself measures goes on between the two collections
        Assert.That(Lines(receiver.Received.Points.Where(IsOwn)), Is.EqualTo(Lines(files.Points.Where(IsOwn))));
        Assert.That(files.Points.Count(IsOwn), Is.GreaterThan(20));
    }

    private static bool IsOwn(PointItem point) => point.Scope == "OtelPipeline";

    private static string Lines<T>(IEnumerable<T> items) =>
        string.Join('\n', items.Select(i => i!.ToString()).Order(StringComparer.Ordinal));

    private static string Unwrapped(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private void AddAlphaAndBeta() =>
        _workspace
            .Add(
                "Alpha.xml",
                "Alpha",
                ("T:Alpha.One", "<summary>\n  Hello world.\n</summary>"),
                ("M:Alpha.One.Go", "<param name=\"a\">abc</param>"),
                ("F:Alpha.One.X", "<inheritdoc/>"),
                ("P:Alpha.One.Y", "<summary> </summary>")
            )
            .Add("sub/Beta.xml", "Beta", ("M:Beta.B.Go(System.Int32,System.Int32)", "<summary>See <see cref=\"T:X\"/> now</summary>"));

    private string Result(string name) => File.ReadAllText(Path.Combine(_workspace.Output, "results", name));

    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    private Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Key, string Value)[] environment) =>
        ExampleProcess.RunAsync(
            "QuickStart",
            _workspace.Root,
            ["--input", _workspace.Input, "--output", _workspace.Output, .. arguments],
            environment
        );

    private ExampleProcess Start() =>
        ExampleProcess.Start("QuickStart", _workspace.Root, ["--input", _workspace.Input, "--output", _workspace.Output]);
}
