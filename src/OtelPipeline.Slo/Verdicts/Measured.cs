using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Verdicts;

/// <summary>What was measured for one objective in one window, from which the verdict follows.</summary>
internal readonly record struct Measured
{
    public required CompiledObjective Objective { get; init; }
    public Cell Cell { get; init; }
    public bool IsAlive { get; init; }

    /// <summary>The slices of the window; empty where they are not budgeted.</summary>
    public IReadOnlyList<(long Start, Cell Cell)> Slices { get; init; }

    public QuantileSketch? Sketch { get; init; }
    public Findings? Findings { get; init; }

    /// <summary>The buckets of what happened lately, for burn rates; null for a run.</summary>
    public RollingSeries? Rolling { get; init; }

    public long From { get; init; }
    public long To { get; init; }
    public long FirstEvent { get; init; }
    public long LastEvent { get; init; }
    public double Coverage { get; init; }

    /// <summary>Since when something is known.</summary>
    public long KnownFrom { get; init; }

    public string? RunId { get; init; }
    public string? Invalid { get; init; }
}
