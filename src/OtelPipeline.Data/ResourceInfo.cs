namespace OtelPipeline.Data;

/// <summary>The entity that produced telemetry: a service instance, a host, a process. Shared between rows.</summary>
public sealed class ResourceInfo
{
    /// <summary>A resource about which nothing is known.</summary>
    public static ResourceInfo Empty { get; } = new();

    /// <summary>The attributes of the resource.</summary>
    public AttributeList Attributes { get; init; } = [];

    /// <summary>How many attributes the producer dropped.</summary>
    public uint DroppedAttributesCount { get; init; }

    /// <summary>The URL of the schema that the attributes follow, or null.</summary>
    public string? SchemaUrl { get; init; }

    /// <summary>Attribute <c>service.name</c>, or null.</summary>
    public string? ServiceName => Attributes.GetString("service.name");

    /// <summary>Attribute <c>service.namespace</c>, or null.</summary>
    public string? ServiceNamespace => Attributes.GetString("service.namespace");

    /// <summary>Attribute <c>service.version</c>, or null.</summary>
    public string? ServiceVersion => Attributes.GetString("service.version");

    /// <summary>Attribute <c>service.instance.id</c>, or null.</summary>
    public string? ServiceInstanceId => Attributes.GetString("service.instance.id");
}
