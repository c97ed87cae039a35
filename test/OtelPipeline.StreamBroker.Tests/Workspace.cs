namespace OtelPipeline.StreamBroker.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("otelpipeline-").FullName;

    public string Output => Path.Combine(_root, "telemetry");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
