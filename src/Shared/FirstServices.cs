using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.Internal;

/// <summary>
/// What the <c>Use…</c> calls put at the front of the services, so that it comes before every exporter whatever the order of the user's calls:
/// redaction first, then what must see only redacted telemetry.
/// </summary>
internal static class FirstServices
{
    public const int Redaction = 0;
    public const int Objectives = 1;

    private const string Key = "OtelPipeline.First";

    /// <summary>Moves the service that is added to the front, behind those of a lower rank.</summary>
    public static void Add(IServiceCollection services, int rank, Action add)
    {
        var ranks = Ranks(services);
        add();
        var added = services[^1];
        services.RemoveAt(services.Count - 1);
        var place = 0;
        for (var i = 0; i < services.Count; i++)
        {
            if (ranks.TryGetValue(services[i], out var other) && other < rank)
                place = i + 1;
        }

        services.Insert(place, added);
        ranks[added] = rank;
    }

    // shared by packages that do not know each other
    private static Dictionary<ServiceDescriptor, int> Ranks(IServiceCollection services)
    {
        foreach (var descriptor in services)
        {
            if (
                descriptor is
                { IsKeyedService: true, ServiceKey: Key, KeyedImplementationInstance: Dictionary<ServiceDescriptor, int> known }
            )
                return known;
        }

        var ranks = new Dictionary<ServiceDescriptor, int>(ReferenceEqualityComparer.Instance);
        services.AddKeyedSingleton<object>(Key, ranks);
        return ranks;
    }
}
