using System.Xml.Linq;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>With OfficialHosting=true everything compiles, unchanged, against the package instead of the stand-in.</summary>
[TestFixture]
internal sealed class OfficialHostingTests
{
    private static string[] HostedProjects =>
        [
            .. new[] { "examples", "test" }
                .SelectMany(folder =>
                    Directory.GetFiles(Path.Combine(RepositoryPaths.Root, folder), "*.csproj", SearchOption.AllDirectories)
                )
                .Where(path =>
                    XDocument
                        .Load(path)
                        .Descendants("Import")
                        .Any(i => i.Attribute("Project")!.Value.EndsWith("build/Hosting.props", StringComparison.Ordinal))
                )
                .Order(),
        ];

    [Test]
    public async Task Every_project_with_the_stand_in_compiles_against_the_package()
    {
        Assert.That(HostedProjects, Is.Not.Empty);
        await Workshop.PackagesAsync(); // what they lean on is compiled then
        await HostingStub.PackedAsync();
        await ChildProcess.DotnetAsync(
            RepositoryPaths.Root,
            Workshop.Environment,
            "build",
            Workshop.Filter("hosted", HostedProjects),
            "--configuration",
            "Release",
            "--artifacts-path",
            Workshop.Artifacts,
            "-p:RunAnalyzers=false",
            "-p:OfficialHosting=true",
            $"-p:RestoreAdditionalProjectSources={Workshop.HostingFeed}"
        );

        // compiled in, the stand-in would have made an ambiguous call; make sure that it was the package that decided
        foreach (var project in HostedProjects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var assets = Path.Combine(Workshop.Artifacts, "obj", name, "project.assets.json");
            Assert.That(await File.ReadAllTextAsync(assets), Does.Contain("OpenTelemetry.Extensions.Hosting/1.20.1"), name);
        }
    }
}
