using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Tests.Windows;

public class CalendarTests
{
    private static CalendarPeriods Periods(string duration, string start, string zone)
    {
        Assert.That(SloDuration.TryParse(duration, out var length));
        return new(
            new SloTimeWindow
            {
                Duration = length,
                IsRolling = false,
                CalendarStart = DateTime.Parse(start, System.Globalization.CultureInfo.InvariantCulture),
                TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone),
            }
        );
    }

    [TestCase(
        "1d",
        "2026-01-01 00:00:00",
        "Europe/Berlin",
        "2026-03-29T12:00:00Z",
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z",
        TestName = "the short day of spring has 23 hours"
    )]
    [TestCase(
        "1d",
        "2026-01-01 00:00:00",
        "Europe/Berlin",
        "2026-10-25T12:00:00Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z",
        TestName = "the long day of autumn has 25 hours"
    )]
    [TestCase(
        "1d",
        "2026-01-01 02:30:00",
        "Europe/Berlin",
        "2026-03-29T12:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-03-30T00:30:00Z",
        TestName = "a start that the clocks skip is the moment of the change"
    )]
    [TestCase(
        "1d",
        "2026-01-01 02:30:00",
        "Europe/Berlin",
        "2026-10-25T12:00:00Z",
        "2026-10-25T00:30:00Z",
        "2026-10-26T01:30:00Z",
        TestName = "a start that the clocks show twice is the first of them"
    )]
    [TestCase(
        "1w",
        "2026-01-05 00:00:00",
        "America/New_York",
        "2026-03-10T00:00:00Z",
        "2026-03-09T04:00:00Z",
        "2026-03-16T04:00:00Z",
        TestName = "a week behind a change"
    )]
    [TestCase(
        "1w",
        "2026-01-05 00:00:00",
        "America/New_York",
        "2026-03-08T12:00:00Z",
        "2026-03-02T05:00:00Z",
        "2026-03-09T04:00:00Z",
        TestName = "a week with a change"
    )]
    [TestCase(
        "1M",
        "2026-01-31 00:00:00",
        "UTC",
        "2026-03-01T00:00:00Z",
        "2026-02-28T00:00:00Z",
        "2026-03-31T00:00:00Z",
        TestName = "a month that has no 31st"
    )]
    [TestCase(
        "1Q",
        "2026-01-01 00:00:00",
        "UTC",
        "2025-12-31T23:59:59Z",
        "2025-10-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        TestName = "a quarter before the start"
    )]
    [TestCase(
        "1Y",
        "2024-02-29 00:00:00",
        "UTC",
        "2025-12-31T00:00:00Z",
        "2025-02-28T00:00:00Z",
        "2026-02-28T00:00:00Z",
        TestName = "a year from a leap day"
    )]
    [TestCase(
        "6h",
        "2026-01-01 00:00:00",
        "Europe/Berlin",
        "2026-03-29T12:00:00Z",
        "2026-03-29T11:00:00Z",
        "2026-03-29T17:00:00Z",
        TestName = "hours are elapsed time"
    )]
    public void A_period_has_the_bounds_of_its_time_zone(string duration, string start, string zone, string at, string from, string to)
    {
        var period = Periods(duration, start, zone).Of(Nanos(at));

        Assert.That(
            Nanoseconds.ToInstant(period.From),
            Is.EqualTo(DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture))
        );
        Assert.That(
            Nanoseconds.ToInstant(period.To),
            Is.EqualTo(DateTimeOffset.Parse(to, System.Globalization.CultureInfo.InvariantCulture))
        );
    }

    [TestCase("1d", "Europe/Berlin")]
    [TestCase("1d", "America/Sao_Paulo")]
    [TestCase("1d", "Australia/Lord_Howe")]
    [TestCase("1M", "Asia/Kathmandu")]
    [TestCase("1w", "Africa/Casablanca")]
    public void Periods_meet_without_a_gap_or_an_overlap(string duration, string zone)
    {
        foreach (var start in new[] { "2016-01-01 00:00:00", "2016-01-01 02:00:00", "2016-01-01 23:45:00" })
        {
            var periods = Periods(duration, start, zone);
            var at = Nanos("2017-06-01T00:00:00Z");
            for (var i = 0; i < 1_000; i++)
            {
                var (from, to) = periods.Of(at);
                Assert.That(at, Is.InRange(from, to - 1));
                Assert.That(Periods(duration, start, zone).Of(to - 1), Is.EqualTo((from, to)));
                Assert.That(periods.Of(to).From, Is.EqualTo(to));
                at = to;
            }
        }
    }

    [Test]
    public void A_new_period_has_a_new_budget()
    {
        var document = Slos.Ratio(0.5m, "duration: 1d, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}");
        foreach (var (hour, bad) in new[] { (10, 1), (22, 1), (23, 0) })
        {
            var evaluator = new SloEvaluator(
                document,
                new SloEvaluatorOptions { At = new DateTimeOffset(2026, 11, 20, hour, 30, 0, TimeSpan.Zero) }
            );
            evaluator.Observe(Rows.Span("work", Rows.Start, attributes: ("ok", false)));
            evaluator.Observe(Rows.Span("work", Rows.Start.AddHours(13).AddMinutes(5), attributes: ("ok", true)));
            Assert.That(evaluator.Only().Bad, Is.EqualTo((decimal)bad), $"at {hour}:30");
        }
    }

    private static long Nanos(string text) =>
        Nanoseconds.ToNanos(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
