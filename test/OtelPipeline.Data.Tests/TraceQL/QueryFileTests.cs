using System.Text.Json.Nodes;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>The same queries over the same spans find the same whether they come as rows, as JSON lines or as Parquet columns.</summary>
internal sealed class QueryFileTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public async Task WriteFiles()
    {
        _folder = Directory.CreateTempSubdirectory("traceql").FullName;
        await File.WriteAllLinesAsync(Path.Combine(_folder, "data.jsonl"), QueryData.Spans().Select(Json));
        Write(Path.Combine(_folder, "data.parquet"), QueryData.Spans(), new TelemetryParquetOptions());
        Write(Path.Combine(_folder, "plain.parquet"), QueryData.Spans(), new TelemetryParquetOptions { Promoted = [] });
    }

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void TheTableOfQueries([Values("data.jsonl", "data.parquet", "plain.parquet")] string file)
    {
        foreach (var line in string.Join('\n', QueryTable.Fields, QueryTable.Types, QueryTable.Traces).Split('\n'))
        {
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            var text = line.Split(" => ")[0];
            var query = TraceQLQuery.Parse(text);
            Assert.That(Search(query, Path.Combine(_folder, file)), Is.EqualTo(QueryTableTests.Find(query)), text);
        }
    }

    [TestCase("{ } | count_over_time() by (name, kind)")]
    [TestCase("{ .rows > 0 } | rate() by (.pipeline.node.name)")]
    [TestCase("{ } | rate() by (span.pipeline.node.name, status)")]
    [TestCase("{ status = error } | quantile_over_time(duration, 0.5, 0.9) by (resource.service.name)")]
    [TestCase("{ kind != server } | sum_over_time(.rows) by (.zone)")]
    [TestCase("{ event:name = \"exception\" } | avg_over_time(duration)")]
    [TestCase("{ } | histogram_over_time(duration) by (instrumentation:name)")]
    [TestCase("({ status = error } | rate() by (kind)) / ({ } | rate() by (kind))")]
    [TestCase("{ } >> { kind = client } | count_over_time()")]
    public void TimeSeries(string text)
    {
        var query = TraceQLQuery.Parse(text);
        var expected = Show(query.MeasureAsync(QueryData.Spans().ToAsyncEnumerable()).GetAwaiter().GetResult());
        foreach (var file in (string[])["data.jsonl", "data.parquet", "plain.parquet"])
            Assert.That(Show(query.Measure([Path.Combine(_folder, file)])), Is.EqualTo(expected), file);
    }

    [Test]
    public void RandomQueriesOverColumns()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var naive = new NaiveQuery(seed);
            var spans = Enumerable.Range(0, 20).SelectMany(_ => naive.Trace()).ToList();
            var file = Path.Combine(_folder, $"random-{seed}.parquet");
            Write(
                file,
                spans,
                new TelemetryParquetOptions
                {
                    Promoted =
                    [
                        new("k", TelemetryColumnType.String, false) { AttributeKeys = ["k", "two words"] },
                        .. TelemetrySchema.Promoted,
                    ],
                }
            );
            for (var i = 0; i < 15; i++)
            {
                var (text, test) = naive.Filter();
                var found = new List<string>();
                TraceQLQuery.Parse(text).Search([file], set => found.Add($"{set.Spans[0].Span.SpanId} {set.Spans[0].Span.Name}"));
                Assert.That(found, Is.EqualTo(spans.Where(test).Select(span => $"{span.SpanId} {span.Name}")), text);
            }
        }
    }

    [Test]
    public void RowsThatAreNotReadAreCounted()
    {
        var report = new TelemetryReadReport();
        var options = new TraceQLSearchOptions { Read = new TelemetryReadOptions { Report = report } };
        TraceQLQuery.Parse("{ name = \"leaf\" }").Search([Path.Combine(_folder, "data.parquet")], _ => { }, options);
        Assert.That(report.Files.Sum(file => file.Spans), Is.EqualTo(11));
    }

    [Test]
    public void ALimitEndsTheSearch([Values("data.jsonl", "data.parquet")] string file)
    {
        var found = 0;
        TraceQLQuery.Parse("{ }").Search([Path.Combine(_folder, file)], _ => found++, new TraceQLSearchOptions { Limit = 3 });
        Assert.That(found, Is.EqualTo(3));
        found = 0;
        TraceQLQuery.Parse("{ } | by(name)").Search([Path.Combine(_folder, file)], _ => found++, new TraceQLSearchOptions { Limit = 4 });
        Assert.That(found, Is.EqualTo(4));
    }

    [Test]
    public void WhatWholeTracesMayHoldIsBounded()
    {
        var options = new TraceQLSearchOptions { MaxHeldSpans = 5 };
        Assert.That(
            () => TraceQLQuery.Parse("{ } | count() > 1").Search([Path.Combine(_folder, "data.jsonl")], _ => { }, options),
            Throws.TypeOf<TraceQLLimitException>().With.Message.Contains("MaxHeldSpans")
        );
        // of spans that no filter can match only ids are held
        Assert.That(
            () => TraceQLQuery.Parse("{ kind = server } | count() > 0").Search([Path.Combine(_folder, "data.jsonl")], _ => { }, options),
            Throws.Nothing
        );
    }

    [Test]
    public void TimeBoundsTheSearch()
    {
        var start = DateTimeOffset.UnixEpoch.AddTicks(QueryData.Start / 100);
        foreach (var file in (string[])["data.jsonl", "data.parquet"])
        {
            var options = new TraceQLSearchOptions { Since = start.AddSeconds(9), Until = start.AddSeconds(20.2) };
            var found = new List<string>();
            TraceQLQuery.Parse("{ }").Search([Path.Combine(_folder, file)], set => found.Add(set.Spans[0].Span.Name), options);
            // the first run ended after 10 seconds
            Assert.That(found, Is.EqualTo((string[])["run daily", "run hourly", "node read"]), file);
            found.Clear();
            TraceQLQuery.Parse("{ } | count() > 0").Search([Path.Combine(_folder, file)], set => found.Add(set.RootName!), options);
            Assert.That(found, Is.EqualTo((string[])["run daily", "run hourly"]), file);
        }
    }

    [Test]
    public void SelectedFieldsAndGroupsAreShown()
    {
        var sets = TraceQLQuery
            .Parse("{ name =~ \"node.*\" } | select(.rows, resource.service.name, kind, duration) | by(status) | count() > 0")
            .SearchAsync(QueryData.Spans().ToAsyncEnumerable())
            .ToBlockingEnumerable()
            .ToList();
        Assert.That(
            sets.Select(set => string.Join(", ", set.Attributes.Select(pair => $"{pair.Key}={pair.Value}"))),
            Is.EqualTo(
                (string[])
                    ["by(status)=ok, count()=1", "by(status)=error, count()=1", "by(status)=ok, count()=1", "by(status)=unset, count()=1"]
            )
        );
        Assert.That(
            string.Join(", ", sets[0].Spans[0].Fields.Select(pair => $"{pair.Key}={pair.Value}")),
            Is.EqualTo(".rows=100, resource.service.name=ingest, kind=internal, duration=2000000000")
        );
        Assert.That(
            (sets[0].RootName, sets[0].RootServiceName, sets[0].TraceDurationNano),
            Is.EqualTo(("run daily", "ingest", 10_000_000_000L))
        );
    }

    private static string Search(TraceQLQuery query, string path)
    {
        var sets = new List<(TraceId Trace, string Spans)>();
        query.Search([path], set => sets.Add((set.TraceId, string.Join(' ', set.Spans.Select(span => span.Span.SpanId.ToString()[^2..])))));
        return sets.Count == 0
            ? "none"
            : string.Join(
                ' ',
                sets.GroupBy(set => set.Trace)
                    .Select(trace =>
                        string.Join(' ', trace.Select(set => !query.NeedsWholeTraces || trace.Count() == 1 ? set.Spans : $"({set.Spans})"))
                    )
            );
    }

    private static string Show(TimeSeriesResult result) =>
        $"{result.Step} {string.Join(',', result.TimesUnixNano)}\n"
        + string.Join('\n', result.Series.Select(series => $"{series} {string.Join(' ', series.Values)}"));

    private static void Write(string path, IEnumerable<SpanRow> spans, TelemetryParquetOptions options)
    {
        using var stream = File.Create(path);
        using var writer = TelemetryParquetWriter.ForSpans(stream, options);
        foreach (var span in spans)
            writer.Write(span);
        writer.Close();
    }

    /// <summary>A span as a line of OTLP/JSON.</summary>
    private static string Json(SpanRow span) =>
        new JsonObject
        {
            ["resourceSpans"] = new JsonArray(
                new JsonObject
                {
                    ["resource"] = new JsonObject { ["attributes"] = Json(span.Resource.Attributes) },
                    ["scopeSpans"] = new JsonArray(
                        new JsonObject
                        {
                            ["scope"] = new JsonObject
                            {
                                ["name"] = span.Scope.Name,
                                ["version"] = span.Scope.Version ?? "",
                                ["attributes"] = Json(span.Scope.Attributes),
                            },
                            ["spans"] = new JsonArray(
                                new JsonObject
                                {
                                    ["traceId"] = span.TraceId.ToString(),
                                    ["spanId"] = span.SpanId.ToString(),
                                    ["parentSpanId"] = span.ParentSpanId.IsEmpty ? "" : span.ParentSpanId.ToString(),
                                    ["name"] = span.Name,
                                    ["kind"] = (int)span.Kind,
                                    ["startTimeUnixNano"] = $"{span.StartTimeUnixNano}",
                                    ["endTimeUnixNano"] = $"{span.EndTimeUnixNano}",
                                    ["status"] = new JsonObject { ["code"] = (int)span.StatusCode, ["message"] = span.StatusMessage ?? "" },
                                    ["attributes"] = Json(span.Attributes),
                                    ["events"] = new JsonArray([
                                        .. span.Events.Select(@event =>
                                            (JsonNode)
                                                new JsonObject
                                                {
                                                    ["name"] = @event.Name,
                                                    ["timeUnixNano"] = $"{@event.TimeUnixNano}",
                                                    ["attributes"] = Json(@event.Attributes),
                                                }
                                        ),
                                    ]),
                                    ["links"] = new JsonArray([
                                        .. span.Links.Select(link =>
                                            (JsonNode)
                                                new JsonObject
                                                {
                                                    ["traceId"] = link.TraceId.ToString(),
                                                    ["spanId"] = link.SpanId.ToString(),
                                                    ["attributes"] = Json(link.Attributes),
                                                }
                                        ),
                                    ]),
                                }
                            ),
                        }
                    ),
                }
            ),
        }.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static JsonArray Json(AttributeList attributes) =>
        new([.. attributes.Select(pair => (JsonNode)new JsonObject { ["key"] = pair.Key, ["value"] = Json(pair.Value) })]);

    private static JsonObject Json(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.Boolean => new JsonObject { ["boolValue"] = value.AsBoolean() },
            AttributeKind.Int64 => new JsonObject { ["intValue"] = $"{value.AsInt64()}" },
            AttributeKind.Double => new JsonObject { ["doubleValue"] = value.AsDouble() },
            AttributeKind.Bytes => new JsonObject { ["bytesValue"] = value.ToString() },
            AttributeKind.Array => new JsonObject
            {
                ["arrayValue"] = new JsonObject
                {
                    ["values"] = new JsonArray([.. value.AsArray().Select(element => (JsonNode)Json(element))]),
                },
            },
            _ => new JsonObject { ["stringValue"] = value.AsString() },
        };
}
