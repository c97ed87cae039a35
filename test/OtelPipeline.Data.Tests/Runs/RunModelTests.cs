using OtelPipeline.Data.Runs;

namespace OtelPipeline.Data.Tests.Runs;

public sealed class RunModelTests
{
    private static readonly RunStory s_etl = new RunStory("r1")
        .Run(0, 10, "success", ("pipeline.run.attempt", 2), ("pipeline.run.trigger", "schedule"), ("pipeline.run.warning.count", 1))
        .Node("load", 0, 4, type: "source", counts: [("records.read", 100L), ("io.read", 4_000L), ("memory.peak", 500L)])
        .Node("clean", 4, 5, dependsOn: ["load"], counts: [("records.read", 100L), ("records.written", 90L), ("records.rejected", 10L)])
        .Node("audit", 4, 1, dependsOn: ["load"], type: "check")
        .Node("publish", 9, 1, dependsOn: ["clean", "audit"], type: "sink", counts: [("records.written", 90L), ("memory.peak", 700L)])
        .Warning(5, "10 rows had no key", "clean")
        .Check(4.5, "no_nulls", "pass", 0, 0, "audit");

    [Test]
    public void A_run_is_built_from_its_spans_and_events()
    {
        var run = s_etl.Build();

        Assert.Multiple(() =>
        {
            Assert.That((run.Id, run.Pipeline, run.Result, run.HasEnded), Is.EqualTo(("r1", "etl", "success", true)));
            Assert.That((run.Start, run.Duration), Is.EqualTo((RunStory.At(0), TimeSpan.FromSeconds(10))));
            Assert.That((run.Attempt, run.Trigger, run.TraceId), Is.EqualTo((2, "schedule", RunStory.Trace)));
            Assert.That(run.Nodes.Select(n => n.Name), Is.EqualTo(new[] { "load", "audit", "clean", "publish" }));
            Assert.That((run.RecordsRead, run.RecordsWritten, run.RecordsRejected, run.BytesRead), Is.EqualTo((200L, 180L, 10L, 4_000L)));
            Assert.That((run.RecordsPerSecond, run.BytesPerSecond), Is.EqualTo((20.0, 400.0)));
            Assert.That(run.PeakMemory, Is.EqualTo(700));
            Assert.That(run.Slowest?.Name, Is.EqualTo("clean"));
            Assert.That(run.CriticalPath.Select(s => s.Node), Is.EqualTo(new[] { "load", "clean", "publish" }));
            Assert.That(run.CriticalPathDuration, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(run.Warnings.Single(), Is.EqualTo(new RunMessage(RunStory.At(5), "10 rows had no key", null, "clean")));
            Assert.That(run.Checks.Single(), Is.EqualTo(new CheckInfo("no_nulls", "pass", 0, 0, "audit", 0)));
            Assert.That((run.WarningCount, run.ErrorCount), Is.EqualTo((1L, 0L)));
        });
    }

    [Test]
    public void A_node_says_what_it_did_and_on_what_it_depends()
    {
        var run = s_etl.Build();
        var clean = run.Nodes.Single(n => n.Name == "clean");
        var publish = run.Nodes.Single(n => n.Name == "publish");

        Assert.Multiple(() =>
        {
            Assert.That((clean.Type, clean.Result, clean.Executions, clean.Active), Is.EqualTo(("transform", "success", 1L, 0L)));
            Assert.That((clean.Start, clean.End, clean.Duration), Is.EqualTo((RunStory.At(4), RunStory.At(9), TimeSpan.FromSeconds(5))));
            Assert.That((clean.RecordsRead, clean.RecordsWritten, clean.RecordsRejected), Is.EqualTo((100L, 90L, 10L)));
            Assert.That(clean.RecordsPerSecond, Is.EqualTo(20));
            Assert.That(clean.DependsOn, Is.EqualTo(new[] { "load" }));
            Assert.That(publish.DependsOn, Is.EqualTo(new[] { "clean", "audit" }));
            Assert.That(publish.RecordsPerSecond, Is.EqualTo(90), "the larger of read and written counts");
        });
    }

    [Test]
    public void The_order_in_which_spans_and_events_come_does_not_matter()
    {
        var expected = s_etl.Build();
        for (var seed = 0; seed < 50; seed++)
            Assert.That(RunStory.Text(s_etl.Build(new Random(seed))), Is.EqualTo(RunStory.Text(expected)), $"seed {seed}");
    }

    // of most of them the model packs what it knows of nodes, again and again
    [TestCase(0)]
    [TestCase(RunModel.MaxExecutions)]
    public void Many_runs_at_once_are_what_each_is_alone(int maxExecutions)
    {
        string[] results = ["success", "failure", "skip", "timeout"];
        var random = new Random(7);
        var stories = Enumerable.Range(0, 100).Select(i => new RunStory($"run-{i}").Run(i, 10 + i, results[i % 4])).ToList();
        for (var n = 0; n < 1_000; n++)
        {
            var node = random.Next(8);
            stories[random.Next(stories.Count)]
                .Node(
                    $"node-{node}",
                    n * 0.1,
                    random.NextDouble() * 10,
                    result: results[random.Next(4)],
                    type: node % 2 == 0 ? "source" : "sink",
                    counts: [("records.read", random.NextInt64(1L << random.Next(40))), ("memory.peak", random.NextInt64(1_000))]
                )
                .NodeStarts(random.Next(100), "node-0")
                .Event(1, "pipeline.node.retry", ("pipeline.node.name", "node-1"));
        }

        var together = new RunModel(100, maxExecutions);
        RunStory.AddAll(together, stories, random);

        foreach (var story in stories)
        {
            var alone = new RunModel(1, maxExecutions);
            story.AddTo(alone);
            var expected = alone.Runs.Single();
            Assert.That(RunStory.Text(together.Find(expected.Id)!), Is.EqualTo(RunStory.Text(expected)));
        }

        Assert.That(together.EnumerateRuns().Select(RunStory.Text), Is.EqualTo(together.Runs.Select(RunStory.Text)));
    }

    [Test]
    public void Executions_of_one_node_add_up_and_the_worst_result_stands()
    {
        var run = new RunStory("r1")
            .Node("read", 0, 2, counts: [("records.read", 5L)])
            .Node("read", 1, 3, result: "failure", counts: [("records.read", 7L)])
            .Node("read", 2, 1, result: "skip")
            .Build();
        var read = run.Nodes.Single();

        Assert.Multiple(() =>
        {
            Assert.That((read.Executions, read.Duration, read.Result), Is.EqualTo((3L, TimeSpan.FromSeconds(6), "failure")));
            Assert.That((read.Start, read.End, read.RecordsRead), Is.EqualTo((RunStory.At(0), RunStory.At(4), 12L)));
            Assert.That(
                read.ExecutionDurations,
                Is.EquivalentTo(new[] { TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1) })
            );
        });
    }

    [Test]
    public void A_killed_run_is_seen_from_its_start_events_alone()
    {
        var run = new RunStory("r1").Event(0, "pipeline.run.start", ("pipeline.run.trigger", "event")).NodeStarts(1, "load").Build();

        Assert.Multiple(() =>
        {
            Assert.That((run.Result, run.HasEnded, run.Trigger), Is.EqualTo((null as string, false, "event")));
            Assert.That((run.Start, run.Duration), Is.EqualTo((RunStory.At(0), TimeSpan.FromSeconds(1))));
            Assert.That(run.TraceId, Is.EqualTo(RunStory.Trace));
            Assert.That(
                (run.Nodes.Single().Name, run.Nodes.Single().Active, run.Nodes.Single().Result),
                Is.EqualTo(("load", 1L, null as string))
            );
            Assert.That((run.Slowest, run.CriticalPath.Count), Is.EqualTo((null as NodeInfo, 0)));
        });
    }

    [Test]
    public void Events_alone_tell_of_a_run_that_was_sampled_out()
    {
        var run = s_etl.Build(spans: false);

        Assert.Multiple(() =>
        {
            Assert.That((run.Result, run.Duration, run.WarningCount), Is.EqualTo(("success", TimeSpan.FromSeconds(10), 1L)));
            Assert.That(run.Nodes.Select(n => n.Name), Is.EquivalentTo(new[] { "load", "clean", "audit", "publish" }));
            Assert.That(run.Slowest?.Name, Is.EqualTo("clean"));
            Assert.That(run.RecordsRead, Is.EqualTo(200));
        });
    }

    [Test]
    public void Spans_alone_tell_of_a_run_whose_events_are_missing()
    {
        var run = new RunStory("r1")
            .Run(0, 3, "failure", ("pipeline.run.error.count", 1))
            .Node("outer", 0, 3, result: "failure", error: "disk full")
            .Node("inner", 1, 2, result: "failure", error: "disk full", inside: "outer")
            .Build(events: false);

        Assert.That(run.Result, Is.EqualTo("failure"));
        Assert.That(run.ErrorCount, Is.EqualTo(1));
        Assert.That(run.Errors.Single().Message, Does.EndWith("failed: disk full"));
    }

    [Test]
    public void Errors_come_from_the_exception_events()
    {
        var run = new RunStory("r1")
            .Node("load", 0, 1, result: "failure", error: "no such host")
            .Event(
                1,
                "pipeline.node.exception",
                "node load failed: no such host",
                ("pipeline.node.name", "load"),
                ("error.type", "System.IO.IOException")
            )
            .Build();

        Assert.That(
            run.Errors.Single(),
            Is.EqualTo(new RunMessage(RunStory.At(1), "node load failed: no such host", "System.IO.IOException", "load"))
        );
    }

    [Test]
    public void The_last_result_of_a_check_counts_and_failed_ones_are_warnings()
    {
        var run = new RunStory("r1")
            .Check(1, "null_ratio", "fail", 0.5, 0.1, "clean")
            .Check(2, "null_ratio", "warn", 0.2, 0.1, "clean")
            .Build();

        Assert.That(run.Checks.Single(), Is.EqualTo(new CheckInfo("null_ratio", "warn", 0.2, 0.1, "clean", 0)));
        Assert.That(run.WarningCount, Is.EqualTo(2));
    }

    [Test]
    public void A_partition_that_passes_does_not_hide_one_that_failed()
    {
        var run = new RunStory("r1")
            .Check(1, "headcount", "pass", 90, 80, "verify", "2030")
            .Check(2, "headcount", "fail", 70, 80, "verify", "2031")
            .Check(3, "headcount", "pass", 91, 80, "verify", "2032")
            .Build();

        Assert.That(run.Checks.Single(), Is.EqualTo(new CheckInfo("headcount", "fail", 70, 80, "verify", 0)));
        Assert.That(run.WarningCount, Is.EqualTo(1));
    }

    [Test]
    public void Of_two_processes_that_share_a_run_the_outer_one_says_how_it_ended()
    {
        var run = new RunStory("r1").Run(1, 2, "failure").Run(0, 5, "success").Build();

        Assert.That((run.Result, run.Duration), Is.EqualTo(("success", TimeSpan.FromSeconds(5))));
    }

    [Test]
    public void Retries_are_counted()
    {
        var run = new RunStory("r1").Event(1, "pipeline.node.retry", ("pipeline.node.name", "load")).Node("load", 0, 2).Build();

        Assert.That(run.Nodes.Single().Retries, Is.EqualTo(1));
    }

    [Test]
    public void What_carries_no_run_id_or_odd_values_does_no_harm()
    {
        var model = new RunModel();
        model.Add(new SpanView("GET /", RunStory.Trace, "01", null, RunStory.At(0), TimeSpan.Zero, false, null, _ => null, []));
        model.Add(new EventView("", RunStory.At(0), 0, null, null, _ => null));
        Assert.That(model.Runs, Is.Empty);

        new RunStory("r1")
            .Node("n", 0, -1, counts: [("records.read", "many"), ("records.written", -5L), ("io.read", double.NaN), ("io.written", 3.0)])
            .Event(1, "pipeline.run.end", ("pipeline.run.duration", double.PositiveInfinity), ("pipeline.run.result", "success"))
            .AddTo(model);
        var node = model.Latest!.Nodes.Single();
        Assert.That((node.RecordsRead, node.RecordsWritten, node.BytesRead, node.BytesWritten), Is.EqualTo((0L, 0L, 0L, 3L)));
    }

    [Test]
    public void The_oldest_ended_run_is_forgotten_first_and_counted()
    {
        var model = new RunModel(maxRuns: 2);
        new RunStory("running").Event(0, "pipeline.run.start").AddTo(model);
        new RunStory("first").Run(1, 1, "success").AddTo(model);
        new RunStory("second").Run(3, 1, "success").AddTo(model);

        Assert.That(model.Runs.Select(r => r.Id), Is.EqualTo(new[] { "running", "second" }));
        Assert.That((model.ForgottenRuns, model.Latest?.Id, model.Find("first")), Is.EqualTo((1L, "second", null as RunInfo)));

        new RunStory("third").Event(5, "pipeline.run.start").AddTo(model);
        new RunStory("fourth").Event(6, "pipeline.run.start").AddTo(model);
        Assert.That(model.Runs.Select(r => r.Id), Is.EqualTo(new[] { "third", "fourth" }), "where none has ended, the oldest goes");
        Assert.That(() => new RunModel(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void One_run_stays_within_its_limits()
    {
        var model = new RunModel();
        var story = new RunStory("r1");
        for (var i = 0; i < RunModel.MaxMessages + 5; i++)
            story.Warning(i, new string('w', 10_000), null);
        for (var i = 0; i < RunModel.MaxNodes + 5; i++)
            story.Node($"n{i}", 0, 1);
        for (var i = 0; i < RunModel.MaxChecks + 5; i++)
            story.Check(0, $"c{i}", "pass", 0, 0, null);
        story.AddTo(model, events: true, spans: true);
        var run = model.Latest!;

        Assert.Multiple(() =>
        {
            Assert.That((run.Warnings.Count, run.WarningCount), Is.EqualTo((RunModel.MaxMessages, RunModel.MaxMessages + 5L)));
            Assert.That(run.Warnings.Max(w => w.Message.Length), Is.EqualTo(4_096));
            Assert.That((run.Nodes.Count, run.OmittedNodes), Is.EqualTo((RunModel.MaxNodes, 5L)));
            Assert.That(run.Checks, Has.Count.EqualTo(RunModel.MaxChecks));
        });
    }

    [Test]
    public void Executions_past_the_limit_still_count()
    {
        var story = new RunStory("r1");
        for (var i = 0; i < RunModel.MaxExecutions + 10; i++)
            story.Node("n", i, 1);
        var node = story.Build(events: false).Nodes.Single();

        Assert.That(
            (node.Executions, node.Duration.TotalSeconds),
            Is.EqualTo((RunModel.MaxExecutions + 10L, RunModel.MaxExecutions + 10.0))
        );
        Assert.That(node.ExecutionDurations, Has.Count.EqualTo(RunModel.MaxExecutions));
    }

    [Test]
    public void It_can_be_read_while_others_write()
    {
        var model = new RunModel(maxRuns: 10);
        Parallel.For(
            0,
            200,
            i =>
            {
                new RunStory($"r{i}").Run(i, 1, "success").Node("a", i, 1).Node("b", i, 1, dependsOn: ["a"]).AddTo(model);
                Assert.That(model.Runs, Has.Count.LessThanOrEqualTo(10));
            }
        );
        Assert.That(model.Runs, Has.Count.EqualTo(10));
    }
}
