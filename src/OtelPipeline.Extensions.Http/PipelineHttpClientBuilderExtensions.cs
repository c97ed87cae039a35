using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using OtelPipeline.Extensions.Http;
using OtelPipeline.Extensions.Http.Internal;
using OtelPipeline.Signals;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes the requests of an <see cref="HttpClient"/> observable.</summary>
public static class PipelineHttpClientBuilderExtensions
{
    /// <summary>
    /// Writes one event <c>pipeline.http.request</c> for each logical request of the client, measures the bodies of responses, and adds the role and
    /// what the handlers between tell (see <see cref="HttpRequestTelemetry"/>) to .NET's own client spans, and the role to
    /// <c>http.client.request.duration</c>. It stands around all other handlers of the client, whatever the order of the calls. Called again for
    /// the same client, the last call counts.
    /// </summary>
    /// <param name="builder">What <c>AddHttpClient</c> or <c>ConfigureHttpClientDefaults</c> gives.</param>
    /// <param name="role">What the requests of the client are for, such as <c>metadata</c>, of low cardinality: it is on metrics.</param>
    /// <param name="configure">Changes the options, or null.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="builder"/> is null, <paramref name="role"/> is null, empty or white space, or an option is out of its range.
    /// </exception>
    public static IHttpClientBuilder AddPipelineTelemetry(
        this IHttpClientBuilder builder,
        string role,
        Action<PipelineHttpOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        var options = new PipelineHttpOptions();
        configure?.Invoke(options);
        options.Validate();
        var client = new ClientTelemetry(role, options);

        // after all that adds handlers
        builder.Services.PostConfigure<HttpClientFactoryOptions>(
            builder.Name,
            factory => factory.HttpMessageHandlerBuilderActions.Add(handlers => Surround(handlers, client))
        );
        return builder;
    }

    private static void Surround(HttpMessageHandlerBuilder builder, ClientTelemetry client)
    {
        ClientSpans.Enrich();
        var handlers = builder.AdditionalHandlers;
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i] is RequestHandler or AttemptHandler)
                handlers.RemoveAt(i);
        }

        var logger = builder.Services.GetService<ILoggerFactory>()?.CreateLogger(PipelineSources.LoggerCategory);

        // where nothing stands between, a request is an attempt, and one handler is enough
        var isAttempt = handlers.Count == 0;
        handlers.Insert(0, new RequestHandler(client, logger, isAttempt));
        if (!isAttempt)
            handlers.Add(new AttemptHandler(client));
    }
}
