namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// Which objectives an event was good or bad for, to be told when no lock is held. The first few need no memory.
/// </summary>
internal struct Outcomes
{
    private InlineOutcomes _first;
    private List<(CompiledObjective Objective, bool IsGood)>? _more;
    private int _count;

    public readonly int Count => _count;

    public void Add(CompiledObjective objective, bool isGood)
    {
        if (_count < InlineOutcomes.Length)
            _first[_count] = (objective, isGood);
        else
            (_more ??= []).Add((objective, isGood));
        _count++;
    }

    public readonly (CompiledObjective Objective, bool IsGood) this[int index] =>
        index < InlineOutcomes.Length ? _first[index] : _more![index - InlineOutcomes.Length];

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct InlineOutcomes
    {
        public const int Length = 8;

        private (CompiledObjective Objective, bool IsGood) _item;
    }
}
