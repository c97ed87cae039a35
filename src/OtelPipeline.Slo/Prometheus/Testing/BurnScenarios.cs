using OtelPipeline.Slo.Budgets;

namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>
/// Traffic that comes so close to the edges of one pair of windows that any other threshold, window, guard or operator would show: bursts that leave a
/// window at a known step, and ratios that are exactly the threshold.
/// </summary>
internal sealed class BurnScenarios
{
    // a guard of a few events is scaled by the extrapolation of increase(); with more events than this it would show
    private const int Scaled = 50;

    private readonly BurnPlan _plan;
    private readonly BurnRateWindow _pair;
    private readonly TimeSpan _step;
    private readonly int _long;
    private readonly int _short;
    private readonly int _tail;

    public BurnScenarios(BurnPlan plan, BurnRateWindow pair, TimeSpan step)
    {
        (_plan, _pair, _step) = (plan, pair, step);
        (_long, _short) = (Steps(pair.LongWindow), Steps(pair.ShortWindow));

        // quiet at the end, so long that the quicker pair of the same severity has nothing to say
        var others = plan.Pairs.Where(p => p.Severity == pair.Severity && p != pair && p.LongWindow <= pair.LongWindow).ToList();
        _tail = others.Count == 0 ? 2 : others.Max(p => Steps(p.ShortWindow)) + 2;
        if (_tail + 3 > _short)
            _tail = 2;
    }

    public IEnumerable<Scenario> All()
    {
        var name = $"{_pair.Severity} {PromQl.Duration(_pair.LongWindow)}/{PromQl.Duration(_pair.ShortWindow)}";
        yield return ShortEdge(name);
        yield return LongEdge(name);
        yield return ShortGoodEdge(name);
        yield return LongGoodEdge(name);
        yield return Exact($"{name}: the long window at its threshold", LongExact);
        yield return Exact($"{name}: the short window at its threshold", ShortExact);
        if (_plan.MinEvents > 1)
            yield return FewEvents(name);
    }

    private int Steps(TimeSpan window) => (int)Math.Ceiling(window / _step);

    private Scenario ShortEdge(string name)
    {
        var at = _long + 2;
        var traffic = new Traffic(at + _short + 3).Add(at, 0, Math.Max(100, 10 * _plan.MinEvents));
        return new Scenario(
            $"{name}: a burst leaves the short window",
            traffic,
            [at - 1, at, at + _short - 2, at + _short + 1, at + _short + 2]
        );
    }

    private Scenario LongEdge(string name)
    {
        // many bad ones, then many good ones; once the bad ones are out, the one that is left does not matter
        var threshold = _plan.Threshold(_pair);
        var share = (threshold + 1) / 2;
        var good = Math.Max((long)decimal.Ceiling(10 / threshold), 10 * _plan.MinEvents);
        var bad = (long)decimal.Ceiling(good * share / (1 - share));
        var traffic = new Traffic(_long + 7).Add(4, 0, bad).Add(8, good, 0).Add(_long - _tail, 0, 1);
        return new Scenario($"{name}: a burst leaves the long window", traffic, [_long - 1, _long, _long + 1, _long + 5, _long + 6]);
    }

    // many good ones hide a few bad ones, until they are out of the window
    private Scenario LongGoodEdge(string name)
    {
        var bad = 10 * _plan.MinEvents;
        var traffic = new Traffic(_long + 7).Add(4, Hiding(bad), 0).Add(_long - _tail, 0, bad);
        return new Scenario($"{name}: good events leave the long window", traffic, [_long, _long + 1, _long + 5, _long + 6]);
    }

    private Scenario ShortGoodEdge(string name)
    {
        var (at, bad) = (_long + 2, 10 * _plan.MinEvents);
        var good = Hiding(bad);
        var traffic = new Traffic(at + _short + 3).Add(at - 5, 0, 1000 * good).Add(at, good, 0).Add(at + _short - _tail, 0, bad);
        return new Scenario($"{name}: good events leave the short window", traffic, [at + _short - 2, at + _short + 1, at + _short + 2]);
    }

    private long Hiding(long bad) => (long)decimal.Ceiling(20 * bad / _plan.Threshold(_pair));

    private Scenario FewEvents(string name)
    {
        var early = 1 + _plan.MinEvents / Scaled;
        var traffic = new Traffic(_long + 7).Add(4, 0, early).Add(_long - _tail, 0, _plan.MinEvents - early);
        return new Scenario($"{name}: too few events", traffic, [_long, _long + 1, _long + 5, _long + 6]);
    }

    private Scenario Exact(string name, Func<long, long, Traffic> make)
    {
        // the threshold as a fraction, of so many events that one more or less is next to it
        var (numerator, denominator) = Fraction(_plan.Threshold(_pair));
        var least = Math.Max(1, Math.Max(2000, 20 * _plan.MinEvents) / denominator);
        var at = _long + 6;
        for (var factor = least; factor < least + 60; factor++)
        {
            var traffic = make(numerator * factor, denominator * factor);
            if (new Simulation(_plan, traffic, _step).Fires(_pair.Severity, at + 1) == false)
                return new Scenario(name, traffic, [at, at + 1]);
        }

        return new Scenario(name, make(numerator * least, denominator * least), [at, at + 1]);
    }

    // above at first, and with one more good event exactly at the threshold, which is not above it
    private Traffic LongExact(long bad, long total)
    {
        var at = _long + 6;
        return new Traffic(at + 2).Add(10, total - bad - 1, 0).Add(at - _tail, 0, bad).Add(at + 1, 1, 0);
    }

    private Traffic ShortExact(long bad, long total)
    {
        var at = _long + 6;

        // good ones early as well: Prometheus 3 extrapolates a counter that starts in the window less than one that does not
        return new Traffic(at + 2).Add(10, total, 100 * total).Add(at - _tail, total - bad - 1, bad).Add(at + 1, 1, 0);
    }

    private static (long Numerator, long Denominator) Fraction(decimal number)
    {
        long denominator = 1;
        while (number != decimal.Truncate(number) && denominator < 1_000_000_000)
            (number, denominator) = (number * 10, denominator * 10);
        var numerator = (long)decimal.Round(number);
        var divisor = Divisor(numerator, denominator);
        return (numerator / divisor, denominator / divisor);
    }

    private static long Divisor(long a, long b) => b == 0 ? Math.Max(a, 1) : Divisor(b, a % b);
}
