using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests;

/// <summary>The packages hold what they should, and projects that know nothing of this repository can use them.</summary>
[TestFixture]
internal sealed class PackTests
{
    public static IEnumerable<string> PackageNames => Workshop.SourceProjects.Select(p => Path.GetFileNameWithoutExtension(p)!);

    [TestCaseSource(nameof(PackageNames))]
    public async Task A_package_is_complete(string name)
    {
        var path = (await Workshop.PackagesAsync()).Single(p => IsPackage(p, name));
        using var package = ZipFile.OpenRead(path);
        var entries = package.Entries.Select(e => e.FullName).ToArray();
        var metadata = Metadata(package);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entries, Does.Contain("README.md"));
            Assert.That(entries, Does.Contain("CHANGELOG.md"));
            Assert.That(entries, Does.Contain("LICENSE"));
            if (IsTool(name))
                Assert.That(entries, Does.Contain($"tools/net10.0/any/{name}.dll").And.Contain("tools/net10.0/any/DotnetToolSettings.xml"));
            else
                Assert.That(entries, Does.Contain($"lib/net10.0/{name}.dll").And.Contain($"lib/net10.0/{name}.xml"));
            Assert.That(metadata("license"), Is.EqualTo("Apache-2.0"));
            Assert.That(metadata("readme"), Is.EqualTo("README.md"));
            Assert.That(metadata("description"), Is.Not.Null.And.Not.EqualTo("Package Description"));
            Assert.That(metadata("authors"), Is.EqualTo("OtelPipeline contributors"));
        }

        // nobody debugs into a tool
        if (IsTool(name))
            return;
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(path, ".snupkg"));
        Assert.That(symbols.Entries.Select(e => e.FullName), Does.Contain($"lib/net10.0/{name}.pdb"));
    }

    [Test]
    public async Task Nothing_else_is_packed()
    {
        var packages = (await Workshop.PackagesAsync()).Select(p => Path.GetFileName(p));
        Assert.That(packages, Is.EquivalentTo(PackageNames.Select(n => $"{n}.0.1.0.nupkg")));
    }

    [Test]
    public async Task A_trimmed_program_outside_the_repository_uses_the_packages()
    {
        await Workshop.PackagesAsync();

        // the trimmer analyses the whole program, the packages included: what reflection could break is a warning, and so an error
        var directory = Workshop.CreateProject(
            "consumer",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <SelfContained>true</SelfContained>
                <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                <PublishTrimmed>true</PublishTrimmed>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <EnableAotAnalyzer>true</EnableAotAnalyzer>
                <EnableSingleFileAnalyzer>true</EnableSingleFileAnalyzer>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OtelPipeline.OpenTelemetry" Version="0.1.0" />
                <PackageReference Include="OtelPipeline.Exporter.Jsonl" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """,
            ("Program.cs", RootReadme.Sample("OpenTelemetrySdk.Create"))
        );
        await ChildProcess.DotnetAsync(directory, Workshop.Environment, "publish", "--configuration", "Release", "--output", "published");

        var program = Path.Combine(directory, "published", OperatingSystem.IsWindows() ? "consumer.exe" : "consumer");
        var run = await ChildProcess.RunAsync(program, [], directory);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        AssertRunWasRecorded(Path.Combine(directory, "telemetry"));
    }

    /// <summary>Every line is JSON; the run is there as a span, as events and in the metrics.</summary>
    internal static void AssertRunWasRecorded(string telemetry)
    {
        var spans = Read(telemetry, "spans");
        var logs = Read(telemetry, "logs");
        var metrics = Read(telemetry, "metrics");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spans, Does.Contain("\"name\":\"run nightly_etl\"").And.Contain("\"name\":\"node load\""));
            Assert.That(logs, Does.Contain("pipeline.run.start").And.Contain("pipeline.run.end"));
            Assert.That(metrics, Does.Contain("pipeline.run.duration").And.Contain("pipeline.node.records"));
        }
    }

    private static string Read(string telemetry, string signal)
    {
        var lines = Directory.GetFiles(Path.Combine(telemetry, signal), "*.jsonl").SelectMany(File.ReadLines).ToArray();
        foreach (var line in lines)
            JsonDocument.Parse(line).Dispose();
        return string.Join('\n', lines);
    }

    private static bool IsTool(string name) => name == "OtelPipeline.Cli";

    private static bool IsPackage(string path, string name) => Path.GetFileName(path) == $"{name}.0.1.0.nupkg";

    private static Func<string, string?> Metadata(ZipArchive package)
    {
        using var stream = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var root = XDocument.Load(stream).Root!;
        return name => root.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
    }
}
