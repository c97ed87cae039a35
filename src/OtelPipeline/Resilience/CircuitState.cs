namespace OtelPipeline;

/// <summary>State of a circuit breaker.</summary>
public enum CircuitState
{
    /// <summary>It lets everything through.</summary>
    Closed,

    /// <summary>It refuses everything, because too much has failed.</summary>
    Open,

    /// <summary>It lets something through to see whether that works again.</summary>
    HalfOpen,

    /// <summary>It refuses everything, because somebody said so.</summary>
    Isolated,
}

/// <summary>What a circuit breaker protects.</summary>
public enum CircuitScope
{
    /// <summary>One host.</summary>
    Host,

    /// <summary>One resolver: a source that is asked where something is.</summary>
    Resolver,

    /// <summary>All of it.</summary>
    Global,
}
