using System.Reflection;

namespace OtelPipeline.Testing;

/// <summary>
/// The C# blocks of the package's README stand in <c>ReadmeSamples.cs</c> (or any <c>Readme*.cs</c>) of its test project, where they are compiled and run as tests. To
/// guard another README (the one of the repository), call <see cref="ReadmeCode.AssertStandsIn"/> from a test.
/// </summary>
internal sealed class ReadmeTests
{
    [Test]
    public void The_samples_of_the_readme_are_tests()
    {
        var testAssembly = typeof(ReadmeTests).Assembly;
        var name = testAssembly.GetName().Name![..^".Tests".Length];
        var directory = testAssembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static a => a.Key == "TestProjectDirectory")
            .Value!;
        ReadmeCode.AssertStandsIn(
            Path.Combine(RepositoryPaths.Root, "src", name, "README.md"),
            Directory.GetFiles(directory, "Readme*.cs", SearchOption.AllDirectories)
        );
    }
}
