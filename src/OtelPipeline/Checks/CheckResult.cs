namespace OtelPipeline;

/// <summary>How a data-quality check ended.</summary>
public enum CheckResult
{
    /// <summary>The data is as it should be.</summary>
    Pass,

    /// <summary>The data is not as it should be, but can be used.</summary>
    Warn,

    /// <summary>The data is not as it must be.</summary>
    Fail,

    /// <summary>The check itself could not be carried out.</summary>
    Error,
}

/// <summary>What a check that does not pass means.</summary>
public enum CheckSeverity
{
    /// <summary><see cref="CheckResult.Fail"/>.</summary>
    Error,

    /// <summary><see cref="CheckResult.Warn"/>.</summary>
    Warning,
}
