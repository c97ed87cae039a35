using System.Diagnostics;

namespace OtelPipeline.Slo.Tests.Live;

/// <summary>A process is killed, and the next one knows what it did.</summary>
[NonParallelizable]
public sealed class RestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace("OtelPipeline.Slo.Tests", "OtelPipeline.TestChild", StringComparison.Ordinal),
        "OtelPipeline.TestChild.dll"
    );

    private static Process Start(string directory, string definition, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Program, "objectives", directory, definition, .. arguments]
        )
        {
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("OTEL_SDK_DISABLED");
        return Process.Start(start)!;
    }

    [Test]
    public async Task State_survives_a_kill()
    {
        var directory = Directory.CreateTempSubdirectory("slo-restart");
        try
        {
            var definition = Path.Combine(directory.FullName, "slo.yaml");
            var telemetry = Path.Combine(directory.FullName, "telemetry");
            await File.WriteAllTextAsync(
                definition,
                Definitions.Join(Definitions.Ratio("1h", name: "hour"), Definitions.Ratio("30d", name: "month"))
            );

            using (var first = Start(telemetry, definition, "40", "wait"))
            {
                var line = await first.StandardOutput.ReadLineAsync().WaitAsync(Patience);
                Assert.That(line, Is.EqualTo("hour: 30 good, 10 bad"));
                first.Kill();
                await first.WaitForExitAsync().WaitAsync(Patience);
            }

            using var second = Start(telemetry, definition, "4");
            var output = await second.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
            Assert.That(output.ReplaceLineEndings("|"), Is.EqualTo("hour: 33 good, 11 bad|month: 33 good, 11 bad|"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
