using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using OtelPipeline.Testing;
using EventLog = OtelPipeline.Internal.EventLog;

namespace OtelPipeline.Tests;

/// <summary>What a run knows of itself and hands on: references, child processes, configuration, checks.</summary>
internal sealed class RunTests
{
    private Recorder _recorder = null!;
    private Pipeline _pipeline = null!;

    [SetUp]
    public void Record()
    {
        _recorder = new Recorder();
        _pipeline = new Pipeline("p", null, _recorder);
    }

    [TearDown]
    public void Stop()
    {
        Traces.Inherited = null;
        EventLog.Default = null;
        _recorder.Dispose();
    }

    [Test]
    public async Task A_resumed_run_links_to_the_earlier_one_and_counts_on()
    {
        var reference = "";
        var first = await _pipeline.RunAsync(run => Task.FromResult((run.Reference.ToString(), run.Id, run.Attempt)));
        reference = first.Item1;
        var second = await _pipeline.RunAsync(
            run => Task.FromResult((run.Reference, run.Id, run.Attempt)),
            resumeFrom: RunReference.Parse(reference)
        );
        var third = await _pipeline.RunAsync(run => Task.FromResult(run.Attempt), options: new() { ResumeFrom = second.Reference });
        var spans = _recorder.Spans;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Attempt, second.Attempt, third), Is.EqualTo((1, 2, 3)));
            Assert.That(second.Id, Is.Not.EqualTo(first.Id));
            Assert.That(spans[1].Links.Single().Context.SpanId, Is.EqualTo(spans[0].SpanId));
            Assert.That(spans[1].Links.Single().Tags!.Single().Value, Is.EqualTo("resumed_from"));
            Assert.That(spans[1].TraceId, Is.Not.EqualTo(spans[0].TraceId));
            Assert.That(
                spans.Select(static s => s.GetTagItem(PipelineAttributes.RunTrigger)),
                Is.EqualTo((string[])["manual", "retry", "retry"])
            );
        }
    }

    [Test]
    public async Task The_id_of_a_run_is_a_uuid_of_version_7_and_its_own()
    {
        var ids = new HashSet<string>();
        for (var i = 0; i < 100; i++)
            ids.Add(await _pipeline.RunAsync(static run => Task.FromResult(run.Id)));
        Assert.That(ids, Has.Count.EqualTo(100));
        Assert.That(ids.Select(static id => Guid.Parse(id).Version), Is.All.EqualTo(7));
    }

    [Test]
    public async Task Trigger_interval_and_kind_are_on_the_span()
    {
        var from = new DateTimeOffset(2026, 1, 2, 5, 0, 0, TimeSpan.FromHours(2));
        var pipeline = new Pipeline("k", new PipelineOptions { RunKind = ActivityKind.Consumer, Type = PipelineType.Stream }, _recorder);
        await pipeline.RunAsync(
            _ => Task.CompletedTask,
            options: new RunOptions
            {
                Trigger = RunTrigger.Backfill,
                DataIntervalStart = from,
                DataIntervalEnd = from.AddHours(1.5),
            }
        );
        var span = _recorder.Span("run k");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(span.Kind, Is.EqualTo(ActivityKind.Consumer));
            Assert.That(span.GetTagItem(PipelineAttributes.PipelineKind), Is.EqualTo("stream"));
            Assert.That(span.GetTagItem(PipelineAttributes.RunTrigger), Is.EqualTo("backfill"));
            Assert.That(span.GetTagItem(PipelineAttributes.RunDataIntervalStart), Is.EqualTo("2026-01-02T03:00:00Z"));
            Assert.That(span.GetTagItem(PipelineAttributes.RunDataIntervalEnd), Is.EqualTo("2026-01-02T04:30:00Z"));
        }
    }

    [Test]
    public async Task A_child_process_gets_the_trace_and_the_run_and_continues_them()
    {
        var info = new ProcessStartInfo();
        var run = await _pipeline.RunAsync(async run =>
        {
            await run.NodeAsync("call", NodeType.Control, node => node.Environment(info));
            return run;
        });
        var call = _recorder.Span("node call");
        Assert.That(info.Environment["TRACEPARENT"], Is.EqualTo($"00-{call.TraceId}-{call.SpanId}-01"));
        Assert.That(info.Environment["BAGGAGE"], Is.EqualTo("pipeline.run.id=" + run.Id));

        // what UsePipelineInstrumentation does with them in the child
        ActivityContext.TryParse(info.Environment["TRACEPARENT"], null, isRemote: true, out var context);
        Traces.Inherited = new RemoteParent(context, run.Id);
        var child = await new Pipeline("child", null, _recorder).RunAsync(async r =>
        {
            var nested = await new Pipeline("nested", null, _recorder).RunAsync(static n => Task.FromResult(n.Id));
            Assert.That(nested, Is.Not.EqualTo(r.Id));
            return r.Id;
        });
        Assert.That(child, Is.EqualTo(run.Id));
        Assert.That(
            (_recorder.Span("run child").TraceId, _recorder.Span("run child").ParentSpanId),
            Is.EqualTo((call.TraceId, call.SpanId))
        );
    }

    [Test]
    public async Task Configuration_is_written_without_secrets()
    {
        await _pipeline.RunAsync(run =>
        {
            run.Configuration(
                new
                {
                    BatchSize = 500,
                    ConnectionString = "Server=db;Password=hunter2",
                    Source = new Uri("https://bob:hunter2@files.example/in?sig=hunter2"),
                    Note = "uses password=hunter2, as ever",
                    Nested = new { ApiKey = "hunter2" },
                    Hosts = (string[])["a", "https://b.example/?token=hunter2"],
                    Empty = (string?)null,
                    Long = new string('x', 5_000),
                }
            );
            run.Configuration(new Dictionary<string, int> { ["retries"] = 3, ["pwd"] = 1234 });
            run.Configuration(Enumerable.Range(0, 1_000).ToDictionary(static i => "key" + i, static i => (object?)i));
            return Task.CompletedTask;
        });
        var events = _recorder.Named(PipelineEvents.RunConfig).ToList();
        var first = events[0].Attributes;
        using (Assert.EnterMultipleScope())
        {
            var all = string.Join(
                '\n',
                first.Select(static a => $"{a.Key}={(a.Value is string[] many ? string.Join(',', many) : a.Value)}")
            );
            Assert.That(all, Does.Not.Contain("hunter2"));
            Assert.That(first["pipeline.config.BatchSize"], Is.EqualTo(500));
            Assert.That(first["pipeline.config.ConnectionString"], Is.EqualTo("***"));
            Assert.That(first["pipeline.config.Source"], Is.EqualTo("https://files.example/in"));
            Assert.That(first["pipeline.config.Hosts"], Is.EqualTo((string[])["a", "https://b.example/"]));
            Assert.That(first["pipeline.config.Long"], Has.Length.EqualTo(1_027));
            Assert.That(first, Does.Not.ContainKey("pipeline.config.Empty"));
            Assert.That(
                (events[1].Attributes["pipeline.config.retries"], events[1].Attributes["pipeline.config.pwd"]),
                Is.EqualTo(((object)3, (object)"***"))
            );
            Assert.That(
                events[2].Attributes.Keys.Count(static k => k.StartsWith("pipeline.config.", StringComparison.Ordinal)),
                Is.EqualTo(256)
            );
            Assert.That(events[2].Message, Does.Contain("more than 256"));
        }
    }

    private static IEnumerable<TestCaseData> Thresholds()
    {
        var most = CheckThreshold.AtMost(fail: 5, warn: 2);
        var least = CheckThreshold.AtLeast(fail: 2, warn: 5);
        yield return new(most, 2.0, CheckResult.Pass, 5.0);
        yield return new(most, 2.1, CheckResult.Warn, 2.0);
        yield return new(most, 5.0, CheckResult.Warn, 2.0);
        yield return new(most, 5.1, CheckResult.Fail, 5.0);
        yield return new(most, double.NaN, CheckResult.Fail, 5.0);
        yield return new(least, 5.0, CheckResult.Pass, 2.0);
        yield return new(least, 4.9, CheckResult.Warn, 5.0);
        yield return new(least, 1.9, CheckResult.Fail, 2.0);
        yield return new(CheckThreshold.AtMost(0), 0.0, CheckResult.Pass, 0.0);
        yield return new(CheckThreshold.AtMost(0), 1.0, CheckResult.Fail, 0.0);
    }

    [TestCaseSource(nameof(Thresholds))]
    public async Task A_threshold_judges_and_the_event_tells_the_limit(
        CheckThreshold threshold,
        double actual,
        CheckResult expected,
        double limit
    )
    {
        await _pipeline.RunAsync(run =>
        {
            Assert.That(run.Check("c", actual, threshold), Is.EqualTo(expected));
            return Task.CompletedTask;
        });
        var written = _recorder.Named(PipelineEvents.CheckResult).Single();
        var level = expected switch
        {
            CheckResult.Pass => LogLevel.Information,
            CheckResult.Warn => LogLevel.Warning,
            _ => LogLevel.Error,
        };
        Assert.That((written.Level, written.Attributes[PipelineAttributes.CheckLimit]), Is.EqualTo((level, (object)limit)));
    }

    [TestCase(CheckSeverity.Error, CheckResult.Fail)]
    [TestCase(CheckSeverity.Warning, CheckResult.Warn)]
    public async Task The_severity_decides_what_not_passing_means(CheckSeverity severity, CheckResult expected)
    {
        await _pipeline.RunAsync(async run =>
        {
            Assert.That(run.Check("c", passed: false, severity: severity), Is.EqualTo(expected));
            Assert.That(await run.CheckAsync("c", _ => Task.FromResult(false), severity), Is.EqualTo(expected));
        });
        Assert.That(
            _recorder.Of(PipelineMetrics.Checks).Select(static m => m[PipelineAttributes.CheckResult]).Distinct().Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task A_cancelled_check_is_no_error()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await OutcomeTests.Caught(_pipeline.RunAsync(r => r.CheckAsync("c", Task.FromCanceled<bool>), stop.Token));
        Assert.That(_recorder.Of(PipelineMetrics.Checks), Is.Empty);
        Assert.That(_recorder.Span("check c").Status, Is.EqualTo(ActivityStatusCode.Unset));
    }

    [Test]
    public async Task Events_go_to_the_registered_logger_where_the_pipeline_has_none()
    {
        EventLog.Default = _recorder;
        await new Pipeline("bare").RunAsync(_ => Task.CompletedTask);
        Assert.That(_recorder.Events.Select(static e => e.Id), Is.EqualTo((EventId[])[PipelineEvents.RunStart, PipelineEvents.RunEnd]));
    }

    [Test]
    public async Task Only_levels_that_are_enabled_are_written()
    {
        _recorder.MinimumLevel = LogLevel.Error;
        await OutcomeTests.Caught(
            _pipeline.RunAsync(run => run.NodeAsync("n", NodeType.Source, (Action<PipelineNode>)(static _ => throw new IOException())))
        );
        Assert.That(
            _recorder.Events.Select(static e => e.Id),
            Is.EqualTo((EventId[])[PipelineEvents.NodeException, PipelineEvents.RunEnd])
        );
    }

    [Test]
    public async Task An_item_inside_a_node_names_both_on_its_events()
    {
        await OutcomeTests.Caught(
            _pipeline.RunAsync(run =>
                run.NodeAsync(
                    "fetch",
                    NodeType.Source,
                    node => node.ItemAsync("doi:1", _ => Task.FromException(new IOException("gone")), "pdf")
                )
            )
        );
        var attributes = _recorder.Named(PipelineEvents.NodeException).Single().Attributes;
        Assert.That(
            (attributes[PipelineAttributes.ItemId], attributes[PipelineAttributes.NodeName]),
            Is.EqualTo(((object?)"doi:1", (object?)"fetch"))
        );
        Assert.That(_recorder.Span("item p").GetTagItem(PipelineAttributes.ItemResult), Is.EqualTo("failure"));
    }

    [Test]
    public async Task Caller_information_can_be_left_out()
    {
        await _pipeline.RunAsync(run => run.NodeAsync("with", NodeType.Source, static _ => { }));
        var quiet = new Pipeline("quiet", new PipelineOptions { RecordCallerInfo = false }, _recorder);
        await quiet.RunAsync(run => run.NodeAsync("without", NodeType.Source, static _ => { }));
        var with = _recorder.Span("node with");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(with.GetTagItem(PipelineAttributes.CodeFunctionName), Is.EqualTo(nameof(Caller_information_can_be_left_out)));
            Assert.That(with.GetTagItem(PipelineAttributes.CodeFilePath), Is.EqualTo("test/OtelPipeline.Tests/RunTests.cs"));
            Assert.That(with.GetTagItem(PipelineAttributes.CodeLineNumber), Is.InstanceOf<int>());
            Assert.That(_recorder.Span("node without").TagObjects.Select(static t => t.Key), Has.None.StartsWith("code."));
        }
    }
}
