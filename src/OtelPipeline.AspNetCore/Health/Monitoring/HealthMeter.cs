using System.Diagnostics.Metrics;
using System.Reflection;
using OtelPipeline.Signals;

namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>The meter of one container's health; its instruments end with the container.</summary>
internal sealed class HealthMeter : IDisposable
{
    private static readonly string s_version =
        typeof(HealthMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0.0.0";

    public Meter Meter { get; } = new(PipelineSources.Meter, s_version);

    public void Dispose() => Meter.Dispose();
}
