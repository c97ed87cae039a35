namespace OtelPipeline.Cli.Tests;

/// <summary>A temporary directory in which otelpipe runs.</summary>
internal sealed class Workspace : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("otelpipe-").FullName;

    public string Write(string name, string text)
    {
        var path = Of(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        var path = Of(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public Task<Otelpipe> RunAsync(params string[] arguments) => Otelpipe.RunAsync(Path, arguments);

    public Task<Otelpipe> PipeAsync(string input, params string[] arguments) =>
        Otelpipe.RunAsync(Path, arguments, System.Text.Encoding.UTF8.GetBytes(input));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
