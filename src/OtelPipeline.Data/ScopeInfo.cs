namespace OtelPipeline.Data;

/// <summary>The instrumentation scope: the library or logger category that recorded telemetry. Shared between rows.</summary>
public sealed class ScopeInfo
{
    /// <summary>A scope about which nothing is known.</summary>
    public static ScopeInfo Empty { get; } = new();

    /// <summary>The name of the tracer, meter or logger; empty when unknown.</summary>
    public string Name { get; init; } = "";

    /// <summary>The version of the instrumentation, or null.</summary>
    public string? Version { get; init; }

    /// <summary>The attributes of the scope.</summary>
    public AttributeList Attributes { get; init; } = [];

    /// <summary>How many attributes the producer dropped.</summary>
    public uint DroppedAttributesCount { get; init; }

    /// <summary>The URL of the schema that the rows of this scope follow, or null.</summary>
    public string? SchemaUrl { get; init; }
}
