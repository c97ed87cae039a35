using System.Runtime.CompilerServices;

namespace OtelPipeline.Testing;

/// <summary>Where the repository and its optional samples lie, whatever folder the tests run in.</summary>
internal static class RepositoryPaths
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of a test project, for golden files that a test may rewrite.</summary>
    public static string TestProject([CallerFilePath] string file = "")
    {
        var directory = new DirectoryInfo(Path.GetDirectoryName(file)!);
        while (directory is not null && directory.GetFiles("*.csproj").Length == 0)
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"No project file above {file}.");
    }

    /// <summary>Foreign sample files beside the repository, or null where that folder does not exist.</summary>
    public static string? Samples
    {
        get
        {
            var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "samples"));
            return Directory.Exists(path) ? path : null;
        }
    }

    private static string FindRoot([CallerFilePath] string file = "")
    {
        foreach (var start in new[] { Path.GetDirectoryName(file)!, AppContext.BaseDirectory })
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, "OtelPipeline.sln")))
                    return directory.FullName;
            }
        }

        throw new InvalidOperationException("OtelPipeline.sln was not found above the tests: run them from a checkout of the repository.");
    }
}
