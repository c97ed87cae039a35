using System.Reflection;
using OpenTelemetry.Resources;

namespace OtelPipeline.OpenTelemetry.Internal;

/// <summary>What the process knows about where it runs and what it was built from.</summary>
internal sealed class ResourceFacts(PipelineInstrumentationOptions options) : IResourceDetector
{
    public Resource Detect()
    {
        var facts = new List<KeyValuePair<string, object>> { new("host.name", Environment.MachineName) };
        if (options.ProcessOwner)
            facts.Add(new("process.owner", Environment.UserName));

        // the SDK appends the commit to the informational version when it builds in a repository
        var version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        if (version?.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus)
            facts.Add(new("vcs.ref.head.revision", version[(plus + 1)..]));
        if (options.StableInstanceId)
            facts.Add(new("service.instance.id", Environment.MachineName));
        return new Resource(facts);
    }
}
