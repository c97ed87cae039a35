using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>Random programs: the spans of a run form the tree, and their links the DAG, of the code that ran.</summary>
internal sealed class DagTests
{
    [Test]
    public void The_spans_of_a_run_form_the_dag_of_the_code()
    {
        Prop.ForAll(
                Gen.Sized(size => Children(Math.Min(size, 12) / 2)).ToArbitrary(),
                children =>
                {
                    var root = new Step("root", Form.Delegate, false, [], children);
                    var expected = new SortedSet<string>(StringComparer.Ordinal);
                    using var recorder = new Recorder();
                    new Pipeline("p", null, recorder).RunAsync(run => Execute(run, root, "run p", expected)).GetAwaiter().GetResult();
                    var names = recorder.Spans.ToDictionary(static s => s.SpanId, static s => s.DisplayName);
                    var actual = new SortedSet<string>(StringComparer.Ordinal);
                    foreach (var span in recorder.Spans.Where(static s => s.ParentSpanId != default))
                    {
                        actual.Add($"{span.DisplayName} in {names[span.ParentSpanId]}");
                        foreach (var link in span.Links)
                            actual.Add($"{span.DisplayName} after {names[link.Context.SpanId]}");
                    }

                    Assert.That(actual, Is.EqualTo(expected));
                    Assert.That(recorder.Named(PipelineEvents.RunWarning), Is.Empty);
                    Assert.That((Activity.Current, PipelineRun.Current), Is.EqualTo(((Activity?)null, (PipelineRun?)null)));
                }
            )
            .Check(Config.QuickThrowOnFailure);
    }

    private enum Form
    {
        Delegate,
        Handle,
        HandleEndedElsewhere,
    }

    private sealed record Step(string Name, Form Form, bool Yields, int[] DependsOn, Step[] Children);

    // siblings run in parallel where they are delegates; each may depend on those before it
    private static Gen<Step[]> Children(int depth)
    {
        if (depth == 0)
            return Gen.Constant(Array.Empty<Step>());
        var step =
            from form in Gen.Elements(Form.Delegate, Form.Delegate, Form.Handle, Form.HandleEndedElsewhere)
            from yields in Gen.Elements(true, false)
            from dependsOn in Gen.ArrayOf(Gen.Choose(0, 3), 2)
            from children in Children(depth / 2)
            select new Step("", form, yields, dependsOn, children);
        return from count in Gen.Choose(0, 4) from steps in Gen.ArrayOf(step, count) select steps;
    }

    private static async Task Execute(PipelineScope scope, Step step, string scopeName, SortedSet<string> expected)
    {
        if (step.Yields)
            await Task.Yield();
        var parallel = new List<Task>();
        var started = new List<string>();
        for (var i = 0; i < step.Children.Length; i++)
        {
            var child = step.Children[i] with { Name = $"{step.Name}.{i}" };
            var dependsOn = child.DependsOn.Where(d => d < started.Count).Select(d => started[d]).Distinct().ToArray();
            lock (expected)
            {
                expected.Add($"node {child.Name} in {scopeName}");
                expected.UnionWith(dependsOn.Select(d => $"node {child.Name} after node {d}"));
            }

            if (child.Form == Form.Delegate)
            {
                parallel.Add(
                    scope.NodeAsync(child.Name, NodeType.Transform, node => Execute(node, child, "node " + child.Name, expected), dependsOn)
                );
            }
            else
            {
                var node = scope.StartNode(child.Name, NodeType.Transform, dependsOn);
                await Execute(node, child, "node " + child.Name, expected);
                if (child.Form == Form.Handle)
                    node.Complete();
                else
                    await Task.Run(node.Complete);
            }

            started.Add(child.Name);
        }

        await Task.WhenAll(parallel);
    }
}
