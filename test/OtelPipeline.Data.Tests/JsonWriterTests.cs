using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data.Tests.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests;

internal sealed class JsonWriterTests
{
    [Test]
    public void Otlp_lines_give_back_every_row_exactly() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var rows = new RandomRows(seed);
                    return IsSame([.. rows.Spans(20)]) && IsSame([.. rows.Events(20)]) && IsSame([.. rows.Points(20).Where(HasType)]);
                }
            )
            .QuickCheckThrowOnFailure();

    [Test]
    public void Lines_stay_short_enough_for_collectors()
    {
        var resource = new ResourceInfo();
        var rows = Enumerable
            .Range(0, 2_000)
            .Select(i =>
                (TelemetryRow)
                    new EventRow
                    {
                        Resource = resource,
                        TimeUnixNano = i + 1,
                        Body = new string('x', i % 7 * 1_000),
                    }
            )
            .ToList();
        var (text, _) = Write(rows, TelemetryJsonWriter.ForOtlp);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(900_000));
        Assert.That(lines, Has.Length.InRange(7, 20));
        Assert.That(Reading.Text(text).Rows.Select(RowText.Of), Is.EqualTo(rows.Select(RowText.Of)));
        Assert.That(Reading.Text(text).Forgiven, Is.Empty);
    }

    [Test]
    public void Flat_lines_keep_what_the_flat_dialect_has()
    {
        var span = new SpanRow
        {
            TraceId = new TraceId(1, 2),
            SpanId = new SpanId(3),
            ParentSpanId = new SpanId(4),
            Name = "node load",
            Kind = SpanKind.Client,
            StartTimeUnixNano = 1_795_000_000_123_456_789,
            DurationNano = 1_234_567_891,
            StatusCode = SpanStatusCode.Error,
            StatusMessage = "it broke",
            Attributes = new AttributeList
            {
                { "pipeline.name", "etl" },
                { "pipeline.node.name", "load" },
                { "pipeline.node.result", "failure" },
                { "pipeline.run.id", "r" },
                { "exception.type", "E" },
                { "exception.message", "m" },
                { "rows", 12L },
                { "ratio", 0.25 },
                { "list", new AttributeValue[] { "a", 1L } },
            },
            Resource = new ResourceInfo
            {
                Attributes = new AttributeList { { "service.instance.id", "i" }, { "service.name", "s" } },
            },
            Scope = new ScopeInfo { Name = "OtelPipeline", Version = "1" },
        };
        span.Events.Add(new SpanEvent { Name = "retry", TimeUnixNano = 1_795_000_000_200_000_001 });
        span.Links.Add(
            new SpanLink
            {
                TraceId = new TraceId(1, 2),
                SpanId = new SpanId(9),
                Attributes = new AttributeList { { "k", true } },
            }
        );
        var point = new MetricPointRow
        {
            MetricName = "m",
            MetricType = MetricType.Histogram,
            Temporality = AggregationTemporality.Delta,
            Unit = "s",
            StartTimeUnixNano = 1_795_000_000_000_000_001,
            TimeUnixNano = 1_795_000_000_000_000_002,
            Count = 3,
            Sum = double.PositiveInfinity,
            Min = 0.5,
            Max = 2,
            BucketCounts = [1, 2],
            ExplicitBounds = [1],
            Attributes = new AttributeList { { "count", 7L } },
            Scope = new ScopeInfo { Name = "meter" },
        };
        var record = new EventRow
        {
            TimeUnixNano = 1_795_000_000_000_000_003,
            SeverityNumber = 18,
            EventName = "pipeline.run.end",
            Body = new AttributeValue[] { 1L, "two" },
            Attributes = new AttributeList { { "pipeline.run.result", "success" }, { "code.line.number", 12L } },
        };
        var (text, _) = Write([span, point, record], TelemetryJsonWriter.ForFlat);
        var read = Reading.Text(text);
        // the reader takes the word for the level that the number falls into
        record.SeverityText = "Error";
        Assert.That(read.Rows.Select(RowText.Of), Is.EqualTo(((TelemetryRow[])[span, point, record]).Select(RowText.Of)));
        Assert.That(read.Forgiven, Is.Empty);
    }

    [Test]
    public void What_collectors_and_other_languages_wrote_comes_back()
    {
        if (RepositoryPaths.Samples is not { } samples)
            return;
        var rows = new List<TelemetryRow>();
        TelemetryReader.Read([Path.Combine(samples, "otlp")], row => rows.Add(Reading.Clone(row)));
        Assert.That(rows, Has.Count.GreaterThan(50));
        var typed = rows.Where(HasType).ToList();
        var (text, bytes) = Write(typed, TelemetryJsonWriter.ForOtlp);
        var read = Reading.Text(text);
        Assert.That(read.Rows.Select(RowText.Of), Is.EqualTo(typed.Select(RowText.Of)));
        Assert.That(read.Forgiven, Is.Empty.Or.EqualTo("InvalidUtf8 1"));
        Assert.That(bytes, Is.EqualTo(System.Text.Encoding.UTF8.GetByteCount(text)));
    }

    // OTLP has no place for a point without a type
    private static bool HasType(TelemetryRow row) => row is not MetricPointRow { MetricType: MetricType.None };

    private static bool IsSame(List<TelemetryRow> rows)
    {
        rows.ForEach(Normalize);
        var (text, _) = Write(rows, TelemetryJsonWriter.ForOtlp);
        var read = Reading.Text(text);
        Assert.That(read.Errors, Is.Empty);
        Assert.That(read.Rows.Select(RowText.Of), Is.EqualTo(rows.Select(RowText.Of)));
        return true;
    }

    /// <summary>Takes away what only a row can say: fields of another type of metric, a temporality that a gauge has not.</summary>
    private static void Normalize(TelemetryRow row)
    {
        // times and counts of OTLP are not negative, and times of rows end in 2262
        if (row is SpanRow span)
            span.DurationNano = Math.Min(span.DurationNano, long.MaxValue - Math.Max(0, span.StartTimeUnixNano));
        if (row is not MetricPointRow point)
            return;
        (point.Count, point.ZeroCount) = (point.Count & long.MaxValue, point.ZeroCount & long.MaxValue);
        point.BucketCounts = [.. point.BucketCounts.Select(count => count & long.MaxValue)];
        point.PositiveBucketCounts = [.. point.PositiveBucketCounts.Select(count => count & long.MaxValue)];
        point.NegativeBucketCounts = [.. point.NegativeBucketCounts.Select(count => count & long.MaxValue)];
        var bare = new MetricPointRow { MetricType = point.MetricType };
        bare.SetDefaults();
        if (point.MetricType is MetricType.Gauge or MetricType.Summary)
            point.Temporality = AggregationTemporality.Unspecified;
        point.IsMonotonic &= point.MetricType == MetricType.Sum;
        if (point.MetricType is MetricType.Gauge or MetricType.Sum)
            (point.Count, point.Sum) = (null, null);
        else
            (point.ValueInt, point.ValueDouble) = (null, null);
        point.Count ??= bare.Count;
        if (point.MetricType is not (MetricType.Histogram or MetricType.ExponentialHistogram))
            (point.Min, point.Max) = (null, null);
        if (point.MetricType == MetricType.Summary)
            point.Sum ??= 0;
        if (point.MetricType != MetricType.Histogram)
            (point.BucketCounts, point.ExplicitBounds) = ([], []);
        if (point.MetricType != MetricType.Summary)
            point.Quantiles = [];
        if (point.MetricType == MetricType.Summary)
            point.Exemplars = [];
        if (point.MetricType != MetricType.ExponentialHistogram)
        {
            (point.Scale, point.ZeroCount, point.ZeroThreshold, point.PositiveOffset, point.NegativeOffset) = (
                null,
                null,
                null,
                null,
                null
            );
            (point.PositiveBucketCounts, point.NegativeBucketCounts) = ([], []);
        }
        else
        {
            (point.Scale, point.ZeroCount, point.ZeroThreshold) = (point.Scale ?? 0, point.ZeroCount ?? 0, point.ZeroThreshold ?? 0);
            point.PositiveOffset ??= point.PositiveBucketCounts.Count > 0 ? 0 : null;
            point.NegativeOffset ??= point.NegativeBucketCounts.Count > 0 ? 0 : null;
        }
    }

    private static (string Text, long Bytes) Write(IEnumerable<TelemetryRow> rows, Func<Stream, TelemetryJsonWriter> open)
    {
        var stream = new MemoryStream();
        using var writer = open(stream);
        foreach (var row in rows)
            writer.Write(row);
        writer.Flush();
        return (System.Text.Encoding.UTF8.GetString(stream.ToArray()), writer.BytesWritten);
    }
}
