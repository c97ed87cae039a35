using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Slo.Verdicts;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Tests.Windows;

/// <summary>Windows and arithmetic against naive twins.</summary>
public class PropertyTests
{
    private const long Second = 1_000_000_000;
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000);

    // bursts, gaps of minutes to months, and late events
    private static readonly Gen<long> Step = Gen.Frequency(
        (8, Gen.Choose(0, 3).Select(static s => s * Second)),
        (4, Gen.Choose(0, 900).Select(static s => s * Second)),
        (2, Gen.Choose(-4_000, 0).Select(static s => s * Second)),
        (1, Gen.Choose(-100_000, 100_000).Select(static s => s * Second)),
        (1, Gen.Choose(0, 4_000_000).Select(static s => s * Second))
    );

    [Test]
    public void A_rolling_window_counts_what_a_list_does()
    {
        var windows = Gen.Elements(300, 600, 3600, 7200, 86_400, 604_800, 2_592_000, 2_678_400);
        var cases = Gen.ListOf(Step).SelectMany(_ => windows, static (steps, window) => (steps, window)).ToArbitrary();
        Check.One(
            Many,
            Prop.ForAll(
                cases,
                item =>
                {
                    var window = item.window * Second;
                    var ring = new RollingWindow(CellKind.Sum, 31 * 86_400 * Second);
                    var events = new List<(long Time, long Newest)>();
                    var now = 1_800_000_000 * Second;
                    var newest = long.MinValue;
                    foreach (var step in item.steps)
                    {
                        now += step;
                        newest = Math.Max(newest, now);
                        ring.Add(now, 1, 2);
                        events.Add((now, newest));
                    }

                    var (bucket, count) =
                        item.window <= 3_600 ? (10 * Second, 360)
                        : item.window <= 86_400 ? (300 * Second, 288)
                        : (3_600 * Second, 744);
                    var last = now / bucket;
                    var first = last - window / bucket + 1;

                    // an event counts if its bucket was kept when it came, is kept still, and lies in the window
                    var expected = events.Count(e =>
                        e.Time / bucket > e.Newest / bucket - count
                        && e.Time / bucket > newest / bucket - count
                        && e.Time / bucket >= first
                        && e.Time / bucket <= last
                    );
                    var sum = ring.Sum(now, window);
                    return sum.First == expected && sum.Second == 2 * expected;
                }
            )
        );
    }

    [Test]
    public void A_verdict_is_the_one_of_fractions()
    {
        var cases = Gen.Choose(0, 1_000)
            .SelectMany(_ => Gen.Choose(0, 1_000), static (good, bad) => (good, bad))
            .SelectMany(_ => Gen.Choose(0, 9_999), static (counts, target) => (counts.good, counts.bad, target))
            .ToArbitrary();
        Check.One(
            Many,
            Prop.ForAll(
                cases,
                item =>
                    item.good + item.bad == 0
                    || Exact.IsAtLeast(item.good, item.good + item.bad, item.target / 10_000m)
                        == (item.good * 10_000L >= item.target * (long)(item.good + item.bad))
            )
        );
    }

    [Test]
    public void A_mean_of_slices_is_the_one_of_fractions()
    {
        var slice = Gen.Choose(0, 20).SelectMany(_ => Gen.Choose(1, 20), static (good, bad) => (good, total: good + bad));
        var cases = Gen.NonEmptyListOf(slice)
            .SelectMany(_ => Gen.Choose(0, 100), static (slices, target) => (slices, target))
            .ToArbitrary();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2_000),
            Prop.ForAll(
                cases,
                item =>
                {
                    var (numerator, denominator) = (System.Numerics.BigInteger.Zero, System.Numerics.BigInteger.One);
                    foreach (var (good, total) in item.slices)
                        (numerator, denominator) = (numerator * total + good * denominator, denominator * total);
                    var expected = numerator * 100 >= item.target * item.slices.Count * denominator;
                    return Exact.IsMeanAtLeast([.. item.slices.Select(static s => ((double)s.good, (double)s.total))], item.target / 100m)
                        == expected;
                }
            )
        );
    }

    [Test]
    public void A_mean_exactly_on_target_is_met()
    {
        Assert.That(Exact.IsMeanAtLeast([(1, 3), (2, 3)], 0.5m), Is.True);
        Assert.That(Exact.IsMeanAtLeast([(1, 3), (1, 6)], 0.25m), Is.True);
        Assert.That(Exact.IsMeanAtLeast([(1, 3), (1, 6)], 0.2500000000000000000000000001m), Is.False);
    }
}
