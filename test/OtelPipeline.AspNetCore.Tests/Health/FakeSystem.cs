namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>Directories as Linux shows them below <c>/proc</c> and <c>/sys/fs/cgroup</c>.</summary>
internal sealed class FakeSystem : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("otelpipeline-system-").FullName;

    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void WriteMachine(long busy, long idle, long memoryTotalKb, long memoryAvailableKb)
    {
        Write("proc/stat", $"cpu  {busy} 0 0 {idle} 0 0 0 0 7 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n");
        Write("proc/meminfo", $"MemTotal:       {memoryTotalKb} kB\nMemFree:  1 kB\nMemAvailable:   {memoryAvailableKb} kB\n");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
