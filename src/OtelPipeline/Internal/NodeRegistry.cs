using System.Diagnostics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>Which nodes have started in one scope, so that later ones can link to them.</summary>
internal sealed class NodeRegistry(int nameLimit)
{
    // the SDK's default limit of links on a span
    private const int LinksPerName = 128;

    private static readonly ActivityTagsCollection s_dependsOn = new([new(PipelineAttributes.LinkType, "depends_on")]);

    private readonly Dictionary<string, Queue<ActivityContext>?> _started = new(StringComparer.Ordinal);

    /// <summary>Notes that a node has started; with its span, if it has one.</summary>
    public void Add(string name, Activity? activity)
    {
        lock (_started)
        {
            if (!_started.TryGetValue(name, out var contexts))
            {
                if (_started.Count >= nameLimit)
                    return;
                _started.Add(name, null);
            }

            if (activity is null)
                return;
            if (contexts is null)
                _started[name] = contexts = new Queue<ActivityContext>();
            else if (contexts.Count == LinksPerName)
                contexts.Dequeue();
            contexts.Enqueue(activity.Context);
        }
    }

    /// <summary>Adds a link to each execution of a node; false where none has started, as far as is known.</summary>
    public bool TryLink(string name, List<ActivityLink> links)
    {
        lock (_started)
        {
            if (!_started.TryGetValue(name, out var contexts))
                return _started.Count >= nameLimit;
            foreach (var context in contexts ?? [])
                links.Add(new ActivityLink(context, s_dependsOn));
            return true;
        }
    }
}
