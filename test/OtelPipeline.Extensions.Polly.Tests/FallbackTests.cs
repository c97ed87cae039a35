using OtelPipeline.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Retry;

namespace OtelPipeline.Extensions.Polly.Tests;

/// <summary>Fallbacks by tier.</summary>
internal sealed class FallbackTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Each_tier_that_was_tried_is_an_attempt_with_its_result_and_its_time()
    {
        using var exported = new Exported();
        var polly = Falling(
                ("archive", () => Take(4, "found")),
                ("mirror", () => Take<string>(2, new IOException())),
                source => source.FallbackSources.Add("origin")
            )
            .Build();
        var found = await polly.ExecuteAsync(async _ => await Take<string>(1, new TimeoutException()));
        Assert.That(found, Is.EqualTo("found"));
        string[] expected = [Of(1, "origin", "timeout", 1), Of(2, "mirror", "error", 2), Of(3, "archive", "success", 4)];
        Assert.That(
            exported.Points("pipeline.fallback.attempt.duration", "name=tiers"),
            Is.EquivalentTo(expected.Select(static e => e + " (1)"))
        );
        Assert.That(
            exported.Events("pipeline.fallback.attempt").Select(static e => (e["pipeline.fallback.tier"], e["pipeline.fallback.result"])),
            Is.EqualTo(new[] { ((object)1, (object)"timeout"), (2, "error"), (3, "success") })
        );
    }

    [Test]
    public async Task Without_names_only_executions_that_fall_back_are_attempts_and_with_names_all_are()
    {
        using var exported = new Exported();
        var unnamed = Falling(("b", () => Take(0, "b")), null, null, "unnamed").Build();
        var named = Falling(
                ("b", () => Take(0, "b")),
                null,
                static o =>
                {
                    o.FallbackSources.Add("first");
                    o.FallbackSources.Add("second");
                },
                "named"
            )
            .Build();
        foreach (var polly in new[] { unnamed, named })
        {
            await polly.ExecuteAsync(static _ => ValueTask.FromResult("a"));
            await polly.ExecuteAsync(static _ => ValueTask.FromResult(""));
        }

        Assert.That(
            exported.Points("pipeline.fallback.attempts", "name=unnamed"),
            Is.EquivalentTo(new[] { Of(1, "primary", "no_result", 1, "unnamed"), Of(2, "b", "success", 1, "unnamed") })
        );
        Assert.That(
            exported.Points("pipeline.fallback.attempts", "name=named"),
            Is.EquivalentTo(
                new[]
                {
                    Of(1, "first", "success", 1, "named"),
                    Of(1, "first", "no_result", 1, "named"),
                    Of(2, "second", "success", 1, "named"),
                }
            )
        );
    }

    [Test]
    public async Task A_source_that_a_breaker_refuses_or_that_was_cancelled_was_left_out()
    {
        using var exported = new Exported();
        var polly = Falling(("b", () => Take(0, "b")), null, null, "refused").Build();
        await polly.ExecuteAsync(static _ => ValueTask.FromException<string>(new BrokenCircuitException()));
        using var cancel = new CancellationTokenSource();
        Assert.That(
            async () =>
                await polly.ExecuteAsync(
                    async token =>
                    {
                        await cancel.CancelAsync();
                        token.ThrowIfCancellationRequested();
                        return "";
                    },
                    cancel.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(
            exported.Points("pipeline.fallback.attempts", "name=refused"),
            Is.EquivalentTo(new[] { Of(1, "primary", "skipped", 1, "refused"), Of(2, "b", "success", 1, "refused") })
        );
    }

    [Test]
    public async Task A_retry_around_the_fallbacks_begins_with_the_first_tier_again()
    {
        using var exported = new Exported();
        var tries = 0;
        var builder = new ResiliencePipelineBuilder<string> { TimeProvider = _time }.AddRetry(
            new RetryStrategyOptions<string> { ShouldHandle = Fails(), Delay = TimeSpan.Zero }
        );
        var polly = Falling(("b", () => ++tries == 1 ? Take<string>(2, new IOException()) : Take(3, "b")), null, null, "rounds", builder)
            .Build();
        await polly.ExecuteAsync(async _ => await Take<string>(1, new IOException()));
        Assert.That(
            exported.Points("pipeline.fallback.attempts", "name=rounds"),
            Is.EquivalentTo(
                new[] { Of(1, "primary", "error", 2, "rounds"), Of(2, "b", "error", 1, "rounds"), Of(2, "b", "success", 1, "rounds") }
            )
        );
        Assert.That(
            exported.Points("pipeline.fallback.attempt.duration", "name=rounds"),
            Has.Member(Of(2, "b", "success", 3, "rounds") + " (1)")
        );
    }

    private static string Of(int tier, string source, string result, double value, string name = "tiers") =>
        $"pipeline.fallback.name={name} pipeline.fallback.result={result} pipeline.fallback.source={source} pipeline.fallback.tier={tier}: {value}";

    private static PredicateBuilder<string> Fails() =>
        new PredicateBuilder<string>().HandleResult("").Handle<IOException>().Handle<TimeoutException>().Handle<BrokenCircuitException>();

    private Task<T> Take<T>(int seconds, T result)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.FromResult(result);
    }

    private Task<T> Take<T>(int seconds, Exception exception)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.FromException<T>(exception);
    }

    private ResiliencePipelineBuilder<string> Falling(
        (string Name, Func<Task<string>> Body) outer,
        (string Name, Func<Task<string>> Body)? inner,
        Action<PollyTelemetryOptions>? configure,
        string name = "tiers",
        ResiliencePipelineBuilder<string>? builder = null
    )
    {
        builder ??= new ResiliencePipelineBuilder<string> { TimeProvider = _time };
        builder.AddFallback(Options(outer.Name, outer.Body));
        if (inner is { } more)
            builder.AddFallback(Options(more.Name, more.Body));
        return builder.AddPipelineTelemetry(name, configure);

        static FallbackStrategyOptions<string> Options(string name, Func<Task<string>> body) =>
            new()
            {
                Name = name,
                ShouldHandle = Fails(),
                FallbackAction = async _ => await Outcome.FromResultAsValueTask(await body()),
            };
    }
}
