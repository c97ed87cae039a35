using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using OtelPipeline;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Reports what the caches of a container do.</summary>
public static class CacheTelemetryServiceCollectionExtensions
{
    /// <summary>
    /// Puts telemetry around the <see cref="IMemoryCache"/> that is registered: whoever asks the container for it from here on is counted.
    /// </summary>
    /// <param name="services">The services; <c>AddMemoryCache</c> comes first.</param>
    /// <param name="name">Name of the cache, of low cardinality.</param>
    /// <param name="capacity">Bytes that the cache may hold, where the sizes of its entries are bytes, or null. Range: 0 or more.</param>
    /// <param name="classify">What a value that was found counts as; null for <see cref="CacheResult.Hit"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">No such cache is registered.</exception>
    public static IServiceCollection AddMemoryCacheTelemetry(
        this IServiceCollection services,
        string name,
        long? capacity = null,
        Func<object?, CacheResult>? classify = null
    ) => Decorate<IMemoryCache>(services, name, "AddMemoryCache()", cache => cache.AddPipelineTelemetry(name, capacity, classify));

    /// <summary>
    /// Puts telemetry around the <see cref="IDistributedCache"/> that is registered: whoever asks the container for it from here on is counted.
    /// </summary>
    /// <param name="services">The services; the cache, such as <c>AddDistributedMemoryCache</c>, comes first.</param>
    /// <param name="name">Name of the cache, of low cardinality.</param>
    /// <param name="classify">What a value that was found counts as; null for <see cref="CacheResult.Hit"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">No such cache is registered.</exception>
    public static IServiceCollection AddDistributedCacheTelemetry(
        this IServiceCollection services,
        string name,
        Func<byte[], CacheResult>? classify = null
    ) =>
        Decorate<IDistributedCache>(
            services,
            name,
            "a call such as AddDistributedMemoryCache()",
            cache => cache.AddPipelineTelemetry(name, classify)
        );

    private static IServiceCollection Decorate<T>(IServiceCollection services, string name, string remedy, Func<T, T> decorate)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var registered =
            services.LastOrDefault(static d => d.ServiceType == typeof(T) && !d.IsKeyedService)
            ?? throw new InvalidOperationException(
                $"No {typeof(T).Name} is registered that '{name}' could report on: put {remedy} before it, or use AddPipelineTelemetry(\"{name}\") on the cache."
            );

        // an instance belongs to whoever made it: the container disposes of neither
        services[services.IndexOf(registered)] = registered.ImplementationInstance is T instance
            ? new ServiceDescriptor(typeof(T), decorate(instance))
            : new ServiceDescriptor(typeof(T), provider => decorate(Create<T>(provider, registered)), registered.Lifetime);
        return services;
    }

    private static T Create<T>(IServiceProvider provider, ServiceDescriptor registered)
        where T : class =>
        (T)(
            registered.ImplementationFactory is { } factory
                ? factory(provider)
                : ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!)
        );
}
