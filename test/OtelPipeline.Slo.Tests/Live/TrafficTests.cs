using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Data;
using OtelPipeline.Testing;

namespace OtelPipeline.Slo.Tests.Live;

/// <summary>
/// One stream of events, judged live through the SDK, and afterwards from the files that our exporter wrote and our reader read: bursts, sparse
/// traffic, gaps, late events and steps of the clock. Counts and verdicts are the same.
/// </summary>
[NonParallelizable]
public sealed class TrafficTests
{
    // OTELPIPELINE_TRAFFIC_CASES=100000 is what the results speak of
    private static readonly int Cases = int.Parse(
        Environment.GetEnvironmentVariable("OTELPIPELINE_TRAFFIC_CASES") ?? "10000",
        System.Globalization.CultureInfo.InvariantCulture
    );

    private static readonly string Definition = Definitions.Join(
        Definitions.Ratio("", "0.75", "run"),
        Definitions.Ratio("5m", "0.75", "five-minutes"),
        Definitions.Ratio("1d", "0.75", "day"),
        Definitions.Ratio("30d", "0.75", "month"),
        Definitions.Threshold(
            "slow",
            "signal: spans, where: '{ name = \"work\" }', value: duration",
            "op: lte, value: 1.5, target: 0.5",
            "1h"
        ),
        Definitions.Threshold(
            "bad",
            "signal: spans, where: '{ name = \"work\" && .ok = false }', aggregate: count, empty: zero",
            "op: lte, value: 2, target: 0.9",
            "1h"
        ),
        Definitions.Threshold(
            "longest",
            "signal: spans, where: '{ name = \"work\" }', value: duration, aggregate: max",
            "op: lt, value: 3, target: 0.9",
            "1d"
        ),
        Definitions.Threshold(
            "fresh",
            "signal: spans, where: '{ name = \"work\" }', aggregate: age",
            "op: lte, value: 600, target: 0.9",
            "1d"
        ),
        Definitions
            .Ratio("1h", "0.75", "slices")
            .Replace("Occurrences", "Timeslices", StringComparison.Ordinal)
            .Replace("target: 0.75", "target: 0.75, timeSliceTarget: 0.5, timeSliceWindow: 1m", StringComparison.Ordinal),
        Definitions
            .Ratio("1h", "0.75", "calendar")
            .Replace(
                "{duration: 1h, isRolling: true}",
                "{duration: 1d, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}}",
                StringComparison.Ordinal
            )
    );

    // seconds since the event before; ends of spans that took long, and clocks that were set, come late
    private static readonly Gen<int> Step = Gen.Frequency(
        (8, Gen.Constant(0)),
        (6, Gen.Choose(0, 30)),
        (3, Gen.Choose(60, 4_000)),
        (2, Gen.Choose(-200, -1)),
        (1, Gen.Choose(-90_000, 90_000)),
        (1, Gen.Choose(0, 900_000))
    );

    private static readonly Gen<(int Step, int Kind)[]> Traffic = Gen.ListOf(
            Step.SelectMany(_ => Gen.Choose(0, 11), static (step, kind) => (step, kind))
        )
        .Select(static events => events.Take(15).ToArray());

    [Test]
    public void Live_and_offline_agree()
    {
        var directory = Directory.CreateTempSubdirectory("slo-traffic");
        try
        {
            var document = SloDocument.Parse(Definition);
            var cases = Traffic.Sample(Cases, 12).Select((events, i) => new Case(document, i, events)).ToArray();
            using (
                var sdk = OpenTelemetrySdk.Create(otel =>
                {
                    otel.UsePipelineInstrumentation(static o => o.StampRunId = false);
                    otel.WithTracing(tracing => tracing.AddSource("Traffic").AddProcessor(new Feed(cases)));
                    otel.UseJsonlExporter(o => (o.Directory, o.MaxFileSize) = (directory.FullName, 1_000_000_000));
                })
            )
            {
                using var source = new ActivitySource("Traffic");
                foreach (var item in cases)
                {
                    item.Play(source);
                    if (item.Index % 50 == 0)
                        Assert.That(sdk.TracerProvider.ForceFlush());
                }
            }

            var report = new TelemetryReadReport();
            TelemetryReader.ReadSpans(
                [directory.FullName],
                span => cases[span.Attributes["case"].AsInt64()].Offline.Observe(span),
                new TelemetryReadOptions { Report = report }
            );
            Assert.That(report.Spans, Is.EqualTo(cases.Sum(static c => c.Count)), "nothing was lost on the way");
            foreach (var item in cases)
                item.Compare();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private sealed class Feed(Case[] cases) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("case") is long index)
                cases[index].Live.Observe(data);
        }
    }

    private sealed class Case
    {
        private readonly (int Step, int Kind)[] _events;
        private readonly FakeTimeProvider _time = new(Rows.Start);

        public Case(SloDocument document, int index, (int Step, int Kind)[] events)
        {
            (Index, _events) = (index, events);
            Live = new SloEvaluator(document, new SloEvaluatorOptions { TimeProvider = _time });

            // judged when the last event has come, whatever the clock says then
            var now = Rows.Start;
            var last = now;
            foreach (var (step, _) in events)
            {
                now = now.AddSeconds(step);
                last = now > last ? now : last;
            }

            // a span that took no time ends a moment after its start
            End = last.AddSeconds(1);
            Offline = new SloEvaluator(document, new SloEvaluatorOptions { At = End });
        }

        public int Index { get; }

        public SloEvaluator Live { get; }

        public SloEvaluator Offline { get; }

        public int Count => _events.Length;

        private DateTimeOffset End { get; }

        public void Play(ActivitySource source)
        {
            foreach (var (step, kind) in _events)
            {
                _time.SetUtcNow(_time.GetUtcNow().AddSeconds(step));
                using var activity = source.StartActivity("traffic")!;
                activity.DisplayName = kind == 11 ? "other" : "work";
                activity.SetTag("case", (long)Index);
                activity.SetTag("ok", kind % 3 != 0);
                if (kind != 10)
                    activity.SetTag("pipeline.run.id", kind > 7 ? "r1" : "r2");
                var end = _time.GetUtcNow().UtcDateTime;
                activity.SetStartTime(end.AddSeconds(-kind / 2.0));
                activity.SetEndTime(end);
            }

            _time.SetUtcNow(End);
        }

        public void Compare()
        {
            var (live, offline) = (Live.Evaluate(), Offline.Evaluate());
            for (var i = 0; i < live.Count; i++)
                Assert.That(Facts(live[i]), Is.EqualTo(Facts(offline[i])), () => $"case {Index}: {string.Join(' ', _events)}");
            Assert.That(Live.LateEvents, Is.EqualTo(Offline.LateEvents));
        }

        private static string Facts(SloVerdict v) =>
            FormattableString.Invariant(
                $"{v.Objective}: {v.Result} good={v.Good} bad={v.Bad} total={v.Total} sli={v.Sli} actual={v.Actual} left={v.RemainingBudget} run={v.RunId} first={v.FirstEvent:O} last={v.LastEvent:O} worst={string.Join(',', v.Why?.WorstTraceIds ?? [])} first={v.Why?.FirstBadTraceId} crossed={v.Why?.CrossedAt:O} burn={string.Join(',', v.BurnRates.Select(static b => b.Rate))}"
            );
    }
}
