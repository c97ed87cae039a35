using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>What the README at the root says can be done.</summary>
[TestFixture]
internal sealed partial class RootReadmeTests
{
    public static IEnumerable<TestCaseData<int>> Samples =>
        RootReadme.Blocks("csharp").Select((_, i) => new TestCaseData<int>(i).SetArgDisplayNames($"sample {i + 1}"));

    [TestCaseSource(nameof(Samples))]
    public async Task A_sample_compiles_and_records_its_run(int index)
    {
        await Workshop.PackagesAsync();
        await HostingStub.PackedAsync();
        var directory = Workshop.CreateProject(
            $"readme{index + 1}",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <PackageReference Include="OtelPipeline.OpenTelemetry" Version="0.1.0" />
                <PackageReference Include="OtelPipeline.Exporter.Jsonl" Version="0.1.0" />
                <PackageReference Include="OpenTelemetry.Exporter.OpenTelemetryProtocol" Version="1.20.1" />
                <PackageReference Include="OpenTelemetry.Extensions.Hosting" Version="1.20.1" />
              </ItemGroup>
            </Project>
            """,
            ("Program.cs", RootReadme.Blocks("csharp")[index])
        );

        // nobody listens on the discard port: a collector that is away must not hurt
        var environment = new Dictionary<string, string?>(Workshop.Environment) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" };
        await ChildProcess.DotnetAsync(directory, environment, "run", "--configuration", "Release");
        PackTests.AssertRunWasRecorded(Path.Combine(directory, "telemetry"));
    }

    [Test]
    public void Links_and_commands_name_what_exists()
    {
        var links = Links().Matches(RootReadme.Text).Select(m => m.Groups["target"].Value);
        var words = RootReadme.Blocks("sh").SelectMany(b => b.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        var paths = links.Concat(words.Where(IsPath)).Distinct().ToArray();
        Assert.That(paths, Does.Contain("examples/QuickStart").And.Contain("build/test.sh"));
        Assert.That(paths.Where(p => !Path.Exists(Path.Combine(RepositoryPaths.Root, p))), Is.Empty, "missing");
        foreach (var project in words.SkipWhile(w => w != "--project").Skip(1).Take(1))
            Assert.That(Directory.GetFiles(Path.Combine(RepositoryPaths.Root, project), "*.csproj"), Has.Length.EqualTo(1), project);
    }

    [Test]
    public void Every_package_is_listed()
    {
        foreach (var project in Workshop.SourceProjects)
            Assert.That(RootReadme.Text, Does.Contain($"(src/{Path.GetFileNameWithoutExtension(project)}/README.md)"));
    }

    private static bool IsPath(string word) => Paths().IsMatch(word);

    [GeneratedRegex("^(build|examples|grafana-dashboards|otel-collector|src|test)/")]
    private static partial Regex Paths();

    [GeneratedRegex(@"\]\((?!https?://)(?<target>[^)#]+)")]
    private static partial Regex Links();
}
