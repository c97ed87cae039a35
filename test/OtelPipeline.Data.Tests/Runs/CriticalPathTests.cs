using OtelPipeline.Data.Runs;

namespace OtelPipeline.Data.Tests.Runs;

public sealed class CriticalPathTests
{
    [Test]
    public void Nodes_that_depend_on_nothing_stand_alone()
    {
        var run = new RunStory("r1").Node("a", 0, 2).Node("b", 2, 3).Build();

        Assert.That(Path(run), Is.EqualTo("b"));
    }

    [Test]
    public void Overlapping_time_counts_once()
    {
        var run = new RunStory("r1").Node("read", 0, 4).Node("parse", 1, 5, dependsOn: ["read"]).Build();

        Assert.That((Path(run), run.CriticalPathDuration), Is.EqualTo(("read > parse", TimeSpan.FromSeconds(6))));
    }

    [Test]
    public void A_node_that_holds_others_is_followed_by_the_chain_within_it()
    {
        var run = new RunStory("r1")
            .Node("load", 0, 10)
            .Node("fetch", 0, 3, inside: "load")
            .Node("unpack", 3, 6, inside: "load", dependsOn: ["fetch"])
            .Node("small", 0, 1, inside: "load")
            .Node("publish", 10, 1, dependsOn: ["unpack"])
            .Build();

        Assert.That(Path(run), Is.EqualTo("load > .fetch > .unpack > publish"), "a link into a node holds for the node");
        Assert.That(run.CriticalPathDuration, Is.EqualTo(TimeSpan.FromSeconds(11)));
        Assert.That(run.Slowest?.Name, Is.EqualTo("unpack"));
        Assert.That(run.Nodes.Single(n => n.Name == "fetch").Depth, Is.EqualTo(1));
    }

    [Test]
    public void Spans_between_two_nodes_are_looked_through()
    {
        var run = new RunStory("r1")
            .Node("load", 0, 10)
            .Span("attempt load", 0, 5, inside: "load")
            .Node("fetch", 1, 3, inside: "attempt load")
            .Build();

        Assert.That(Path(run), Is.EqualTo("load > .fetch"));
    }

    [Test]
    public void Files_that_claim_impossible_things_end_in_a_path_all_the_same()
    {
        var run = new RunStory("r1")
            .Node("a", 0, 1, inside: "b", dependsOn: ["b", "a"])
            .Node("b", 0, 1, inside: "a", dependsOn: ["a"])
            .Node("c", 0, 1, inside: "c", dependsOn: ["missing"])
            .Build();
        Assert.That(run.CriticalPath, Is.Not.Empty);

        var deep = new RunStory("r1").Node("n0", 0, 1);
        for (var i = 1; i < 500; i++)
            deep.Node($"n{i}", 0, 1, inside: $"n{i - 1}", dependsOn: [$"n{i / 2}"]);
        Assert.That(deep.Build().CriticalPath, Is.Not.Empty);
    }

    [Test]
    public void A_long_chain_is_no_problem()
    {
        var story = new RunStory("r1").Node("n0", 0, 1);
        for (var i = 1; i < 900; i++)
            story.Node($"n{i}", i, 1, dependsOn: [$"n{i - 1}"]);

        Assert.That(story.Build(events: false).CriticalPathDuration, Is.EqualTo(TimeSpan.FromSeconds(900)));
    }

    [Test]
    public void It_is_as_long_as_the_longest_of_all_chains()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var nodes = new List<(int Start, int Duration, int[] Upstream)>();
            var story = new RunStory("r1");
            for (var i = 0; i < 8; i++)
            {
                int[] upstream = [.. Enumerable.Range(0, i).Where(_ => random.Next(3) == 0)];
                var start = upstream.Length == 0 ? random.Next(5) : upstream.Max(u => nodes[u].Start + nodes[u].Duration) + random.Next(3);
                nodes.Add((start, 1 + random.Next(9), upstream));
                story.Node($"n{i}", start, nodes[i].Duration, dependsOn: [.. upstream.Select(u => $"n{u}")]);
            }

            int Longest(int i) => nodes[i].Duration + nodes[i].Upstream.Select(Longest).DefaultIfEmpty(0).Max();
            var run = story.Build();
            Assert.That(run.CriticalPathDuration.TotalSeconds, Is.EqualTo(nodes.Select((_, i) => Longest(i)).Max()), $"seed {seed}");
            Assert.That(
                run.CriticalPath.Sum(s => s.Duration.TotalSeconds),
                Is.EqualTo(run.CriticalPathDuration.TotalSeconds),
                $"seed {seed}"
            );
        }
    }

    private static string Path(RunInfo run) => string.Join(" > ", run.CriticalPath.Select(s => new string('.', s.Depth) + s.Node));
}
