using System.Text.Json;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>
/// A folder outside the repository with the packages of all projects below src, as a user would get them from a feed, and an empty package
/// cache. Made once, for all tests that need packages.
/// </summary>
[SetUpFixture]
internal sealed class Workshop
{
    private static readonly Lazy<Task<IReadOnlyList<string>>> s_packages = new(PackAsync);

    public static string Root { get; } = Path.Combine(Path.GetTempPath(), "otelpipeline-" + Path.GetRandomFileName());

    public static string Feed => Path.Combine(Root, "feed");

    /// <summary>Holds the stand-in of a package that is not ours; see <see cref="HostingStub"/>.</summary>
    public static string HostingFeed => Path.Combine(Root, "hosting");

    /// <summary>What projects of the repository compile to here: its bin folders, and others that build there, are left alone.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    public static string[] SourceProjects =>
        [.. Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order()];

    public static Dictionary<string, string?> Environment => new() { ["NUGET_PACKAGES"] = Path.Combine(Root, "cache") };

    /// <summary>The packages; the first caller makes them.</summary>
    public static Task<IReadOnlyList<string>> PackagesAsync() => s_packages.Value;

    /// <summary>A solution filter, so that one command builds several projects.</summary>
    public static string Filter(string name, IEnumerable<string> projects)
    {
        var path = Path.Combine(Root, name + ".slnf");
        var relative = projects.Select(p => Path.GetRelativePath(RepositoryPaths.Root, p).Replace('/', '\\'));
        var filter = new { solution = new { path = Path.Combine(RepositoryPaths.Root, "OtelPipeline.sln"), projects = relative } };
        Directory.CreateDirectory(Root);
        File.WriteAllText(path, JsonSerializer.Serialize(filter));
        return path;
    }

    /// <summary>A project outside the repository that sees the packages; its other sources are those of the machine.</summary>
    public static string CreateProject(string name, string project, params (string File, string Text)[] files)
    {
        var directory = Path.Combine(Root, name);
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(HostingFeed);
        Directory.CreateDirectory(directory);
        File.WriteAllText(
            Path.Combine(directory, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{Feed}" />
                <add key="hosting" value="{HostingFeed}" />
              </packageSources>
            </configuration>
            """
        );
        File.WriteAllText(Path.Combine(directory, name + ".csproj"), project);
        foreach (var (file, text) in files)
            File.WriteAllText(Path.Combine(directory, file), text);
        return directory;
    }

    [OneTimeTearDown]
    public void Delete()
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }

    private static async Task<IReadOnlyList<string>> PackAsync()
    {
        await ChildProcess.DotnetAsync(
            RepositoryPaths.Root,
            Environment,
            "pack",
            Filter("src", SourceProjects),
            "--configuration",
            "Release",
            "--artifacts-path",
            Artifacts,
            "--output",
            Feed,
            "-p:RunAnalyzers=false" // the build of the solution has run them
        );
        return [.. Directory.GetFiles(Feed, "*.nupkg").Order()];
    }
}
