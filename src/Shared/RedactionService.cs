using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.Internal;

/// <summary>
/// How <c>UsePipelineInstrumentation</c> lends its redaction to exporters, which do not depend on it: span events, links and log scopes cannot
/// be changed once they are recorded, so they are redacted when they are written. A function from key and value to a clean value.
/// </summary>
internal static class RedactionService
{
    private const string Key = "OtelPipeline.Redaction";

    public static void Add(IServiceCollection services, Func<IServiceProvider, Func<string, object?, object?>> create) =>
        services.AddKeyedSingleton(Key, (provider, _) => create(provider));

    /// <summary>Null where nothing is redacted.</summary>
    public static Func<string, object?, object?>? Get(IServiceProvider services) =>
        services.GetKeyedService<Func<string, object?, object?>>(Key);
}
