namespace OtelPipeline;

/// <summary>What is asked of an object store.</summary>
public enum ObjectStoreOperation
{
    /// <summary>Read an object.</summary>
    Get,

    /// <summary>Write an object.</summary>
    Put,

    /// <summary>Delete an object.</summary>
    Delete,

    /// <summary>List objects.</summary>
    List,

    /// <summary>Ask about an object.</summary>
    Head,

    /// <summary>Copy an object.</summary>
    Copy,
}
