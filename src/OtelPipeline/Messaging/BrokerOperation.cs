namespace OtelPipeline;

/// <summary>What a client asks of a broker.</summary>
public enum BrokerOperation
{
    /// <summary>Create a topic.</summary>
    Create,

    /// <summary>List topics.</summary>
    List,

    /// <summary>Take one message.</summary>
    Produce,

    /// <summary>Take a batch of messages.</summary>
    ProduceBatch,

    /// <summary>Give messages.</summary>
    Consume,
}
