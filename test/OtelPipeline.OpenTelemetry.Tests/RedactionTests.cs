using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Internal;
using OtelPipeline.OpenTelemetry.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Tests;

[NonParallelizable]
public sealed class RedactionTests
{
    private const string Secret = "hunter2-s3cr3t";
    private const string Url = "https://alice:" + Secret + "@files.example/private/report.pdf?sig=" + Secret + "#" + Secret;
    private static readonly ActivitySource s_source = new("Somebody.Else");

    // a secret and a URL in each place that telemetry has
    private static async Task PlantAsync(ILogger logger)
    {
        var pipeline = new Pipeline("p");
        try
        {
            await pipeline.RunAsync(async run =>
            {
                run.Configuration(
                    new
                    {
                        ApiKey = Secret,
                        Endpoint = Url,
                        Connection = "Server=db;Password=" + Secret + ";Timeout=3",
                    }
                );
                run.Warn("see " + Url);
                run.Set("note", "token=" + Secret);
                ActivityLink[] links =
                [
                    new(
                        new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default),
                        new() { ["see"] = Url }
                    ),
                ];
                using (logger.BeginScope(new Dictionary<string, object> { ["token"] = Secret, ["from"] = Url }))
                using (var span = s_source.StartActivity("GET " + Url, ActivityKind.Client, default(ActivityContext), null, links))
                {
                    span?.AddEvent(new ActivityEvent("tried " + Url, tags: new() { ["url"] = Url, ["client.secret"] = Secret }));
                    span?.AddException(new InvalidOperationException("no access to " + Url));
                    span?.SetTag("url.full", Url)
                        .SetTag("http.request.header.authorization", "Bearer " + Secret)
                        .SetTag("db.password", Secret);
                    span?.SetTag("urls", new[] { Url, "plain" }).SetTag("url.query", "q=" + Secret).SetTag("uri", new Uri(Url));
                    span?.SetStatus(ActivityStatusCode.Error, "could not open " + Url);
                    logger.LogInformation("login {User} {Password} at {Where}", "alice", Secret, Url);
                    logger.LogInformation("Authorization: Bearer " + Secret);
                    logger.LogError(new InvalidOperationException("outer", new InvalidOperationException("no access to " + Url)), "failed");
                }

                await run.NodeAsync(
                    "n",
                    NodeType.Sink,
                    _ => throw new InvalidOperationException("password=" + Secret + " was rejected by " + Url)
                );
            });
        }
        catch (InvalidOperationException)
        {
            // planted
        }
    }

    [TestCase(true, JsonlFormat.Otlp)]
    [TestCase(false, JsonlFormat.Otlp)]
    [TestCase(true, JsonlFormat.Flat)]
    [TestCase(false, JsonlFormat.Flat)]
    public async Task Nothing_planted_reaches_an_exporter_whatever_the_order_of_the_calls(bool exporterFirst, JsonlFormat format)
    {
        var capture = new Capture();
        var directory = Path.Combine(TestContext.CurrentContext.WorkDirectory, Guid.NewGuid().ToString("N"));
        IOpenTelemetryBuilder Use(IOpenTelemetryBuilder otel) =>
            otel.UseJsonlExporter(o =>
            {
                o.Directory = directory;
                o.Format = format;
            });
        try
        {
            using (
                var sdk = OpenTelemetrySdk.Create(otel =>
                {
                    otel.Services.Configure<OpenTelemetryLoggerOptions>(o => o.IncludeScopes = true);
                    if (exporterFirst)
                    {
                        capture.AddTo(otel);
                        Use(otel).UsePipelineInstrumentation();
                    }
                    else
                    {
                        Use(otel.UsePipelineInstrumentation());
                        capture.AddTo(otel);
                    }

                    otel.WithTracing(t => t.AddSource("Somebody.Else"));
                })
            )
            {
                await PlantAsync(sdk.GetLoggerFactory().CreateLogger("test"));
            }

            var files = string.Concat(Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
            Assert.That(
                files,
                Does.Contain("tried https://files.example/private/report.pdf"),
                "what cannot be changed is redacted as it is written"
            );
            foreach (var text in new[] { capture.Dump(), files })
            {
                Assert.That(text, Does.Contain("files.example"), "the rest of the URL is of use and stays");
                Assert.That(text, Does.Not.Contain(Secret));
                Assert.That(text, Does.Not.Contain("alice:"));
                Assert.That(text, Does.Not.Contain("?sig"));
            }

            Assert.That(capture.Spans.Select(s => s.DisplayName), Does.Contain("GET https://files.example/private/report.pdf"));
            Assert.That(capture.Logs.Select(l => l.Message), Does.Contain("login alice *** at https://files.example/private/report.pdf"));
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task With_a_hash_key_paths_become_equal_hashes_that_tell_nothing()
    {
        var capture = new Capture();
        using (
            var sdk = OpenTelemetrySdk.Create(otel =>
                capture.AddTo(
                    otel.UsePipelineInstrumentation(o => o.Redaction.UrlPathHashKey = "0123456789abcdef")
                        .WithTracing(t => t.AddSource("Somebody.Else"))
                )
            )
        )
        {
            await PlantAsync(sdk.GetLoggerFactory().CreateLogger("test"));
        }

        Assert.That(capture.Dump(), Does.Not.Contain("report.pdf").And.Not.Contain("private"));
        var span = capture.Spans.Single(s => s.Source.Name == "Somebody.Else");
        var full = (string)span.GetTagItem("url.full")!;
        Assert.That(full, Does.Match("^https://files\\.example/[0-9a-f]{32}$"));
        Assert.That(span.DisplayName, Is.EqualTo("GET " + full));
    }

    [Test]
    public async Task Further_words_can_be_named_and_redaction_switched_off()
    {
        foreach (var enabled in new[] { true, false })
        {
            var capture = new Capture();
            using (
                OpenTelemetrySdk.Create(otel =>
                    capture.AddTo(
                        otel.UsePipelineInstrumentation(o =>
                        {
                            o.Redaction.Enabled = enabled;
                            o.Redaction.SensitiveKeys.Add("iban");
                        })
                    )
                )
            )
            {
                await new Pipeline("p").RunAsync(run =>
                {
                    run.Set("customer.IBAN", "DE02120300000000202051");
                    return Task.CompletedTask;
                });
            }

            Assert.That(capture.Spans.Single().GetTagItem("customer.IBAN"), Is.EqualTo(enabled ? "***" : "DE02120300000000202051"));
        }
    }

    // without a template, the SDK takes the formatted text as the body, too
    [Test]
    public void A_text_without_a_template_gives_away_no_attribute()
    {
        var capture = new Capture();
        using (var sdk = OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation())))
        {
            sdk.GetLoggerFactory()
                .CreateLogger("test")
                .Log(
                    LogLevel.Information,
                    default,
                    new KeyValuePair<string, object?>[] { new("user", "alice"), new("password", Secret) },
                    null,
                    static (state, _) => $"login {state[0].Value} {state[1].Value}"
                );
        }

        Assert.That(capture.Dump(), Does.Contain("login alice ***").And.Not.Contain(Secret));
    }

    [Test]
    public void Looking_at_attributes_without_anything_to_hide_allocates_nothing()
    {
        var redactor = new Redactor([], null);
        var attributes = new KeyValuePair<string, object?>[]
        {
            new("http.request.method", "GET"),
            new("server.address", "files.example"),
            new("url.full", "https://files.example:8443/a/b.pdf"),
            new("note", "nothing to hide: 3 < 4"),
            new("count", 3L),
        };
        Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Look();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Look()
        {
            foreach (var attribute in attributes)
            {
                if (Attributes.TryRedact(redactor, attribute, out _))
                    throw new InvalidOperationException($"{attribute.Key} was redacted.");
            }
        }
    }

    [Test]
    public void An_attribute_that_throws_costs_its_span_and_nothing_else()
    {
        var capture = new Capture();
        using (
            OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation().WithTracing(t => t.AddSource("Somebody.Else"))))
        )
        {
            Assert.DoesNotThrow(() => s_source.StartActivity("bad")?.SetTag("x", new Throws()).Dispose());
            s_source.StartActivity("good")?.Dispose();
        }

        Assert.That(capture.Spans.Select(s => s.DisplayName), Is.EqualTo(new[] { "good" }));
        Assert.That(capture.Points.Select(p => p.Metric), Does.Contain(PipelineMetrics.TelemetryErrors));
    }

    private sealed class Throws
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
