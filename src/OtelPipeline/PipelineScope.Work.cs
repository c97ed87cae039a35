using System.Diagnostics;
using System.Runtime.CompilerServices;
using OtelPipeline.Internal;

namespace OtelPipeline;

public abstract partial class PipelineScope
{
    /// <summary>Does one step of the work as a node and returns what <paramref name="body"/> returns.</summary>
    /// <remarks>
    /// The outcome follows from how the body ends, as for <see cref="Pipeline.RunAsync{T}"/>. Nodes may run in parallel and inside each other. A
    /// name used again is a further execution of the same node. Where nobody listens this is a plain call of the body.
    /// </remarks>
    /// <param name="name">Name of the node, of low cardinality.</param>
    /// <param name="type">What kind of work it does.</param>
    /// <param name="body">The work.</param>
    /// <param name="dependsOn">
    /// Names of the nodes of this run whose results it uses; each execution of them so far becomes a span link. A name that has not started
    /// is a warning of the run.
    /// </param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="body"/> is null.</exception>
    [OverloadResolutionPriority(2)]
    public Task<T> NodeAsync<T>(
        string name,
        NodeType type,
        Func<PipelineNode, Task<T>> body,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        CheckArguments(name, body);
        if (!Run.ObservesNodes)
            return Unobserved(body);
        return ExecuteAsync(NewNode(name, type, dependsOn, member, file, line), body);
    }

    /// <inheritdoc cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, Task{T}}, ReadOnlySpan{string}, string, string, int)"/>
    [OverloadResolutionPriority(2)]
    public Task NodeAsync(
        string name,
        NodeType type,
        Func<PipelineNode, Task> body,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        CheckArguments(name, body);
        if (!Run.ObservesNodes)
            return Unobserved(body);
        return ExecuteAsync(NewNode(name, type, dependsOn, member, file, line), body);
    }

    // without these two, a body that returns a ValueTask would be taken for one that does not wait, and its node would end too early
    /// <inheritdoc cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, Task{T}}, ReadOnlySpan{string}, string, string, int)"/>
    [OverloadResolutionPriority(1)]
    public Task<T> NodeAsync<T>(
        string name,
        NodeType type,
        Func<PipelineNode, ValueTask<T>> body,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return NodeAsync(name, type, AsTask(body), dependsOn, member, file, line);
    }

    /// <inheritdoc cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, Task{T}}, ReadOnlySpan{string}, string, string, int)"/>
    [OverloadResolutionPriority(1)]
    public Task NodeAsync(
        string name,
        NodeType type,
        Func<PipelineNode, ValueTask> body,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return NodeAsync(name, type, AsTask(body), dependsOn, member, file, line);
    }

    /// <summary>Does one step of the work, which does not wait for anything, as a node.</summary>
    /// <inheritdoc cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, Task{T}}, ReadOnlySpan{string}, string, string, int)"/>
    public Task<T> NodeAsync<T>(
        string name,
        NodeType type,
        Func<PipelineNode, T> body,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        CheckArguments(name, body);
        if (!Run.ObservesNodes)
        {
            try
            {
                return Task.FromResult(body(Run.UnobservedNode));
            }
            catch (Exception e)
            {
                return Task.FromException<T>(e);
            }
        }

        return ExecuteAsync(NewNode(name, type, dependsOn, member, file, line), Finished(body));
    }

    /// <inheritdoc cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, T}, ReadOnlySpan{string}, string, string, int)"/>
    public Task NodeAsync(
        string name,
        NodeType type,
        Action<PipelineNode> body,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        CheckArguments(name, body);
        if (!Run.ObservesNodes)
        {
            try
            {
                body(Run.UnobservedNode);
                return Task.CompletedTask;
            }
            catch (Exception e)
            {
                return Task.FromException(e);
            }
        }

        return ExecuteAsync(NewNode(name, type, dependsOn, member, file, line), Finished(body));
    }

    /// <summary>
    /// Starts a node for code that cannot nest; prefer <see cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, Task{T}}, ReadOnlySpan{string}, string, string, int)"/>.
    /// End it with <see cref="Complete"/> or <see cref="Fail"/>; disposed without either, its result is <see cref="PipelineResult.Error"/>, <c>abandoned</c>.
    /// </summary>
    /// <inheritdoc cref="NodeAsync{T}(string, NodeType, Func{PipelineNode, Task{T}}, ReadOnlySpan{string}, string, string, int)" path="/param"/>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public PipelineNode StartNode(
        string name,
        NodeType type,
        ReadOnlySpan<string> dependsOn = default,
        [CallerMemberName] string? member = null,
        [CallerFilePath] string? file = null,
        [CallerLineNumber] int line = 0
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Run.ObservesNodes)
            return Run.UnobservedNode;
        var node = NewNode(name, type, dependsOn, member, file, line);
        node.StartHandle();
        return node;
    }

    /// <summary>Processes one item (a download, a message batch) in a trace of its own that is linked to the run and sampled like it.</summary>
    /// <param name="id">Id of the item. It is on the span and on logs written meanwhile, never on a metric.</param>
    /// <param name="body">The work. Set <see cref="PipelineItem.Outcome"/> where success or failure does not say it.</param>
    /// <param name="type">Kind of item, of low cardinality, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is null or empty, or <paramref name="body"/> is null.</exception>
    public Task<T> ItemAsync<T>(string id, Func<PipelineItem, Task<T>> body, string? type = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(body);
        return ExecuteAsync(new PipelineItem(this, id, type), body);
    }

    /// <inheritdoc cref="ItemAsync{T}"/>
    public Task ItemAsync(string id, Func<PipelineItem, Task> body, string? type = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(body);
        return ExecuteAsync(new PipelineItem(this, id, type), body);
    }

    /// <summary>Starts an item for code that cannot nest; prefer <see cref="ItemAsync{T}"/>.</summary>
    /// <inheritdoc cref="ItemAsync{T}" path="/param"/>
    /// <exception cref="ArgumentException"><paramref name="id"/> is null or empty.</exception>
    public PipelineItem StartItem(string id, string? type = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var item = new PipelineItem(this, id, type);
        item.StartHandle();
        return item;
    }

    // in methods of their own: the compiler makes a closure where a method begins, also on paths that do not use it
    private static Func<PipelineNode, Task<T>> Finished<T>(Func<PipelineNode, T> body) => node => Task.FromResult(body(node));

    private static Func<PipelineNode, Task> Finished(Action<PipelineNode> body) =>
        node =>
        {
            body(node);
            return Task.CompletedTask;
        };

    private static Func<PipelineNode, Task<T>> AsTask<T>(Func<PipelineNode, ValueTask<T>> body) => node => body(node).AsTask();

    private static Func<PipelineNode, Task> AsTask(Func<PipelineNode, ValueTask> body) => node => body(node).AsTask();

    private static void CheckArguments(string name, Delegate body)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(body);
    }

    private PipelineNode NewNode(string name, NodeType type, ReadOnlySpan<string> dependsOn, string? member, string? file, int line) =>
        new(Run, this, Pipeline.Describe(new NodeKey(name, type, line, file), member), dependsOn.IsEmpty ? null : LinksTo(name, dependsOn));

    private ActivityLink[]? LinksTo(string name, ReadOnlySpan<string> dependsOn)
    {
        var links = new List<ActivityLink>(dependsOn.Length);
        foreach (var upstream in dependsOn)
        {
            var scope = this;
            while (scope is not null && (upstream is null || !scope.Nodes.TryLink(upstream, links)))
                scope = scope._parent;
            if (scope is null)
            {
                Warn(
                    $"Node '{name}' depends on '{upstream}', but no node of that name has started in run {Run.Id}: check the spelling, or start '{upstream}' first.",
                    "unknown_dependency"
                );
            }
        }

        return links.Count == 0 ? null : [.. links];
    }

    private Task<T> Unobserved<T>(Func<PipelineNode, Task<T>> body)
    {
        try
        {
            return body(Run.UnobservedNode);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    private Task Unobserved(Func<PipelineNode, Task> body)
    {
        try
        {
            return body(Run.UnobservedNode);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }
}
