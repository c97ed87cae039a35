using OtelPipeline;
using OtelPipeline.Extensions.Polly;

namespace Polly;

/// <summary>Reports what resilience pipelines do.</summary>
public static class PollyTelemetryExtensions
{
    /// <summary>
    /// Reports retries on the current node, and circuit breakers, time-outs, rejections of rate limiters and fallbacks under a name. A listener that the
    /// builder has already, such as that of <c>ConfigureTelemetry</c>, goes on as before; one that is set later replaces this one.
    /// </summary>
    /// <param name="builder">The builder; its pipelines are observed from their first execution on.</param>
    /// <param name="name">
    /// Name of what the pipeline protects, such as <c>origin</c>, of low cardinality. A strategy whose name is not the one that Polly gives adds its own:
    /// <c>origin.hourly</c>.
    /// </param>
    /// <param name="configure">Changes the settings.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> or a fallback source is null, empty or white space.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The builder has telemetry of OtelPipeline already.</exception>
    public static TBuilder AddPipelineTelemetry<TBuilder>(
        this TBuilder builder,
        string name,
        Action<PollyTelemetryOptions>? configure = null
    )
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var options = new PollyTelemetryOptions();
        configure?.Invoke(options);
        foreach (var source in options.FallbackSources)
            ArgumentException.ThrowIfNullOrWhiteSpace(source, nameof(PollyTelemetryOptions.FallbackSources));
        if (builder.TelemetryListener is PipelineTelemetryListener known)
            throw new InvalidOperationException(
                $"This builder reports as '{known.Name}' already; '{name}' would count everything twice. Call AddPipelineTelemetry once."
            );
        builder.TelemetryListener = new PipelineTelemetryListener(name, builder, options);
        return builder;
    }
}
