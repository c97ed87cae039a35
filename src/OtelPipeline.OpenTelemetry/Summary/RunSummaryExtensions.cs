using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using OtelPipeline.OpenTelemetry;

namespace OpenTelemetry;

/// <summary>Adds run summaries to the OpenTelemetry SDK.</summary>
public static class RunSummaryExtensions
{
    /// <summary>
    /// Lets a summary see the spans and events of the runs of this process. It switches tracing and logging on; the order of this call among
    /// others does not matter, and one summary may be given to several providers.
    /// </summary>
    /// <param name="builder">What <c>AddOpenTelemetry()</c> or <c>OpenTelemetrySdk.Create</c> gives.</param>
    /// <param name="summary">The summary; keep it to read it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="summary"/> is null.</exception>
    public static IOpenTelemetryBuilder UseRunSummary(this IOpenTelemetryBuilder builder, RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(summary);
        return builder
            .WithTracing(tracing => tracing.AddProcessor(_ => new RunSummarySpanProcessor(summary.Model)))
            .WithLogging(logging => logging.AddProcessor(_ => new RunSummaryLogProcessor(summary.Model)));
    }
}
