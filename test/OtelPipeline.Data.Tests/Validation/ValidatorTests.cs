using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.Validation;
using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests.Validation;

internal sealed class ValidatorTests
{
    private const string Span =
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"a","kind":1,"startTimeUnixNano":"1795000000000000000","endTimeUnixNano":"1795000001000000000","attributes":[{"key":"k","value":{"stringValue":"v"}}]}]}]}]}""";
    private const string Log =
        """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795000000000000000","severityNumber":9,"body":{"stringValue":"a"}}]}]}]}""";
    private const string Histogram =
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","histogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"1795000000000000000","count":"3","sum":2,"bucketCounts":["1","2"],"explicitBounds":[1]}]}}]}]}]}""";

    /// <summary>A valid line, what is changed in it, and the rule that it breaks then.</summary>
    private static readonly (string Line, string From, string To, string Rule, ValidationSeverity Severity)[] Violations =
    [
        (Span, "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",", "", "trace_id_missing", ValidationSeverity.Error),
        (Span, "0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000", "trace_id_missing", ValidationSeverity.Error),
        (Span, "b7ad6b7169203331", "b7ad", "invalid_id", ValidationSeverity.Error),
        (Span, "b7ad6b7169203331", "B7AD6B7169203331", "upper_case_hex", ValidationSeverity.Leniency),
        (Span, "\"name\":\"a\"", "\"name\":\"\"", "name_empty", ValidationSeverity.Error),
        (Span, "1795000001000000000", "1794000001000000000", "end_before_start", ValidationSeverity.Error),
        (Span, "\"1795000001000000000\"", "1795000001000000000", "number_for_int64", ValidationSeverity.Leniency),
        (Span, "\"kind\":1", "\"kind\":\"SPAN_KIND_INTERNAL\"", "enum_name", ValidationSeverity.Leniency),
        (Span, "\"kind\":1", "\"kind\":77", "invalid_enum", ValidationSeverity.Error),
        (Span, "\"startTimeUnixNano\"", "\"start_time_unix_nano\"", "snake_case_key", ValidationSeverity.Leniency),
        (Span, "[{\"key\":\"k\"", "[{\"key\":\"k\",\"value\":{}},{\"key\":\"k\"", "key_repeated", ValidationSeverity.Error),
        (Span, "{\"stringValue\":\"v\"}", "\"v\"", "plain_value", ValidationSeverity.Leniency),
        (Span, "{\"stringValue\":\"v\"}", "{\"bytesValue\":\"!\"}", "invalid_bytes", ValidationSeverity.Error),
        (Span, "\"kind\":1,", "\"kind\":1,\"links\":[{}],", "link_without_ids", ValidationSeverity.Error),
        (Span, "}]}]}]}", "}]}]", "unreadable", ValidationSeverity.Error),
        (Span, "resourceSpans", "resourceThings", "unknown_document", ValidationSeverity.Error),
        (Log, "\"severityNumber\":9", "\"severityNumber\":99", "invalid_enum", ValidationSeverity.Error),
        (Log, "\"timeUnixNano\":\"1795000000000000000\",", "", "time_missing", ValidationSeverity.Error),
        (Log, "\"severityNumber\":9,", "\"severityNumber\":null,", "null", ValidationSeverity.Leniency),
        (Histogram, "\"aggregationTemporality\":2,", "", "temporality_missing", ValidationSeverity.Error),
        (Histogram, "[\"1\",\"2\"]", "[\"1\",\"1\",\"1\"]", "buckets_do_not_fit", ValidationSeverity.Error),
        (Histogram, "\"count\":\"3\"", "\"count\":\"4\"", "count_does_not_fit", ValidationSeverity.Error),
        (
            Histogram,
            "\"timeUnixNano\"",
            "\"startTimeUnixNano\":\"1796000000000000000\",\"timeUnixNano\"",
            "end_before_start",
            ValidationSeverity.Error
        ),
    ];

    [Test]
    public void Each_seeded_violation_is_found_with_its_line()
    {
        using var folder = new TemporaryFolder();
        foreach (var signal in Violations.GroupBy(violation => violation.Line))
        {
            // each violation between lines that are right
            var lines = signal
                .SelectMany(violation => (string[])[violation.Line, Changed(violation.Line, violation.From, violation.To)])
                .ToList();
            var path = folder.Write("violations.jsonl", string.Join('\n', lines) + "\n");
            var result = TelemetryValidator.Validate([path]);
            var found = result.Findings.Select(finding => (finding.Line, finding.Rule, finding.Severity)).ToList();
            // an id that is none is also one that is missing
            found.RemoveAll(finding => finding.Rule == "span_id_missing");
            Assert.That(
                found,
                Is.EquivalentTo(signal.Select((violation, i) => ((long)(i * 2) + 2, violation.Rule, violation.Severity))),
                string.Join('\n', result.Findings)
            );
            Assert.That(result.Findings.Select(finding => finding.File).Distinct(), Is.EqualTo(new[] { path }));
        }

        Assert.That(Violations, Has.Length.GreaterThanOrEqualTo(20));
    }

    [Test]
    public void Lines_that_are_right_have_no_findings()
    {
        using var folder = new TemporaryFolder();
        foreach (var line in (string[])[Span, Log, Histogram])
            Assert.That(TelemetryValidator.Validate([folder.Write("right.jsonl", line + "\n")]).Findings, Is.Empty);
        var mixed = TelemetryValidator.Validate([folder.Write("mixed.jsonl", $"{Span}\n{Log}\n{Log}\n")]);
        Assert.That(
            mixed.Findings.Single().ToString(),
            Does.EndWith("mixed.jsonl:2: error: the file holds more than one signal; each needs a file of its own (several_signals)")
        );
    }

    [Test]
    public void Tables_are_checked_by_column_and_row()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Of("spans.parquet");
        using (var writer = TelemetryParquetWriter.ForSpans(File.Create(path)))
        {
            writer.Write(
                new SpanRow
                {
                    TraceId = new TraceId(1, 2),
                    SpanId = new SpanId(3),
                    Name = "a",
                    StartTimeUnixNano = 1,
                }
            );
            writer.Write(
                new SpanRow
                {
                    TraceId = new TraceId(1, 2),
                    SpanId = new SpanId(4),
                    Name = "",
                    StartTimeUnixNano = 1,
                }
            );
            writer.Close();
        }

        var result = TelemetryValidator.Validate([path]);
        Assert.That(result.Findings.Single().ToString(), Is.EqualTo($"{path}:2: error: span 0000000000000004 has no name (name_empty)"));

        var schema = new OtelPipeline.Parquet.ParquetSchema(OtelPipeline.Parquet.ParquetField.Int32("trace_id"));
        var options = new OtelPipeline.Parquet.ParquetWriterOptions { KeyValueMetadata = { ["otelpipeline.schema"] = "spans/1" } };
        using (var writer = OtelPipeline.Parquet.ParquetWriter.Create(folder.Of("wrong.parquet"), schema, options))
            writer.Close();
        var wrong = TelemetryValidator.Validate([folder.Of("wrong.parquet")]);
        Assert.That(wrong.Findings.Select(finding => finding.Rule), Does.Contain("column_type").And.Contain("column_missing"));
    }

    [Test]
    public void What_collectors_wrote_is_valid()
    {
        if (RepositoryPaths.Samples is not { } samples)
            return;
        var result = TelemetryValidator.Validate([Path.Combine(samples, "otlp", "collector")]);
        Assert.That(result.Report.Files.Count(file => file.SkippedBecause is null), Is.GreaterThan(0));
        Assert.That(result.Findings.Where(finding => finding.Rule == "unreadable"), Is.Empty);
    }

    private static string Changed(string line, string from, string to)
    {
        var at = line.IndexOf(from, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), from);
        return line[..at] + to + line[(at + from.Length)..];
    }
}
