using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health;
using StreamBroker.Brokers;

namespace StreamBroker.Storage;

/// <summary>What the broker must know to go on: its topics and how far each group has come. Every write replaces a file at once, or not at all.</summary>
internal sealed class MetadataStore(string directory)
{
    private readonly string _directory = Directory.CreateDirectory(directory).FullName;

    /// <summary>Makes the store fail from now on, for <c>--fault metadata-store</c>.</summary>
    public bool IsBroken { get; set; }

    public Dictionary<string, T> Read<T>(string name, JsonTypeInfo<Dictionary<string, T>> type)
    {
        ThrowIfBroken();
        var path = PathOf(name);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type)! : [];
    }

    public void Write<T>(string name, Dictionary<string, T> values, JsonTypeInfo<Dictionary<string, T>> type)
    {
        ThrowIfBroken();
        var path = PathOf(name);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(values, type));
        File.Move(path + ".new", path, overwrite: true);
    }

    private string PathOf(string name) => Path.Combine(_directory, name + ".json");

    private void ThrowIfBroken()
    {
        if (IsBroken)
            throw new IOException("The metadata store does not answer (--fault metadata-store).");
    }

    /// <summary>Without metadata the broker takes no commits: it is not ready, though it lives.</summary>
    internal sealed class Check(MetadataStore store) : PipelineHealthCheck(degradedAfter: TimeSpan.FromSeconds(1))
    {
        protected override Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
        {
            store.Write("probe", [], MetadataJson.Default.DictionaryStringInt32);
            return Task.FromResult(HealthCheckResult.Healthy());
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, Progress>))]
internal sealed partial class MetadataJson : JsonSerializerContext;
