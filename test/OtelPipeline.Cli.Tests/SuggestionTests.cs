using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Cli.Tests;

internal sealed class SuggestionTests
{
    [Test]
    public async Task The_saving_is_the_real_one_within_10_percent()
    {
        using var workspace = new Workspace();
        var rows = Rows(70_000).ToList();
        using (var writer = TelemetryJsonWriter.ForOtlp(File.Create(workspace.Of("spans.jsonl"))))
        {
            rows.ForEach(writer.Write);
            writer.Flush();
        }

        var run = await workspace.RunAsync("suggest-columns", "spans.jsonl", "-o", "json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Error, Does.Contain("projected"), "more rows than the sample");
        var suggestions = run.Json.EnumerateArray().ToList();
        Assert.That(suggestions, Is.Not.Empty);
        Assert.That(
            suggestions.Select(suggestion => suggestion.GetProperty("attribute").GetString()),
            Does.Contain("url.path").And.Not.Contain("rare")
        );
        var before = Size(rows, null);
        foreach (var suggestion in suggestions)
        {
            var column = new TelemetryColumn(
                suggestion.GetProperty("column").GetString()!,
                Enum.Parse<TelemetryColumnType>(suggestion.GetProperty("type").GetString()!, ignoreCase: true),
                Required: false
            )
            {
                AttributeKeys = [suggestion.GetProperty("attribute").GetString()!],
            };
            var saved = before - Size(rows, column);
            Assert.That(suggestion.GetProperty("saved_bytes").GetInt64(), Is.EqualTo(saved).Within(10).Percent, column.Name);
        }

        Assert.That((await workspace.PipeAsync(Sample.Logs, "suggest-columns", "-")).ExitCode, Is.EqualTo(1), "nothing to save");
    }

    private static long Size(List<SpanRow> rows, TelemetryColumn? column)
    {
        var options = new TelemetryParquetOptions
        {
            Promoted = column is null ? TelemetrySchema.Promoted : [.. TelemetrySchema.Promoted, column],
        };
        using var writer = TelemetryParquetWriter.ForSpans(Stream.Null, options);
        rows.ForEach(writer.Write);
        writer.Close();
        return writer.BytesWritten;
    }

    private static IEnumerable<SpanRow> Rows(int count)
    {
        var random = new Random(3);
        var resource = new ResourceInfo { Attributes = new AttributeList { { "service.name", "shop" } } };
        for (var i = 0; i < count; i++)
        {
            var span = new SpanRow
            {
                TraceId = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64()),
                SpanId = new SpanId((ulong)i + 1),
                Name = "GET",
                StartTimeUnixNano = Sample.Start + (i * 1_000_000L),
                DurationNano = random.Next(1_000_000),
                Resource = resource,
            };
            span.Attributes.Add("url.path", $"/orders/{random.Next(5_000)}");
            span.Attributes.Add("http.response.status_code", random.Next(20) == 0 ? 500L : 200L);
            span.Attributes.Add("server.address", $"host{random.Next(30)}");
            if (i % 100 == 0)
                span.Attributes.Add("rare", "x");
            yield return span;
        }
    }
}
