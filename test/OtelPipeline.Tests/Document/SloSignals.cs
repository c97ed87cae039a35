using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests.Document;

/// <summary>An objective that is judged while its events come, and whose budget is overdrawn.</summary>
internal static class SloSignals
{
    private const string Definition = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: items}
        spec:
          service: etl
          budgetingMethod: Occurrences
          timeWindow: [{duration: 1h, isRolling: true}]
          indicator:
            metadata: {name: items}
            spec:
              ratioMetric:
                counter: false
                good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "item etl" && .pipeline.item.result = "success" }'}}}
                total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "item etl" }'}}}
          objectives: [{displayName: success, target: 0.9}]
        """;

    public static async Task EmitAsync(Recorder recorder)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Definition);
            var time = new FakeTimeProvider();
            using var sdk = OpenTelemetrySdk.Create(otel =>
            {
                otel.Services.AddSingleton<TimeProvider>(time);
                otel.Services.AddSingleton<ILoggerProvider>(new OnlyOurs(recorder));
                otel.UsePipelineInstrumentation().UseSlo(file);
            });
            _ = (sdk.TracerProvider, sdk.MeterProvider, sdk.LoggerProvider);
            var pipeline = new Pipeline("etl", new PipelineOptions { TimeProvider = time });
            time.Advance(TimeSpan.FromSeconds(30));
            await pipeline.RunAsync(async run =>
            {
                for (var i = 0; i < 10; i++)
                {
                    var outcome = i > 1 ? ItemResult.Success : ItemResult.Corrupt;
                    await run.ItemAsync("item " + i, item => Task.FromResult(item.Outcome = outcome));
                }
            });

            // the burn rate of a minute, once a minute is known
            time.Advance(TimeSpan.FromSeconds(45));
            recorder.Observe();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
