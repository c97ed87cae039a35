using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OtelPipeline.Slo.Live;

/// <summary>Whether the sampler of a provider drops spans, which no processor ever sees.</summary>
internal static class SamplerCheck
{
    private const int Tries = 64;

    /// <summary>What to tell the user, or null where nothing is dropped or it cannot be known.</summary>
    public static string? Warning(BaseProvider? provider)
    {
        if (SamplerOf(provider) is not { } sampler || !Drops(sampler))
            return null;
        return $"The sampler {sampler.GetType().Name} drops spans, and objectives over spans cannot count what it drops. Wrap it: SetSampler(new AlwaysRecordSampler(…)) records all spans and exports the same ones.";
    }

    private static bool Drops(Sampler sampler)
    {
        for (var i = 0; i < Tries; i++)
        {
            var parameters = new SamplingParameters(default, ActivityTraceId.CreateRandom(), "objective", ActivityKind.Internal);
            if (sampler.ShouldSample(parameters).Decision == SamplingDecision.Drop)
                return true;
        }

        return false;
    }

    // the SDK does not tell its sampler; where it no longer keeps it here, there is no warning
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where the property was trimmed away, there is no warning.")]
    private static Sampler? SamplerOf(BaseProvider? provider) =>
        provider?.GetType().GetProperty("Sampler", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)?.GetValue(provider)
        as Sampler;
}
