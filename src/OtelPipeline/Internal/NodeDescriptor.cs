using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>Identifies the place in the code that describes a node.</summary>
internal readonly record struct NodeKey(string Name, NodeType Type, int Line, string? File)
{
    public override int GetHashCode() => HashCode.Combine(Name, (int)Type, Line);
}

/// <summary>What all executions of one node share, computed once.</summary>
internal sealed class NodeDescriptor
{
    public NodeDescriptor(Pipeline pipeline, NodeKey key, string? member)
    {
        Name = key.Name;
        SpanName = "node " + key.Name;
        AttemptSpanName = "attempt " + key.Name;
        Type = Words.Of(key.Type);
        MetricName = pipeline.Names.Fold(key.Name);
        var tags = new List<KeyValuePair<string, object?>>(6)
        {
            new(PipelineAttributes.PipelineName, pipeline.Name),
            new(PipelineAttributes.NodeName, Name),
            new(PipelineAttributes.NodeKind, Type),
        };
        if (pipeline.Options.RecordCallerInfo && key.File is not null)
        {
            if (member is not null)
                tags.Add(new(PipelineAttributes.CodeFunctionName, member));
            tags.Add(new(PipelineAttributes.CodeFilePath, LastSegments(key.File)));
            tags.Add(new(PipelineAttributes.CodeLineNumber, key.Line));
        }

        SpanTags = [.. tags];
        PipelineTag = tags[0];
        NodeTag = new(PipelineAttributes.NodeName, MetricName);
        TypeTag = tags[2];
    }

    public string Name { get; }
    public string SpanName { get; }
    public string AttemptSpanName { get; }
    public string Type { get; }

    /// <summary>The name as metrics carry it: folded past the limit.</summary>
    public string MetricName { get; }

    public KeyValuePair<string, object?>[] SpanTags { get; }
    public KeyValuePair<string, object?> PipelineTag { get; }
    public KeyValuePair<string, object?> NodeTag { get; }
    public KeyValuePair<string, object?> TypeTag { get; }

    // a build machine's directories name people and say nothing about the code
    private static string LastSegments(string path)
    {
        var start = path.Length;
        for (var i = 0; i < 3 && start > 0; i++)
            start = path.AsSpan(0, start).LastIndexOfAny('/', '\\') is var at && at < 0 ? 0 : at;
        return start == 0 ? path : path[(start + 1)..];
    }
}
