using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

internal sealed class QueryPropertyTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(1500);

    [Test]
    public void AFilterFindsWhatItsNaiveTwinFinds() =>
        Check.One(
            Thousands,
            Prop.ForAll<int>(seed =>
            {
                var naive = new NaiveQuery(seed);
                var (text, test) = naive.Filter();
                var spans = naive.Trace();
                var filter = SpanFilter.Parse(text);
                Assert.That(spans.Where(filter.Matches), Is.EqualTo(spans.Where(test)), text);
                Assert.That(Search(text, spans), Is.EqualTo(spans.Where(test)), text);
            })
        );

    [Test]
    public void ARelationFindsWhatItsNaiveTwinFinds() =>
        Check.One(
            Thousands,
            Prop.ForAll<int>(seed =>
            {
                var naive = new NaiveQuery(seed);
                var (text, find) = naive.Relation();
                var spans = naive.Trace();
                Assert.That(Search(text, spans), Is.EquivalentTo(find(spans)), text);
            })
        );

    [Test]
    public void ALiveSpanMatchesLikeItsRow() =>
        Check.One(
            Thousands.WithMaxTest(1000),
            Prop.ForAll<int>(seed =>
            {
                var naive = new NaiveQuery(seed);
                var (text, _) = naive.Filter();
                var filter = SpanFilter.Parse(text);
                foreach (var row in naive.Trace())
                {
                    // a live span has no kind "unspecified"
                    if (row.Kind == SpanKind.Unspecified)
                        row.Kind = SpanKind.Internal;
                    Assert.That(filter.Matches(Live(row), row.Resource), Is.EqualTo(filter.Matches(row)), text);
                }
            })
        );

    private static List<SpanRow> Search(string text, List<SpanRow> spans) =>
        [
            .. TraceQLQuery
                .Parse(text)
                .SearchAsync(spans.ToAsyncEnumerable())
                .ToBlockingEnumerable()
                .SelectMany(set => set.Spans)
                .Select(span => span.Span),
        ];

    private static Activity Live(SpanRow row)
    {
        var activity = new Activity("x") { DisplayName = row.Name };
        typeof(Activity)
            .GetProperty(nameof(Activity.Kind))!
            .SetValue(
                activity,
                row.Kind switch
                {
                    SpanKind.Server => ActivityKind.Server,
                    SpanKind.Client => ActivityKind.Client,
                    SpanKind.Producer => ActivityKind.Producer,
                    SpanKind.Consumer => ActivityKind.Consumer,
                    _ => ActivityKind.Internal,
                }
            );
        activity.SetStatus((ActivityStatusCode)row.StatusCode);
        foreach (var (key, value) in row.Attributes)
        {
            activity.SetTag(
                key,
                value.Kind switch
                {
                    AttributeKind.Boolean => value.AsBoolean(),
                    AttributeKind.Int64 => value.AsInt64(),
                    AttributeKind.Double => value.AsDouble(),
                    _ => value.AsString(),
                }
            );
        }

        var start = DateTime.UnixEpoch.AddDays(1);
        activity.SetStartTime(start).Start();
        activity.SetEndTime(start.AddTicks(Math.Max(row.DurationNano / 100, 0)));
        row.DurationNano = activity.Duration.Ticks * 100;
        activity.Stop();
        return activity;
    }
}
