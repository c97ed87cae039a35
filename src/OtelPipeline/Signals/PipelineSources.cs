namespace OtelPipeline.Signals;

/// <summary>Under which names OtelPipeline emits.</summary>
public static class PipelineSources
{
    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/> of all spans.</summary>
    public const string ActivitySource = "OtelPipeline";

    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/> of all instruments.</summary>
    public const string Meter = "OtelPipeline";

    /// <summary>Category of the logger that all events are written to.</summary>
    public const string LoggerCategory = "OtelPipeline";
}
