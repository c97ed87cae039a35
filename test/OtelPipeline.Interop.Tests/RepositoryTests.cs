using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

[TestFixture]
internal sealed class RepositoryTests
{
    [Test]
    public void Every_project_is_in_the_solution_and_so_built()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "OtelPipeline.sln"));
        var missing = new[] { "src", "test", "examples" }
            .SelectMany(f => Directory.GetFiles(Path.Combine(RepositoryPaths.Root, f), "*.csproj", SearchOption.AllDirectories))
            .Select(p => Path.GetRelativePath(RepositoryPaths.Root, p).Replace('/', '\\'))
            .Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty, "add them with 'dotnet sln add'");
    }
}
