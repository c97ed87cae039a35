using OtelPipeline.Slo.Budgets;

namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>
/// What the alerts of a plan do with some traffic. Prometheus 2 counts the sample at the very start of a range and Prometheus 3 does not; what the
/// two do not agree on is no matter for a test.
/// </summary>
internal sealed class Simulation
{
    private readonly BurnPlan _plan;
    private readonly long _step;
    private readonly long[][] _all;
    private readonly long[][] _bad;

    public Simulation(BurnPlan plan, Traffic traffic, TimeSpan step)
    {
        (_plan, _step) = (plan, (long)step.TotalSeconds);
        var counters = traffic.Counters().ToList();
        _all = [.. counters.Select(static c => c.Counter)];
        _bad = [.. counters.Where(static c => c.IsBad).Select(static c => c.Counter)];
    }

    /// <summary>Whether an alert fires at a step; null where that depends on the version of Prometheus.</summary>
    public bool? Fires(string severity, int at)
    {
        var (closed, open) = (Fires(severity, at, isOpen: false), Fires(severity, at, isOpen: true));
        return closed == open ? closed : null;
    }

    private bool Fires(string severity, int at, bool isOpen) =>
        _plan.Pairs.Any(p =>
            p.Severity == severity
            && at * _step >= (long)p.LongWindow.TotalSeconds
            && Exceeds(p, p.ShortWindow, at, isOpen)
            && Exceeds(p, p.LongWindow, at, isOpen)
            && Sum(_all, p.LongWindow, at, isOpen) >= _plan.MinEvents
        );

    private bool Exceeds(BurnRateWindow pair, TimeSpan window, int at, bool isOpen)
    {
        var total = Sum(_all, window, at, isOpen);
        return total > 0 && Sum(_bad, window, at, isOpen) / total > (double)_plan.Threshold(pair);
    }

    private double Sum(long[][] counters, TimeSpan window, int at, bool isOpen)
    {
        var sum = 0.0;
        foreach (var counter in counters)
            sum += Increase(counter, (long)window.TotalSeconds, at, isOpen);
        return sum;
    }

    /// <seealso href="https://github.com/prometheus/prometheus/blob/v2.42.0/promql/functions.go#L66"/>
    private double Increase(long[] counter, long window, int at, bool isOpen)
    {
        var start = at * _step - window;
        var first = start < 0 ? 0 : (int)(isOpen ? start / _step + 1 : (start + _step - 1) / _step);
        if (at - first < 1)
            return 0;
        var result = (double)(counter[at] - counter[first]);
        var sampled = (double)(at - first) * _step;
        var toStart = (double)first * _step - start;
        if (result > 0)
            toStart = Math.Min(toStart, sampled * (counter[first] / result));
        var reach = sampled + (toStart < _step * 1.1 ? toStart : _step / 2.0);
        return result * (reach / sampled);
    }
}
