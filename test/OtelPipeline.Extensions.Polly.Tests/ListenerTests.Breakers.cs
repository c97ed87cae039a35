using Microsoft.Extensions.Logging;
using OtelPipeline.Testing;
using Polly;
using Polly.CircuitBreaker;

namespace OtelPipeline.Extensions.Polly.Tests;

// circuit breakers
internal sealed partial class ListenerTests
{
    private static readonly TimeSpan s_break = TimeSpan.FromSeconds(30);

    [Test]
    public async Task The_transitions_of_a_breaker_are_counted_told_and_observed_in_their_order()
    {
        using var exported = new Exported();
        var control = new CircuitBreakerManualControl();
        var pipeline = Breaking(control).AddPipelineTelemetry("ordered", o => o.Scope = CircuitScope.Host).Build();

        await FailAsync(pipeline, 2);
        _time.Advance(s_break);
        await FailAsync(pipeline, 1);
        _time.Advance(s_break);
        await pipeline.ExecuteAsync(static _ => ValueTask.CompletedTask);
        await control.IsolateAsync();
        await control.CloseAsync();

        string[] expected =
        [
            "closed>open",
            "open>half_open",
            "half_open>open",
            "open>half_open",
            "half_open>closed",
            "closed>isolated",
            "isolated>closed",
        ];
        var events = exported.Events("pipeline.circuit_breaker.state_change");
        Assert.That(
            events.Select(static e => $"{e["pipeline.circuit_breaker.state.previous"]}>{e["pipeline.circuit_breaker.state"]}"),
            Is.EqualTo(expected)
        );
        Assert.That(
            events.Select(static e => e.Level),
            Is.EqualTo(
                new[]
                {
                    LogLevel.Warning,
                    LogLevel.Information,
                    LogLevel.Warning,
                    LogLevel.Information,
                    LogLevel.Information,
                    LogLevel.Warning,
                    LogLevel.Information,
                }
            )
        );
        Assert.That(
            events.Select(static e => e["pipeline.circuit_breaker.break.duration"]),
            Is.EqualTo(new object?[] { 30.0, null, 30.0, null, null, null, null })
        );
        Assert.That(events.Select(static e => e["pipeline.circuit_breaker.scope"]), Is.All.EqualTo("host"));
        string[] counted =
        [
            Transition("closed", "half_open", 1),
            Transition("closed", "isolated", 1),
            Transition("half_open", "open", 2),
            Transition("isolated", "closed", 1),
            Transition("open", "closed", 1),
            Transition("open", "half_open", 1),
        ];
        Assert.That(exported.Points("pipeline.circuit_breaker.transitions", "name=ordered"), Is.EqualTo(counted));
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=ordered"), Is.EqualTo(Status("ordered", "closed")));
        GC.KeepAlive(pipeline);

        static string Transition(string state, string previous, int count) =>
            $"pipeline.circuit_breaker.name=ordered pipeline.circuit_breaker.scope=host pipeline.circuit_breaker.state={state} pipeline.circuit_breaker.state.previous={previous}: {count}";
    }

    [Test]
    public async Task A_breaker_is_seen_from_its_first_transition_on_or_from_the_start_where_it_is_announced()
    {
        using var exported = new Exported();
        var silent = Breaking().AddPipelineTelemetry("silent").Build();
        var announced = Breaking().AddPipelineTelemetry("announced", o => o.HasCircuitBreaker = true).Build();
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=silent"), Is.Empty);
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=announced"), Is.EqualTo(Status("announced", "closed")));

        await FailAsync(silent, 2);
        await FailAsync(announced, 2);
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=silent"), Is.EqualTo(Status("silent", "open")));
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=announced"), Is.EqualTo(Status("announced", "open")));
        GC.KeepAlive(silent);
        GC.KeepAlive(announced);
    }

    [Test]
    public async Task Two_breakers_of_one_pipeline_are_told_apart_by_their_names_and_two_pipelines_of_one_name_add_up()
    {
        using var exported = new Exported();
        var builder = Breaking(name: "hourly").AddCircuitBreaker(BreakerOptions()).AddPipelineTelemetry("twice");
        var first = builder.Build();
        var second = builder.Build();
        await FailAsync(first, 2);
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=twice "), Is.EqualTo(Status("twice", "open")));
        Assert.That(exported.Points("pipeline.circuit_breaker.status", "name=twice.hourly"), Is.EqualTo(Status("twice.hourly", "open")));
        await FailAsync(second, 2);
        Assert.That(
            exported.Points("pipeline.circuit_breaker.status", "name=twice "),
            Has.Member(Status("twice", "open")[^1].Replace(": 1", ": 2"))
        );
        GC.KeepAlive(first);
        GC.KeepAlive(second);
    }

    private static string[] Status(string name, string current) =>
        [
            .. new[] { "closed", "half_open", "isolated", "open" }.Select(state =>
                $"pipeline.circuit_breaker.name={name} pipeline.circuit_breaker.state={state}: {(state == current ? 1 : 0)}"
            ),
        ];

    private static CircuitBreakerStrategyOptions BreakerOptions() =>
        new()
        {
            FailureRatio = 0.5,
            MinimumThroughput = 2,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = s_break,
        };

    private ResiliencePipelineBuilder Breaking(CircuitBreakerManualControl? control = null, string? name = null)
    {
        var options = BreakerOptions();
        options.ManualControl = control;
        options.Name = name ?? options.Name;
        return new ResiliencePipelineBuilder { TimeProvider = _time }.AddCircuitBreaker(options);
    }

    private static async Task FailAsync(ResiliencePipeline pipeline, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.That(
                async () => await pipeline.ExecuteAsync(static _ => ValueTask.FromException(new IOException())),
                Throws.InstanceOf<IOException>()
            );
        await Task.CompletedTask;
    }
}
