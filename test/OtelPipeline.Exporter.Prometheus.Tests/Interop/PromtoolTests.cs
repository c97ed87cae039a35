using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Prometheus.Tests.Interop;

/// <summary>promtool reads text 0.0.4 with a parser of its own and complains about names.</summary>
[CancelAfter(60_000)]
public sealed class PromtoolTests
{
    private static async Task<string> CheckAsync(string text, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = PrometheusServer.Launch(start);
        await process.StandardInput.WriteAsync(text.AsMemory(), cancel);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = await process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return $"{process.ExitCode}\n{await output}{error}".TrimEnd();
    }

    [Test]
    public async Task Our_own_instruments_are_clean(CancellationToken cancel)
    {
        using var exposed = new Exposed(metrics => metrics.AddMeter(PipelineSources.Meter), info: true, own: true);
        var pipeline = new Pipeline("promtool");
        await Assert.ThatAsync(
            () =>
                pipeline.RunAsync(
                    async run =>
                    {
                        await run.NodeAsync(
                            "load",
                            NodeType.Source,
                            node =>
                            {
                                node.Records(read: 3, written: 2, bytes: 100);
                                return Task.CompletedTask;
                            }
                        );
                        run.Check("no_nulls", passed: false, actual: 1, limit: 0);
                        run.Warn("careful");
                        throw new InvalidOperationException("on purpose");
                    },
                    cancel
                ),
            Throws.InvalidOperationException
        );
        await pipeline.RunAsync(_ => Task.CompletedTask, cancel);
        await exposed.TextAsync(); // so that the exporter's own instruments have values
        var text = await exposed.TextAsync();

        Assert.That(
            text,
            Does.Contain("pipeline_run_duration_seconds_bucket").And.Contain("otel_sdk_exporter_metric_data_point_exported_total")
        );
        Assert.That(await CheckAsync(text, cancel), Is.EqualTo("0"), text);
    }

    [Test]
    public async Task Every_golden_text_parses(CancellationToken cancel)
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryPaths.TestProject(), "Golden"), "*.text*.txt");
        Assert.That(files, Has.Length.GreaterThan(20));
        foreach (
            var file in files.Where(file =>
                !file.Contains("utf8-allow", StringComparison.Ordinal) && !file.Contains("received", StringComparison.Ordinal)
            )
        )
        {
            // 3: it parses, and has something to say about names that no client library should give
            var verdict = await CheckAsync(await File.ReadAllTextAsync(file, cancel), cancel);
            Assert.That(verdict, Does.StartWith("0").Or.StartWith("3"), file);
        }
    }
}
