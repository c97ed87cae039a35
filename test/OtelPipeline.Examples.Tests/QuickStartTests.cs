namespace OtelPipeline.Examples.Tests;

[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class QuickStartTests : IDisposable
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

    [TestCase("--fail-at", "nowhere")]
    [TestCase("--unknown", "option")]
    [TestCase("--format", "csv")]
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
        Assert.That(output, Does.Contain("--input").And.Contains("--output").And.Contains("--format").And.Contains("--fail-at"));
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
