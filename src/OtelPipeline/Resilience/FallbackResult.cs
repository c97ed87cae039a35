namespace OtelPipeline;

/// <summary>How an attempt of a fallback chain ended.</summary>
public enum FallbackResult
{
    /// <summary>The source had what was asked for.</summary>
    Success,

    /// <summary>The source answered that it has nothing.</summary>
    NoResult,

    /// <summary>The source did not answer in time.</summary>
    Timeout,

    /// <summary>The source failed.</summary>
    Error,

    /// <summary>The source was left out, or the attempt was cancelled.</summary>
    Skipped,
}
