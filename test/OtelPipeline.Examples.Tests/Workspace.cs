using System.Runtime.InteropServices;

namespace OtelPipeline.Examples.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class Workspace : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("otelpipeline-").FullName;

    public string Input => Path.Combine(Root, "input");

    public string Output => Path.Combine(Root, "telemetry");

    public Workspace Add(string name, string content)
    {
        var path = Path.Combine(Input, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    /// <summary>A documentation file with these members; the values are what stands between the member's tags.</summary>
    public Workspace Add(string name, string assembly, params (string Id, string Content)[] members) =>
        Add(
            name,
            $"<?xml version=\"1.0\"?>\n<doc>\n<assembly><name>{assembly}</name></assembly>\n<members>\n"
                + string.Concat(members.Select(m => $"<member name=\"{m.Id}\">{m.Content}</member>\n"))
                + "</members>\n</doc>\n"
        );

    /// <summary>A file whose reader waits until it is told that this is the end.</summary>
    public Workspace AddEndless(string name)
    {
        Directory.CreateDirectory(Input);
        Assert.That(MakeFifo(Path.Combine(Input, name), 0b110_000_000), Is.Zero, "mkfifo");
        return this;
    }

    /// <summary>Waits until somebody reads the endless file, who then waits until the stream is closed.</summary>
    public Task<FileStream> WaitForReaderAsync(string name)
    {
        var path = Path.Combine(Input, name);
        return Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            .WaitAsync(ExampleProcess.Patience);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    [DllImport("libc", EntryPoint = "mkfifo", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeFifo(string path, uint mode);
}
