using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>A summary makes no values of what it does not look at, and yet counts, forgives and reports the same.</summary>
internal sealed class ProjectionTests
{
    private static readonly string[] Queries =
    [
        "{ } | count_over_time()",
        "{ duration > 2ms } | avg_over_time(duration) by (span.pipeline.node.name)",
        "{ name != \"b\" } | count_over_time() by (.k)",
        "{ status = error } | count_over_time() by (statusMessage, .pipeline.run.result)",
        "{ span:id = \"0102030405060708\" } | sum_over_time(.n) by (.rows)",
        "{ .n > 1 || resource.service.name = \"s\" } | count_over_time() by (instrumentation:name)",
    ];

    private string _folder = "";

    [OneTimeSetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("projection").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void WhatIsNotLookedAtIsCheckedAllTheSame() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var path = Path.Combine(_folder, "lines.jsonl");
                using (var stream = File.Create(path))
                {
                    for (var i = random.Next(12); i >= 0; i--)
                        stream.Write(random.Next(2) == 0 ? FlatLine(random) : OtlpLine(random));
                }

                var text = Queries[random.Next(Queries.Length)];
                var whole = new TelemetryReadReport();
                var rows = new List<SpanRow>();
                TelemetryReader.ReadSpans([path], span => rows.Add(span.Clone()), new TelemetryReadOptions { Report = whole });
                var projected = new TelemetryReadReport();
                var options = new TraceQLSearchOptions
                {
                    Step = TimeSpan.FromDays(1),
                    Read = new TelemetryReadOptions { Report = projected },
                };
                var query = TraceQLQuery.Parse(text);
                var result = query.Measure([path], options);
                var expected = query.MeasureAsync(rows.ToAsyncEnumerable(), options).GetAwaiter().GetResult();
                Assert.That(Show(result), Is.EqualTo(Show(expected)), $"{text}\n{File.ReadAllText(path)}");
                Assert.That(Show(projected), Is.EqualTo(Show(whole)), $"{text}\n{File.ReadAllText(path)}");
            })
        );

    private static byte[] FlatLine(Random random)
    {
        string[] properties =
        [
            "\"timestamp\":"
                + One(random, "\"2026-11-20T10:00:00.123456789Z\"", "\"2026-02-29T10:00:00Z\"", "\"2026-11-20T10:00:00.5+01:00\"", "7"),
            "\"name\":" + One(random, "\"a\"", "\"b\"", "\"\\u0061\"", "\"ä\"", "3", "null", "\"\u0001\""),
            "\"trace_id\":"
                + One(
                    random,
                    "\"0102030405060708090a0b0c0d0e0f10\"",
                    "\"0102030405060708090A0B0C0D0E0F10\"",
                    "\"AQIDBAUGBwgJCgsMDQ4PEA==\"",
                    "\"xyz\"",
                    "1"
                ),
            "\"span_id\":" + One(random, "\"0102030405060708\"", "\"010203040506070A\"", "\"0102\"", "null"),
            "\"parent_span_id\":" + One(random, "\"0102030405060709\"", "\"0102030405060G09\"", "\"\""),
            "\"node\":" + One(random, "\"n1\"", "\"n\\u00e42\"", "\"\\ud800\"", "4", "{\"x\":1}", "\"\""),
            "\"status\":" + One(random, "\"ok\"", "\"error\"", "\"done\"", "\"do\\u006ee\"", "5"),
            "\"status_message\":" + One(random, "\"m\"", "\"\\n\"", "6"),
            "\"duration_ms\":"
                + One(random, "1", "2.5", "0.000001", "1e3", "00", "-4", "123456789012345678", "\"7\"", "01.5", "3.", ".5", "0"),
            "\"level\":" + One(random, "\"Error\"", "\"\\t\"", "[1]"),
            "\"rows\":" + One(random, "1", "-2", "1.5", "1e400", "\"x\"", "[\"\\ud800\"]", "true", "-"),
            "\"k\":" + One(random, "\"v\"", "\"w\\\\\"", "nul", "\"\u007f\""),
            "\"attributes\":"
                + One(
                    random,
                    "{\"n\":2,\"k\":\"v\"}",
                    "{\"n\":\"\\ud800\",\"z\":[1,{\"a\":null}]}",
                    "[{\"key\":\"n\",\"value\":{\"intValue\":\"3\"}}]",
                    "{\"n\":1"
                ),
        ];
        random.Shuffle(properties);
        var text = "{\"timestamp\":\"2026-11-20T10:00:00Z\"," + string.Join(',', properties[..random.Next(2, properties.Length)]) + "}\n";
        return Spoilt(random, text);
    }

    private static byte[] OtlpLine(Random random)
    {
        var attributes = Enumerable
            .Range(0, random.Next(5))
            .Select(_ =>
                "{\"key\":\""
                + One(random, "k", "n", "other", "\\u006b", "pipeline.node.name", "ö")
                + "\",\"value\":"
                + One(
                    random,
                    "{\"stringValue\":\"v\"}",
                    "{\"stringValue\":\"\\ud800\"}",
                    "{\"intValue\":\"2\"}",
                    "{\"intValue\":2}",
                    "{\"string_value\":\"s\"}",
                    "\"plain\"",
                    "{\"stringValue\":7}",
                    "{\"stringValue\":\"v\" }"
                )
                + "}"
            );
        return Spoilt(
            random,
            Dialects.Span(
                $"\"spanId\":\"0102030405060708\",\"name\":{One(random, "\"a\"", "\"\\u0061\"", "5")},\"startTimeUnixNano\":\"1000\",\"endTimeUnixNano\":\"9000000\",\"attributes\":[{string.Join(',', attributes)}]"
            ) + "\n"
        );
    }

    private static byte[] Spoilt(Random random, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.Next(6) == 0)
            bytes[random.Next(bytes.Length - 1)] = 0xC3;
        return bytes;
    }

    private static string One(Random random, params string[] texts) => random.Next(3) > 0 ? texts[0] : texts[random.Next(texts.Length)];

    private static string Show(TimeSeriesResult result) =>
        string.Join(',', result.TimesUnixNano)
        + "\n"
        + string.Join('\n', result.Series.Select(series => $"{series} {string.Join(' ', series.Values)}"));

    private static string Show(TelemetryReadReport report) =>
        $"{report.Spans} {report.ErrorCount} {string.Join(", ", report.Leniencies)}\n{string.Join('\n', report.Errors)}\n{string.Join('\n', report.Forgiven)}";
}
